#include "core/setup/setup.h"

#include "core/base/paths.h"
#include "core/desk/publishers.h"
#include "core/setup/building.h"
#include "core/watch/rule_names.h"
#include "lib/base/nearest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PREPARED_MAX = 256 }; /* plugins probed ahead; any more are probed as they are met */

bool building_grow(struct building *building, void *array, size_t size, size_t count, size_t *capacity)
{
    void **elements = array;
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = reallocarray(*elements, wanted, size);
    if (!grown) {
        building->failed = true;
        return false;
    }
    *elements = grown;
    *capacity = wanted;
    return true;
}

/* ------------------------------------------------------------------------------------------------ the daemon's own */

/* A section that may be absent, and then has its defaults. */
static const struct option_values *parse_own_section(struct building *building, const char *title)
{
    const struct config *config = building->setup->config;
    const struct config_section *section = config_find(config, title);
    struct config_section absent = {.kind = title, .name = "", .title = title, .place = {.file = config_path(config)}};
    struct option_table table = options_common(title);
    const struct option_values *values =
        options_parse(section ? section : &absent, &table, 1, &building->context, building->diagnostics);
    if (!values)
        building->failed = true;
    return values;
}

static const char *find_state_dir(struct building *building, const struct option_values *entente)
{
    const char *configured = options_text(entente, "state_dir");
    if (configured)
        return configured;
    char path[PATH_MAX];
    struct error error = ERROR_INIT;
    if (paths_state_dir(path, sizeof path, &error))
        return arena_copy(building->setup->arena, path, strlen(path));
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR,
                    (struct source_place){.file = config_path(building->setup->config)}, "%s", error.text);
    return NULL;
}

/* The folders of plugin_path, which count from the file's own, apart by colons. */
static const char *join_plugin_path(struct building *building, const struct option_values *entente)
{
    const struct option_value *value = options_find(entente, "plugin_path");
    struct buffer joined = BUFFER_INIT;
    for (size_t i = 0; i < value->item_count; i++) {
        char path[PATH_MAX];
        if (!config_resolve_path(value->place, value->items[i].data, path, sizeof path))
            continue;
        if (joined.size > 0)
            buffer_append_char(&joined, ':');
        buffer_append_text(&joined, path);
    }
    const char *copy = joined.size > 0 ? arena_copy(building->setup->arena, joined.bytes, joined.size) : NULL;
    building->failed |= joined.failed;
    buffer_free(&joined);
    return copy;
}

/* The lines of the operator's table, "" where there are none or they are wrong. */
static const char *read_publishers(struct building *building, const struct option_value *value)
{
    char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    const char *lines = NULL;
    if (!value->is_set || !value->text.data)
        return "";
    struct publishers *publishers = publishers_create();
    building->failed |= !publishers;
    if (!publishers || !config_read_file(value->text.data, PUBLISHERS_TEXT_MAX, &bytes, &size, &error) ||
        !publishers_read(publishers, bytes, size, value->text.data, &error)) {
        if (error.kind != ERROR_NONE)
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, value->place, "publishers: %s", error.text);
    } else if (memchr(bytes, '\0', size))
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, value->place, "publishers: %s is not text",
                        value->text.data);
    else
        lines = arena_copy(building->setup->arena, bytes, size);
    free(bytes);
    publishers_destroy(publishers);
    return lines ? lines : "";
}

static void build_daemon(struct building *building)
{
    struct setup_daemon *daemon = &building->setup->daemon;
    daemon->entente = parse_own_section(building, "entente");
    daemon->log = parse_own_section(building, "log");
    daemon->retention = parse_own_section(building, "retention");
    daemon->rates = parse_own_section(building, "rates");
    if (building->failed)
        return;
    daemon->state_dir = building->context.made_folder = find_state_dir(building, daemon->entente);
    daemon->plugin_path = join_plugin_path(building, daemon->entente);
    building_find_zone(building);
    daemon->contact = options_text(daemon->entente, "contact");
    daemon->threads = (size_t)options_integer(daemon->entente, "threads");
    daemon->isolation = isolation_of(options_text(daemon->entente, "isolate"));
    /* Another word is told as a mistake already. */
    const char *isolate = options_text(daemon->entente, "isolate");
    if (daemon->isolation == ISOLATION_COUNT && (!isolate || strcmp(isolate, "auto") != 0))
        daemon->isolation = ISOLATION_NONE;
    daemon->min_free = options_integer(daemon->entente, "min_free");
    daemon->once_deadline_ms = options_integer(daemon->entente, "once_deadline");
    daemon->publishers = read_publishers(building, options_find(daemon->entente, "publishers"));
    daemon->health_to = building_copy_items(building, options_find(daemon->entente, "health_to"));
    daemon->log_format = !strcmp(options_text(daemon->log, "format"), "json") ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT;
    daemon->log_level = LOG_INFO;
    log_level_of(options_text(daemon->log, "level"), &daemon->log_level);
}

