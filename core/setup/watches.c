/* Watches: a [watch.NAME] section each, with its rule compiled. */
#include "core/config/ini_text.h"
#include "core/delivery/hours.h"
#include "core/delivery/policy.h"
#include "core/setup/building.h"
#include "core/watch/watch.h"
#include "lib/base/nearest.h"
#include "lib/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Where byte `offset` of a file's text stands. */
static struct source_place place_in_text(const char *file, const char *text, size_t offset, size_t length)
{
    struct source_place place = {.file = file, .line = 1, .length = (int)length};
    const char *line = text;
    for (const char *at = text; at < text + offset; at++) {
        if (*at == '\n') {
            place.line++;
            line = at + 1;
        }
    }
    place.column = 1 + (int)utf8_length(line, (size_t)(text + offset - line));
    return place;
}

/* The line with the wrong bytes replaced by the nearest valid word; of a series only the part that holds them. */
static void suggest_rule(struct building *building, const struct option_value *when, const char *text,
                         const struct rule_error *error)
{
    size_t part = 0;
    while (part + 1 < when->part_count && when->parts[part + 1].offset <= error->offset)
        part++;
    size_t from = when->part_count > 0 ? when->parts[part].offset : 0;
    size_t to = part + 1 < when->part_count ? when->parts[part + 1].offset - 1 : strlen(text);
    size_t end = error->offset + error->length;
    char key[48];
    if (when->part_count > 1)
        snprintf(key, sizeof key, "%s.%zu", when->option->name, part + 1);
    else
        snprintf(key, sizeof key, "%s", when->option->name);
    struct buffer corrected = BUFFER_INIT, line = BUFFER_INIT;
    buffer_append(&corrected, text + from, error->offset - from);
    buffer_append_text(&corrected, error->nearest);
    buffer_append(&corrected, text + end, end < to ? to - end : 0);
    if (!corrected.failed && ini_can_hold(corrected.bytes, corrected.size)) {
        ini_append_line(&line, key, strlen(key), corrected.bytes, corrected.size);
        if (!line.failed)
            diagnostics_suggest(building->diagnostics, "%s", line.bytes);
    }
    buffer_free(&corrected);
    buffer_free(&line);
}

void building_tell_rule_error(struct building *building, const struct option_value *option, const char *file,
                              const char *text, const struct rule_error *problem)
{
    struct rule_error error = *problem;
    size_t size = strlen(text);
    if (error.offset > size)
        error.offset = size;
    if (error.length > size - error.offset)
        error.length = size - error.offset;
    struct source_place place =
        file ? place_in_text(file, text, error.offset, error.length) : options_place(option, error.offset, error.length);
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, place, "%s: %s", file ? "rule" : option->option->name,
                    error.text);
    if (!file && error.nearest[0] && error.length > 0)
        suggest_rule(building, option, text, &error);
}

static const struct rule *compile(struct building *building, const struct option_value *when, const char *file,
                                  const char *text)
{
    struct rule_error error = {0};
    struct rule *rule = rule_compile_with(building->setup->names, text, strlen(text), &error);
    if (!rule)
        building_tell_rule_error(building, when, file, text, &error);
    return rule;
}

/* The rule's text from when_file; NULL, with a diagnostic where nobody told yet. */
static const char *read_rule_file(struct building *building, const struct option_value *value)
{
    char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    const char *path = arena_copy(building->setup->arena, value->text.data, value->text.size);
    if (!path || !config_read_file(path, RULE_SIZE_MAX, &bytes, &size, &error)) {
        /* Where the option asks for a readable file, its own check has told of all but the size. */
        if (error.kind == ERROR_LIMIT || !(value->option->flags & ENT_PATH_READ))
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, value->place, "when_file: %s", error.text);
        return NULL;
    }
    diagnostics_add_source(building->diagnostics, path, bytes, size);
    const char *text = memchr(bytes, '\0', size) ? NULL : arena_copy(building->setup->arena, bytes, size);
    free(bytes);
    if (!text)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, value->place, "when_file: %s is not text", path);
    return text;
}

/* The rule of `when` or `when_file`, with its text; false where the section has neither. `whose` is "a watch". */
static bool read_rule(struct building *building, const struct option_values *options, const char *whose,
                      const char **when_text, const struct rule **rule)
{
    const struct option_value *when = options_find(options, "when");
    const struct option_value *file = options_find(options, "when_file");
    *when_text = "";
    if (when->is_set && file->is_set) {
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, file->place,
                        "when_file stands beside when: %s has one rule", whose);
    } else if (when->is_set && when->text.size > 0) {
        *when_text = arena_copy(building->setup->arena, when->text.data, when->text.size);
        *rule = *when_text ? compile(building, when, NULL, *when_text) : NULL;
    } else if (file->is_set && file->text.data) {
        const char *text = read_rule_file(building, file);
        *when_text = text ? text : "";
        *rule = text ? compile(building, NULL, file->text.data, text) : NULL;
    } else {
        return file->is_set;
    }
    return true;
}

