#include "core/host/descriptor.h"

#include "core/config/option_value.h"
#include "core/host/registry.h"
#include "lib/base/utf8.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE_MAX = 4096, NAME_SIZE_MAX = 64, OPTION_COUNT_MAX = 1000, STRIDE_MAX = 4096 };

/* The least that a table holds: all that it had in 1.0. These members are the last of then and stay so, whatever is added. */
enum {
    PLUGIN_SIZE_LEAST = offsetof(struct ent_plugin, ops) + sizeof(void *),
    OPS_SIZE_LEAST = offsetof(struct ent_ops, destroy) + sizeof(void (*)(void)),
    OPTION_SIZE_LEAST = offsetof(struct ent_option, since) + sizeof(void *)
};

/* Flags above these are hints: who does not know them passes over them. */
static const uint32_t flags_to_be_known = 0xffff;
static const uint32_t plugin_flags_known = ENT_STATELESS | ENT_NETWORK;
static const uint32_t option_flags_known =
    ENT_REQUIRED | ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT | ENT_MULTI | ENT_ADVANCED |
    ENT_PATH_BESIDE;

static unsigned host_major = ENT_ABI_MAJOR, host_minor = ENT_ABI_MINOR;

void descriptor_set_host_for_tests(unsigned major, unsigned minor)
{
    host_major = major || minor ? major : ENT_ABI_MAJOR;
    host_minor = major || minor ? minor : ENT_ABI_MINOR;
}

/* What is found goes out one by one, each with its place before it. */
struct findings {
    void (*tell)(void *context, const struct error *problem);
    void *context;
    char place[100]; /* "option 3 url", or empty */
    size_t count;
};

static void add_finding(struct findings *findings, const struct error *error)
{
    struct error placed = *error;
    if (findings->place[0])
        error_prefix(&placed, "%s", findings->place);
    findings->count++;
    findings->tell(findings->context, &placed);
}

/* ---- head ---- */

static bool check_version(const struct ent_plugin *plugin, unsigned major, unsigned minor, struct error *error)
{
    if (plugin->abi_major != major)
        return error_set(error, ERROR_INPUT,
                         "abi_major differs: built for plugin interface %u.%u, this host has %u.%u; build it with this "
                         "version's <entente/plugin.h>%s",
                         plugin->abi_major, plugin->abi_minor, major, minor,
                         plugin->abi_major > major ? ", or upgrade Entente" : "");
    if (major == 0 && plugin->abi_minor != minor)
        return error_set(
            error, ERROR_INPUT,
            "abi_minor differs: built for plugin interface %u.%u, this host has %u.%u (before 1.0 they must "
            "be equal); build it with this version's <entente/plugin.h>",
            plugin->abi_major, plugin->abi_minor, major, minor);
    if (plugin->min_minor > plugin->abi_minor)
        return error_set(error, ERROR_INPUT,
                         "min_minor is newer than abi_minor (%u, %u): it cannot need what it was not built with; begin the "
                         "descriptor with ENT_PLUGIN_HEAD",
                         plugin->min_minor, plugin->abi_minor);
    if (plugin->min_minor > minor)
        return error_set(error, ERROR_INPUT,
                         "min_minor is newer: it needs plugin interface %u.%u, this host has %u.%u; upgrade Entente, or build "
                         "it with ENT_MIN_MINOR %u",
                         plugin->abi_major, plugin->min_minor, major, minor, minor);
    return true;
}

bool descriptor_check_head(const struct ent_plugin *plugin, unsigned major, unsigned minor, struct error *error)
{
    if (plugin->magic != ENT_PLUGIN_MAGIC)
        return error_set(error, ERROR_INPUT,
                         "magic differs: the descriptor begins with 0x%08x, this host expects 0x%08x; begin it with "
                         "ENT_PLUGIN_HEAD",
                         plugin->magic, ENT_PLUGIN_MAGIC);
    if (!check_version(plugin, major, minor, error))
        return false;
    if (plugin->size < PLUGIN_SIZE_LEAST)
        return error_set(error, ERROR_INPUT,
                         "size is too small: the descriptor has %u bytes, it cannot have less than %d; set it with "
                         "ENT_PLUGIN_HEAD",
                         plugin->size, PLUGIN_SIZE_LEAST);
    return true;
}

/* ---- texts ---- */