/* ------------------------------------------------------------------------------------------------------- sections */

static const char *const kinds[] = {"source",  "sources", "transform", "classifier", "detector",  "sink",
                                    "service", "watch",   "entente",   "log",        "retention", "group",
                                    "macro",   "rates",   NULL};

static bool is_kind(const char *word)
{
    for (size_t i = 0; kinds[i]; i++) {
        if (!strcmp(kinds[i], word))
            return true;
    }
    return false;
}

static bool is_own_section(const char *kind)
{
    return !strcmp(kind, "entente") || !strcmp(kind, "log") || !strcmp(kind, "retention") ||
           !strcmp(kind, "rates");
}

static void complain_of_kind(struct building *building, const struct config_section *section)
{
    const char *nearest = nearest_word(section->kind, kinds);
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, section->place,
                    "[%s]: there is no kind of section '%s'%s%s", section->title, section->kind,
                    nearest ? "; nearest: " : "; sections are [source.NAME], [classifier.NAME], [watch.NAME], …",
                    nearest ? nearest : "");
    if (nearest)
        diagnostics_suggest(building->diagnostics, "[%s%s%s]", nearest, is_own_section(nearest) ? "" : ".",
                            is_own_section(nearest) ? "" : (*section->name ? section->name : "name"));
}

static void build_section(struct building *building, const struct config_section *section)
{
    if (!is_kind(section->kind)) {
        complain_of_kind(building, section);
        return;
    }
    if (is_own_section(section->kind)) {
        if (*section->name) {
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, section->place, "[%s]: there is only one [%s]",
                            section->title, section->kind);
            diagnostics_suggest(building->diagnostics, "[%s]", section->kind);
        }
        return;
    }
    if (!*section->name) {
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, section->place, "[%s] needs a name", section->title);
        diagnostics_suggest(building->diagnostics, "[%s.name]", section->title);
    } else if (!strcmp(section->kind, "sources")) {
        building_add_source_list(building, section);
    } else if (!strcmp(section->kind, "group") || !strcmp(section->kind, "macro")) {
        return; /* they were read before all others */
    } else if (!strcmp(section->kind, "watch")) {
        building_add_watch(building, section);
    } else {
        building_add_instance(building, section, section->kind);
    }
}

/* -------------------------------------------------------------------------------------------------------- the whole */

static bool has_instance(const struct setup *setup, enum plugin_kind kind)
{
    for (size_t i = 0; i < setup->instance_count; i++) {
        if (setup->instances[i].plugin_kind == kind && setup->instances[i].enabled)
            return true;
    }
    return false;
}

static void warn_missing(struct building *building, const char *kind, const char *consequence)
{
    diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING,
                    (struct source_place){.file = config_path(building->setup->config)}, "no [%s.NAME] is on: %s", kind,
                    consequence);
}

static void building_check_whole(struct building *building)
{
    const struct setup *setup = building->setup;
    bool has_watch = has_instance(setup, PLUGIN_DETECTOR);
    for (size_t i = 0; i < setup->watch_count; i++)
        has_watch |= setup->watches[i].enabled;
    if (!has_instance(setup, PLUGIN_SOURCE))
        warn_missing(building, "source", "nothing will be fetched");
    if (!has_instance(setup, PLUGIN_CLASSIFIER))
        warn_missing(building, "classifier", "items will not be turned into events");
    if (!has_watch)
        warn_missing(building, "watch", "no event will raise an alert");
    if (!has_instance(setup, PLUGIN_SINK))
        warn_missing(building, "sink", "alerts will be delivered nowhere");
}

static void make_registry(struct building *building, struct registry *lent)
{
    building->registry = lent;
    if (lent)
        return;
    struct error error = ERROR_INIT;
    struct registry_settings settings = {.plugin_path = building->setup->daemon.plugin_path};
    building->registry = building->setup->own_registry = registry_create(&settings, &error);
    if (!building->registry)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR,
                        (struct source_place){.file = config_path(building->setup->config)},
                        "plugins cannot be looked at: %s", error.text);
}

