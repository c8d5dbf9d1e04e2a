#include "core/host/descriptor.h"

#include "core/config/option_value.h"
#include "core/host/registry.h"
#include "lib/base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE_MAX = 4096, NAME_SIZE_MAX = 64, OPTION_COUNT_MAX = 1000, STRIDE_MAX = 4096 };

static const uint32_t plugin_flags_known = ENT_STATELESS;
static const uint32_t option_flags_known =
    ENT_REQUIRED | ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT | ENT_MULTI | ENT_ADVANCED;

/* ---- head ---- */

static bool check_head(const struct ent_plugin *plugin, struct error *error)
{
    if (plugin->magic != ENT_PLUGIN_MAGIC)
        return error_set(error, ERROR_INPUT,
                         "magic differs: the descriptor begins with 0x%08x, this host expects 0x%08x; begin it with "
                         "ENT_PLUGIN_HEAD",
                         plugin->magic, ENT_PLUGIN_MAGIC);
    /* Until 1.0 the interface may change in any way with each minor version. */
    if (plugin->abi_major != ENT_ABI_MAJOR)
        return error_set(error, ERROR_INPUT,
                         "abi_major differs: built for plugin interface %u.%u, this host has %d.%d; build it with this "
                         "version's <entente/plugin.h>",
                         plugin->abi_major, plugin->abi_minor, ENT_ABI_MAJOR, ENT_ABI_MINOR);
    if (plugin->abi_minor != ENT_ABI_MINOR)
        return error_set(
            error, ERROR_INPUT,
            "abi_minor differs: built for plugin interface %u.%u, this host has %d.%d (before 1.0 they must "
            "be equal); build it with this version's <entente/plugin.h>",
            plugin->abi_major, plugin->abi_minor, ENT_ABI_MAJOR, ENT_ABI_MINOR);
    if (plugin->min_minor > ENT_ABI_MINOR)
        return error_set(error, ERROR_INPUT,
                         "min_minor is newer: it needs plugin interface %u.%u, this host has %d.%d; upgrade Entente",
                         plugin->abi_major, plugin->min_minor, ENT_ABI_MAJOR, ENT_ABI_MINOR);
    if (plugin->size != sizeof *plugin)
        return error_set(
            error, ERROR_INPUT,
            "size differs: the descriptor has %u bytes, this host expects %zu; set it with ENT_PLUGIN_HEAD",
            plugin->size, sizeof *plugin);
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

static bool check_texts(const struct ent_plugin *plugin, struct error *error)
{
    if (!is_text(plugin->name, error, "name") || !is_text(plugin->version, error, "version") ||
        !is_text(plugin->licence, error, "licence") || !is_text(plugin->summary, error, "summary"))
        return false;
    if (!is_name(plugin->name, true))
        return error_set(error, ERROR_INPUT,
                         "name \"%.80s\" may hold a-z, 0-9, _ and - only, begin with a letter and have at most %d",
                         plugin->name, NAME_SIZE_MAX);
    if (plugin->flags & ~plugin_flags_known)
        return error_set(error, ERROR_INPUT, "flags has bits that this host does not know (0x%x)",
                         plugin->flags & ~plugin_flags_known);
    return true;
}

/* ---- options ---- */

static const struct ent_option *option_row(const struct option_table *table, size_t index)
{
    return (const struct ent_option *)(const void *)((const char *)table->rows + index * table->stride);
}

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

static bool check_values(const struct ent_option *option, struct error *error)
{
    struct arena *arena = arena_create(1024 * 1024);
    if (!arena)
        return error_set(error, ERROR_MEMORY, "no memory to read its values");
    bool is_good = check_notation(option, option->min, "min", arena, error) &&
                   check_notation(option, option->max, "max", arena, error) &&
                   check_notation(option, option->default_value, "default_value", arena, error);
    arena_destroy(arena);
    return is_good;
}

static bool needs_choices(const struct ent_option *option)
{
    return option->type == ENT_OPTION_ENUM;
}

static bool check_option(const struct ent_option *option, struct error *error)
{
    if (!is_text(option->name, error, "name") || !is_text(option->help, error, "help") ||
        !is_optional_text(option->default_value, error, "default_value") ||
        !is_optional_text(option->min, error, "min") || !is_optional_text(option->max, error, "max") ||
        !is_optional_text(option->choices, error, "choices") || !is_optional_text(option->unit, error, "unit") ||
        !is_optional_text(option->since, error, "since"))
        return false;
    if (!is_name(option->name, false))
        return error_set(error, ERROR_INPUT, "name may hold a-z, 0-9 and _ only and must begin with a letter");
    if (option->type < ENT_OPTION_STRING || option->type > ENT_OPTION_LIST)
        return error_set(error, ERROR_INPUT, "type %u is none that this host knows", option->type);
    if (option->flags & ~option_flags_known)
        return error_set(error, ERROR_INPUT, "flags has bits that this host does not know (0x%x)",
                         option->flags & ~option_flags_known);
    if (needs_choices(option) && !option->choices)
        return error_set(error, ERROR_INPUT, "an enum needs choices");
    if ((option->flags & (ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT)) &&
        option->type != ENT_OPTION_PATH && option->type != ENT_OPTION_LIST)
        return error_set(error, ERROR_INPUT, "flags has ENT_PATH_ bits, but the type is neither path nor list");
    if ((option->flags & ENT_REQUIRED) && option->default_value)
        return error_set(error, ERROR_INPUT, "it is required and has a default; it can have only one of them");
    return check_values(option, error);
}

static bool check_options(const struct ent_plugin *plugin, struct error *error)
{
    if (plugin->option_count == 0)
        return true;
    if (!plugin->options)
        return error_set(error, ERROR_INPUT, "option_count is %u, but options is NULL", plugin->option_count);
    if (plugin->option_count > OPTION_COUNT_MAX)
        return error_set(error, ERROR_INPUT, "option_count %u is more than %d", plugin->option_count, OPTION_COUNT_MAX);
    if (plugin->option_stride < sizeof(struct ent_option) || plugin->option_stride > STRIDE_MAX ||
        plugin->option_stride % _Alignof(struct ent_option))
        return error_set(
            error, ERROR_INPUT,
            "option_stride differs: rows of %u bytes, this host expects %zu; fill it with ENT_PLUGIN_OPTIONS",
            plugin->option_stride, sizeof(struct ent_option));
    struct option_table table = descriptor_options(plugin);
    for (size_t i = 0; i < table.count; i++) {
        const struct ent_option *option = option_row(&table, i);
        if (!check_option(option, error)) {
            bool is_named = option->name && is_name(option->name, false);
            error_prefix(error, "option %zu%s%s", i + 1, is_named ? " " : "", is_named ? option->name : "");
            return false;
        }
        for (size_t j = 0; j < i; j++)
            if (strcmp(option_row(&table, j)->name, option->name) == 0)
                return error_set(error, ERROR_INPUT, "option %s stands twice in the table (rows %zu and %zu)",
                                 option->name, j + 1, i + 1);
    }
    return true;
}

/* ---- callbacks ---- */

static bool check_ops(const struct ent_plugin *plugin, struct error *error)
{
    const struct ent_ops *ops = plugin->ops;
    if (!ops)
        return error_set(error, ERROR_INPUT, "ops is NULL: a plugin needs callbacks");
    if (ops->size != sizeof *ops)
        return error_set(error, ERROR_INPUT,
                         "ops.size differs: %u bytes, this host expects %zu; set it to sizeof(struct ent_ops)",
                         ops->size, sizeof *ops);
    if (descriptor_kinds(plugin) == 0)
        return error_set(
            error, ERROR_INPUT,
            "ops has none of fetch, transform, classify, detect, deliver and serve: there is nothing that this "
            "plugin could be");
    return true;
}

bool descriptor_check(const struct ent_plugin *plugin, struct error *error)
{
    if (!plugin)
        return error_set(error, ERROR_INPUT, "ent_plugin_query() returned NULL instead of a descriptor");
    if ((uintptr_t)plugin % _Alignof(struct ent_plugin))
        return error_set(error, ERROR_INPUT, "ent_plugin_query() returned a pointer that cannot be a descriptor");
    return check_head(plugin, error) && check_texts(plugin, error) && check_options(plugin, error) &&
           check_ops(plugin, error);
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