static bool is_text(const char *text, struct error *error, const char *what)
{
    if (!text || !*text)
        return error_set(error, ERROR_INPUT, "%s is missing", what);
    size_t size = strnlen(text, TEXT_SIZE_MAX + 1);
    if (size > TEXT_SIZE_MAX)
        return error_set(error, ERROR_INPUT, "%s is longer than %d bytes", what, TEXT_SIZE_MAX);
    if (!utf8_is_valid(text, size))
        return error_set(error, ERROR_INPUT, "%s is not UTF-8", what);
    return true;
}

static bool is_optional_text(const char *text, struct error *error, const char *what)
{
    return !text || !*text || is_text(text, error, what);
}

/* Names stand in files, sections and shell commands: [a-z] first, then [a-z0-9_] and, for plugins, '-'. */
static bool is_name(const char *name, bool allows_dash)
{
    size_t size = strnlen(name, NAME_SIZE_MAX + 1);
    if (size > NAME_SIZE_MAX || name[0] < 'a' || name[0] > 'z')
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (allows_dash && c == '-')))
            return false;
    }
    return true;
}

/* Every text by itself, so that all that is wrong is told at once. */
static void check_texts(const struct ent_plugin *plugin, struct findings *findings)
{
    const struct {
        const char *text, *what;
    } texts[] = {{plugin->name, "name"},
                 {plugin->version, "version"},
                 {plugin->licence, "licence"},
                 {plugin->summary, "summary"}};
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!is_text(texts[i].text, &error, texts[i].what))
            add_finding(findings, &error);
        else if (i == 0 && !is_name(plugin->name, true)) {
            error_set(&error, ERROR_INPUT,
                      "name \"%.80s\" may hold a-z, 0-9, _ and - only, begin with a letter and have at most %d",
                      plugin->name, NAME_SIZE_MAX);
            add_finding(findings, &error);
        }
    if (plugin->reserved || plugin->reserved2) {
        error_set(&error, ERROR_INPUT, "what is reserved is not 0; leave it out, a later version will mean something by it");
        add_finding(findings, &error);
    }
    uint32_t unknown = plugin->flags & ~plugin_flags_known & flags_to_be_known;
    if (unknown) {
        error_set(&error, ERROR_INPUT, "flags has bits that this host does not know (0x%x)", unknown);
        add_finding(findings, &error);
    }
}

/* ---- options ---- */

/* Default and bounds stand in the notation of the file, so they are read as values from it are. */
static bool check_notation(const struct ent_option *option, const char *text, const char *what, struct arena *arena,
                           struct error *error)
{
    /* A bound is held against the type alone, not against itself. */
    struct ent_option bare = *option;
    struct option_value value;
    struct option_problem problem;
    bare.min = bare.max = NULL;
    if (!text || option_value_read(strcmp(what, "default_value") == 0 ? option : &bare, text, arena, &value, &problem))
        return true;
    return error_set(error, ERROR_INPUT, "%s cannot be read: %s", what, problem.text);
}

/* Both by themselves can be read. */
static bool are_bounds_crossed(const struct ent_option *option, struct arena *arena)
{
    struct ent_option below = *option;
    struct option_value value;
    struct option_problem problem;
    below.min = NULL;
    return option->min && option->max && !option_value_read(&below, option->min, arena, &value, &problem);
}

static void check_values(const struct ent_option *option, struct findings *findings)
{
    const struct {
        const char *text, *what;
    } values[] = {{option->min, "min"}, {option->max, "max"}, {option->default_value, "default_value"}};
    struct error error = ERROR_INIT;
    struct arena *arena = arena_create(1024 * 1024);
    if (!arena) {
        error_set(&error, ERROR_MEMORY, "no memory to read its values");
        add_finding(findings, &error);
    }
    size_t before = findings->count;
    for (size_t i = 0; arena && i < sizeof values / sizeof *values; i++) {
        if (!check_notation(option, values[i].text, values[i].what, arena, &error))
            add_finding(findings, &error);
        /* Against bounds that make no sense no default is held. */
        if (i == 1 && findings->count == before && are_bounds_crossed(option, arena)) {
            error_set(&error, ERROR_INPUT, "min %s is above max %s, so no value is allowed", option->min, option->max);
            add_finding(findings, &error);
            break;
        }
    }
    arena_destroy(arena);
}