static const char *named_plugin(const struct config_section *section)
{
    for (size_t i = 0; i < section->entry_count; i++) {
        if (!strcmp(section->entries[i].key, "plugin"))
            return section->entries[i].value;
    }
    return NULL;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(names[i], name))
            return true;
    }
    return false;
}

/* Has all plugins of the file probed at the same time: one after the other, they would be most of the start. */
static void prepare_plugins(struct building *building)
{
    const struct config *config = building->setup->config;
    const char *names[PREPARED_MAX];
    size_t count = 0;
    for (size_t i = 0; i < config_section_count(config) && count < PREPARED_MAX; i++) {
        const char *name = named_plugin(config_section(config, i));
        if (name && !is_among(names, count, name))
            names[count++] = name;
    }
    if (building->registry)
        registry_prepare(building->registry, names, count);
}

static void build(struct building *building, struct registry *registry)
{
    const struct config *config = building->setup->config;
    build_daemon(building);
    if (building->failed)
        return;
    make_registry(building, registry);
    prepare_plugins(building);
    building_add_names(building);
    for (size_t i = 0; i < config_section_count(config) && !building->failed; i++)
        build_section(building, config_section(config, i));
    building_order_instances(building);
    building_check_watches(building);
    building_check_whole(building);
}

struct setup *setup_load(const char *path, struct registry *registry, enum options_mode mode,
                         struct diagnostics *diagnostics, struct error *error)
{
    struct setup *setup = calloc(1, sizeof *setup);
    if (!setup || !(setup->arena = arena_create(0))) {
        free(setup);
        error_set(error, ERROR_MEMORY, "out of memory while reading %s", path);
        return NULL;
    }
    setup->config = config_load(path, diagnostics, error);
    if (!setup->config) {
        setup_destroy(setup);
        return NULL;
    }
    struct building building = {.setup = setup, .diagnostics = diagnostics, .context = {.mode = mode}};
    build(&building, registry);
    if (!building.failed && !arena_failed(setup->arena))
        return setup;
    setup_destroy(setup);
    error_set(error, ERROR_MEMORY, "out of memory while reading %s", path);
    return NULL;
}

/* The values are const for those who read the setup; it owns them. */
static void destroy_values(const struct option_values *values)
{
    options_destroy((struct option_values *)values);
}

void setup_destroy(struct setup *setup)
{
    if (!setup)
        return;
    for (size_t i = 0; i < setup->instance_count; i++) {
        destroy_values(setup->instances[i].options);
        if (setup->instances[i].detection)
            rule_destroy((struct rule *)setup->instances[i].detection->rule);
    }
    for (size_t i = 0; i < setup->watch_count; i++) {
        destroy_values(setup->watches[i].options);
        rule_destroy((struct rule *)setup->watches[i].rule);
    }
    destroy_values(setup->daemon.entente);
    destroy_values(setup->daemon.log);
    destroy_values(setup->daemon.retention);
    destroy_values(setup->daemon.rates);
    for (size_t i = 0; i < setup->names_count; i++)
        destroy_values(setup->names_sections[i].options);
    free(setup->names_sections);
    rule_names_destroy(setup->names);
    free(setup->instances);
    free(setup->watches);
    config_destroy(setup->config);
    registry_destroy(setup->own_registry);
    arena_destroy(setup->arena);
    free(setup);
}

/* ----------------------------------------------------------------------------------------------------------- reading
 */

size_t setup_refused_plugins(const struct setup *setup)
{
    return setup->refused_plugins;
}

const char *setup_path(const struct setup *setup)
{
    return config_path(setup->config);
}

const struct setup_daemon *setup_daemon(const struct setup *setup)
{
    return &setup->daemon;
}

size_t setup_instance_count(const struct setup *setup)
{
    return setup->instance_count;
}

const struct setup_instance *setup_instance(const struct setup *setup, size_t index)
{
    return index < setup->instance_count ? &setup->instances[index] : NULL;
}

const struct setup_instance *setup_find_instance(const struct setup *setup, const char *title)
{
    for (size_t i = 0; i < setup->instance_count; i++) {
        if (!strcmp(setup->instances[i].title, title))
            return &setup->instances[i];
    }
    return NULL;
}

size_t setup_watch_count(const struct setup *setup)
{
    return setup->watch_count;
}

const struct setup_watch *setup_watch(const struct setup *setup, size_t index)
{
    return index < setup->watch_count ? &setup->watches[index] : NULL;
}