static void build_rule(struct building *building, struct setup_watch *watch)
{
    const struct option_value *when = options_find(watch->options, "when");
    if (read_rule(building, watch->options, "a watch", &watch->when, &watch->rule))
        return;
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, when->is_set ? when->place : watch->place,
                    "[%s] has no rule: it would match nothing", watch->title);
    diagnostics_suggest(building->diagnostics, "when = type in (arms_transfer, training) and actor in (FIN, SWE)");
}

const char *const *building_copy_items(struct building *building, const struct option_value *value)
{
    size_t count = value ? value->item_count : 0;
    const char **items = arena_calloc(building->setup->arena, count + 1, sizeof *items);
    for (size_t i = 0; items && i < count; i++)
        items[i] = arena_copy(building->setup->arena, value->items[i].data, value->items[i].size);
    if (!items)
        building->failed = true;
    return items;
}

/* Where the option is of those that core/delivery reads. */
static bool check_notation(const struct option_value *value, size_t *offset, size_t *length, struct error *error)
{
    struct digest_hours digest;
    struct quiet_hours quiet;
    struct delivery_throttle throttle;
    const char *key = value->option->name, *text = value->text.data;
    const struct zone *zone = zone_find("UTC", error);
    if (!text || !value->text.size)
        return true;
    if (!strcmp(key, "digest"))
        return zone && digest_parse(text, zone, &digest, offset, length, error);
    if (!strcmp(key, "quiet"))
        return zone && quiet_parse(text, zone, &quiet, offset, length, error);
    return strcmp(key, "throttle") != 0 || throttle_parse(text, &throttle, error);
}

bool setup_check_watch_option(const char *key, const char *value, struct error *error)
{
    struct option_table table = watch_options();
    struct source_place place = {.line = 1, .column = 1, .length = (int)utf8_length(value, strlen(value))};
    const struct config_entry entry = {.key = key, .value = value, .key_place = place, .value_place = place};
    const struct config_section section = {
        .kind = "watch", .name = "new", .title = "watch.new", .place = place, .entries = &entry, .entry_count = 1};
    const struct options_context context = {.mode = OPTIONS_CHECK};
    struct diagnostics *diagnostics = diagnostics_create();
    struct option_values *options = diagnostics ? options_parse(&section, &table, 1, &context, diagnostics) : NULL;
    struct error why = ERROR_INIT;
    size_t offset = 0, length = 0;
    bool ok = options != NULL;
    const char *text = ok ? diagnostics_first_error(diagnostics, &place) : NULL;
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (text)
        ok = error_set(error, ERROR_INPUT, "%s, character %d: %s", key, place.column, text);
    else if (options_find(options, key) && !check_notation(options_find(options, key), &offset, &length, &why))
        ok = error_set(error, ERROR_INPUT, "%s, character %zu: %s", key, utf8_length(value, offset) + 1, why.text);
    options_destroy(options);
    diagnostics_destroy(diagnostics);
    return ok;
}

void building_add_watch(struct building *building, const struct config_section *section)
{
    struct setup *setup = building->setup;
    struct option_table table = watch_options();
    struct option_values *options = options_parse(section, &table, 1, &building->context, building->diagnostics);
    if (!options ||
        !building_grow(building, &setup->watches, sizeof *setup->watches, setup->watch_count, &setup->watch_capacity)) {
        building->failed = true;
        options_destroy(options);
        return;
    }
    struct setup_watch *watch = &setup->watches[setup->watch_count++];
    const char *from = options_text(options, "from");
    *watch = (struct setup_watch){.name = section->name,
                                  .title = section->title,
                                  .options = options,
                                  .sinks = building_copy_items(building, options_find(options, "to")),
                                  .policy = building_policy(building, options),
                                  .on = building_copy_items(building, options_find(options, "on")),
                                  .from_archive = from && !strcmp(from, "archive"),
                                  .max_age_ms = options_integer(options, "max_age"),
                                  .enabled = options_integer(options, "enabled") != 0,
                                  .is_saved = section->is_saved,
                                  .place = section->place};
    /* Who asks for the archive asks for old news, unless he says how old. */
    if (watch->from_archive && !options_find(options, "max_age")->is_set)
        watch->max_age_ms = 0;
    build_rule(building, watch);
    const struct option_value *on = options_find(options, "on");
    if (watch->rule && rule_statistic(watch->rule).kind != RULE_NO_STATISTIC && on->is_set)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, on->place,
                        "on has no effect beside spike() and silence(), which alert about a series and not about an event");
}