static bool has_good_texts(const struct ent_option *option, struct findings *findings)
{
    const struct {
        const char *text, *what;
        bool is_optional;
    } texts[] = {{option->name, "name", false},         {option->help, "help", false},
                 {option->default_value, "default_value", true}, {option->min, "min", true},
                 {option->max, "max", true},            {option->choices, "choices", true},
                 {option->unit, "unit", true},          {option->since, "since", true}};
    bool are_good = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = ERROR_INIT;
        if (texts[i].is_optional ? is_optional_text(texts[i].text, &error, texts[i].what)
                                 : is_text(texts[i].text, &error, texts[i].what))
            continue;
        add_finding(findings, &error);
        are_good = false;
    }
    return are_good;
}

static bool is_of_known_type(const struct ent_option *option)
{
    return option->type >= ENT_OPTION_STRING && option->type <= ENT_OPTION_LIST;
}

static void check_option(const struct ent_option *option, struct findings *findings)
{
    struct error error = ERROR_INIT;
    uint32_t path_flags = ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT | ENT_PATH_BESIDE;
    uint32_t unknown = option->flags & ~option_flags_known & flags_to_be_known;
    if (!has_good_texts(option, findings))
        return;
    if (!is_name(option->name, false) &&
        !error_set(&error, ERROR_INPUT, "name may hold a-z, 0-9 and _ only and must begin with a letter"))
        add_finding(findings, &error);
    if (unknown && !error_set(&error, ERROR_INPUT, "flags has bits that this host does not know (0x%x)", unknown))
        add_finding(findings, &error);
    if ((option->flags & ENT_REQUIRED) && option->default_value &&
        !error_set(&error, ERROR_INPUT, "it is required and has a default; it can have only one of them"))
        add_finding(findings, &error);
    if (!is_of_known_type(option)) {
        error_set(&error, ERROR_INPUT, "type %u is none that this host knows", option->type);
        add_finding(findings, &error);
        return;
    }
    if ((option->flags & path_flags) && option->type != ENT_OPTION_PATH && option->type != ENT_OPTION_LIST &&
        !error_set(&error, ERROR_INPUT, "flags has ENT_PATH_ bits, but the type is neither path nor list"))
        add_finding(findings, &error);
    if ((option->flags & ENT_PATH_BESIDE) && !(option->flags & ENT_PATH_WRITE) &&
        !error_set(&error, ERROR_INPUT, "flags has ENT_PATH_BESIDE without ENT_PATH_WRITE: what is only read needs nothing "
                                        "beside it"))
        add_finding(findings, &error);
    if (option->type == ENT_OPTION_ENUM && !option->choices) {
        error_set(&error, ERROR_INPUT, "an enum needs choices");
        add_finding(findings, &error);
        return;
    }
    check_values(option, findings);
}

static bool has_option_table(const struct ent_plugin *plugin, struct error *error)
{
    if (!plugin->options)
        return error_set(error, ERROR_INPUT, "option_count is %u, but options is NULL", plugin->option_count);
    if (plugin->option_count > OPTION_COUNT_MAX)
        return error_set(error, ERROR_INPUT, "option_count %u is more than %d", plugin->option_count, OPTION_COUNT_MAX);
    if (plugin->option_stride < OPTION_SIZE_LEAST || plugin->option_stride > STRIDE_MAX ||
        plugin->option_stride % _Alignof(struct ent_option) || (uintptr_t)plugin->options % _Alignof(struct ent_option))
        return error_set(
            error, ERROR_INPUT,
            "option_stride is wrong: rows of %u bytes, they cannot have less than %d; fill it with ENT_PLUGIN_OPTIONS",
            plugin->option_stride, OPTION_SIZE_LEAST);
    return true;
}

static void check_double(const struct option_table *table, size_t index, struct findings *findings)
{
    const char *name = options_row(table, index).name;
    for (size_t i = 0; i < index; i++) {
        const char *other = options_row(table, i).name;
        struct error error = ERROR_INIT;
        if (!other || strncmp(other, name, NAME_SIZE_MAX + 1) != 0)
            continue;
        error_set(&error, ERROR_INPUT, "option %s stands twice in the table (rows %zu and %zu)", name, i + 1, index + 1);
        add_finding(findings, &error);
        return;
    }
}

static void check_options(const struct ent_plugin *plugin, struct findings *findings)
{
    struct error error = ERROR_INIT;
    if (plugin->option_count == 0)
        return;
    if (!has_option_table(plugin, &error)) {
        add_finding(findings, &error);
        return;
    }
    struct option_table table = descriptor_options(plugin);
    for (size_t i = 0; i < table.count; i++) {
        struct ent_option option = options_row(&table, i);
        bool is_named = option.name && is_name(option.name, false);
        snprintf(findings->place, sizeof findings->place, "option %zu%s%s", i + 1, is_named ? " " : "",
                 is_named ? option.name : "");
        check_option(&option, findings);
        findings->place[0] = '\0';
        if (is_named)
            check_double(&table, i, findings);
    }
}

/* ---- callbacks ---- */

static bool check_ops(const struct ent_plugin *plugin, struct error *error)
{
    const struct ent_ops *ops = plugin->ops;
    if (!ops)
        return error_set(error, ERROR_INPUT, "ops is NULL: a plugin needs callbacks");
    if ((uintptr_t)ops % _Alignof(struct ent_ops))
        return error_set(error, ERROR_INPUT, "ops is a pointer that cannot be a table of callbacks");
    if (ops->size < OPS_SIZE_LEAST)
        return error_set(error, ERROR_INPUT,
                         "ops.size is too small: %u bytes, it cannot have less than %d; set it to sizeof(struct ent_ops)",
                         ops->size, OPS_SIZE_LEAST);
    if (ops->reserved)
        return error_set(error, ERROR_INPUT, "ops.reserved is not 0; leave it out, a later version will mean something by it");
    struct descriptor adopted;
    descriptor_adopt(&adopted, plugin);
    if (descriptor_kinds(&adopted.plugin) == 0)
        return error_set(
            error, ERROR_INPUT,
            "ops has none of fetch, transform, classify, detect, deliver and serve: there is nothing that this "
            "plugin could be");
    return true;
}

bool descriptor_examine(const struct ent_plugin *plugin, void (*tell)(void *context, const struct error *problem),
                        void *context)
{
    struct findings findings = {.tell = tell, .context = context};
    struct error error = ERROR_INIT;
    bool has_head = false;
    if (!plugin)
        error_set(&error, ERROR_INPUT, "ent_plugin_query() returned NULL instead of a descriptor");
    else if ((uintptr_t)plugin % _Alignof(struct ent_plugin))
        error_set(&error, ERROR_INPUT, "ent_plugin_query() returned a pointer that cannot be a descriptor");
    else
        has_head = descriptor_check_head(plugin, host_major, host_minor, &error);
    if (!has_head) {
        /* What stands behind a wrong head cannot be believed, so nothing more is to be said. */
        add_finding(&findings, &error);
        return false;
    }
    check_texts(plugin, &findings);
    check_options(plugin, &findings);
    if (!check_ops(plugin, &error))
        add_finding(&findings, &error);
    return findings.count == 0;
}

static void keep_first(void *context, const struct error *problem)
{
    struct error *error = context;
    if (error && error->kind == ERROR_NONE)
        *error = *problem;
}

bool descriptor_check(const struct ent_plugin *plugin, struct error *error)
{
    struct error first = ERROR_INIT;
    bool is_good = descriptor_examine(plugin, keep_first, &first);
    if (!is_good && error)
        *error = first;
    return is_good;
}

static void take_table(void *own, size_t own_size, const void *given, size_t given_size)
{
    size_t size = given_size < own_size ? given_size : own_size;
    memcpy(own, given, size);
    memset((char *)own + size, 0, own_size - size);
}

void descriptor_adopt(struct descriptor *descriptor, const struct ent_plugin *plugin)
{
    take_table(&descriptor->plugin, sizeof descriptor->plugin, plugin, plugin->size);
    take_table(&descriptor->ops, sizeof descriptor->ops, plugin->ops, plugin->ops->size);
    descriptor->plugin.size = sizeof descriptor->plugin;
    descriptor->ops.size = sizeof descriptor->ops;
    descriptor->plugin.ops = &descriptor->ops;
}

unsigned descriptor_kinds(const struct ent_plugin *plugin)
{
    const struct ent_ops *ops = plugin->ops;
    return (ops->fetch ? PLUGIN_SOURCE : 0u) | (ops->transform ? PLUGIN_TRANSFORM : 0u) |
           (ops->classify ? PLUGIN_CLASSIFIER : 0u) | (ops->detect ? PLUGIN_DETECTOR : 0u) |
           (ops->deliver ? PLUGIN_SINK : 0u) | (ops->serve ? PLUGIN_SERVICE : 0u);
}

struct option_table descriptor_options(const struct ent_plugin *plugin)
{
    return (struct option_table){plugin->options, plugin->option_count, plugin->option_stride};
}