struct setup_detection *building_detection(struct building *building, const struct option_values *options)
{
    struct setup_detection *detection = arena_calloc(building->setup->arena, 1, sizeof *detection);
    const char *from = options_text(options, "from");
    if (!detection) {
        building->failed = true;
        return NULL;
    }
    *detection = (struct setup_detection){.sinks = building_copy_items(building, options_find(options, "to")),
                                          .policy = building_policy(building, options),
                                          .on = building_copy_items(building, options_find(options, "on")),
                                          .from_archive = from && !strcmp(from, "archive"),
                                          .max_age_ms = options_integer(options, "max_age")};
    if (detection->from_archive && !options_find(options, "max_age")->is_set)
        detection->max_age_ms = 0;
    read_rule(building, options, "a detector", &detection->when, &detection->rule);
    const struct option_value *when = options_find(options, "when");
    if (detection->rule && rule_statistic(detection->rule).kind != RULE_NO_STATISTIC)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR,
                        when->is_set ? when->place : options_find(options, "when_file")->place,
                        "spike() and silence() are for watches: a detector is shown single events, and counts them itself");
    return detection;
}

/* ---------------------------------------------------------------------------------------------------------- sinks */

static const struct setup_instance *find_sink(const struct setup *setup, const char *name)
{
    for (size_t i = 0; i < setup->instance_count; i++) {
        if (setup->instances[i].plugin_kind == PLUGIN_SINK && !strcmp(setup->instances[i].name, name))
            return &setup->instances[i];
    }
    return NULL;
}

/* Where item `index` of the list begins in its text. */
static size_t offset_of_item(const struct option_value *value, size_t index)
{
    size_t offset = 0;
    for (size_t i = 0; i < index && offset < value->raw.size; i++)
        offset += strcspn(value->raw.data + offset, ",") + 1;
    while (offset < value->raw.size && ini_is_space(value->raw.data[offset]))
        offset++;
    return offset;
}

struct source_place building_place_of_item(const struct option_value *value, size_t index)
{
    return options_place(value, offset_of_item(value, index), value->items[index].size);
}

static void complain_of_sink(struct building *building, const struct option_value *to, size_t index)
{
    const struct setup *setup = building->setup;
    const char *name = to->items[index].data;
    const char **names = arena_calloc(setup->arena, setup->instance_count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; names && i < setup->instance_count; i++) {
        if (setup->instances[i].plugin_kind == PLUGIN_SINK)
            names[count++] = setup->instances[i].name;
    }
    const char *nearest = names ? nearest_word(name, names) : NULL;
    const char *key = to->option->name;
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, building_place_of_item(to, index), "%s: there is no [sink.%s]%s%s",
                    key, name, nearest ? "; nearest: " : "", nearest ? nearest : "");
    size_t offset = offset_of_item(to, index);
    if (nearest && to->part_count == 1)
        diagnostics_suggest(building->diagnostics, "%s = %.*s%s%s", key, (int)offset, to->raw.data, nearest,
                            to->raw.data + offset + to->items[index].size);
    else if (!nearest)
        diagnostics_suggest(building->diagnostics, "[sink.%s]\nplugin = console", name);
}

static void check_sinks(struct building *building, const struct option_value *to, bool is_used)
{
    for (size_t i = 0; i < to->item_count; i++) {
        const struct setup_instance *sink = find_sink(building->setup, to->items[i].data);
        if (!sink)
            complain_of_sink(building, to, i);
        else if (!sink->enabled && is_used)
            diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, building_place_of_item(to, i),
                            "%s: [%s] is off, so these alerts wait until it is on", to->option->name, sink->title);
    }
}

/* Where the alerts of a watch or detector go; `to` is its option. */
static void check_receivers(struct building *building, const struct option_values *options, const char *title,
                            struct source_place place, bool enabled)
{
    const struct option_value *to = options_find(options, "to");
    if (to->item_count == 0)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, place,
                        "[%s] has no `to`: its alerts are kept and shown by `entente alert list`, but sent nowhere", title);
    check_sinks(building, to, enabled);
}

/* Names that alerts bear which no watch raised. */
static void check_watch_name(struct building *building, const struct setup_watch *watch)
{
    static const char prefix[] = "detector.";
    if (!strcmp(watch->name, "health"))
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, watch->place,
                        "[watch.health]: the name is taken by the alerts about sources that fall out");
    if (!strncmp(watch->name, prefix, sizeof prefix - 1))
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, watch->place,
                        "[%s]: names that begin with 'detector.' are taken by the alerts of detectors", watch->title);
}

void building_check_watches(struct building *building)
{
    struct setup *setup = building->setup;
    for (size_t i = 0; i < setup->watch_count && !building->failed; i++) {
        struct setup_watch *watch = &setup->watches[i];
        check_watch_name(building, watch);
        check_receivers(building, watch->options, watch->title, watch->place, watch->enabled);
        watch->routes = building_routes(building, watch->sinks, watch->policy);
    }
    for (size_t i = 0; i < setup->instance_count && !building->failed; i++) {
        const struct setup_instance *instance = &setup->instances[i];
        if (!instance->detection)
            continue;
        check_receivers(building, instance->options, instance->title, instance->place, instance->enabled);
        instance->detection->routes = building_routes(building, instance->detection->sinks, instance->detection->policy);
    }
    if (building->failed)
        return;
    check_sinks(building, options_find(setup->daemon.entente, "health_to"), true);
    setup->daemon.health_routes = building_routes(building, setup->daemon.health_to, NULL);
}
