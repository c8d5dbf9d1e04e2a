/* Instances: one [KIND.NAME] section each, and the order in which they stand. */
#include "core/base/paths.h"
#include "core/host/program.h"
#include "core/setup/building.h"
#include "lib/base/nearest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct config_entry *find_entry(const struct config_section *section, const char *key)
{
    for (size_t i = 0; i < section->entry_count; i++) {
        if (!strcmp(section->entries[i].key, key))
            return &section->entries[i];
    }
    return NULL;
}

static bool in_table(const struct option_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++) {
        struct ent_option row = options_row(table, i);
        if (row.name && !strcmp(row.name, key))
            return true;
    }
    return false;
}

const struct plugin_info *building_find_plugin(struct building *building, const struct config_section *section,
                                               const char *kind)
{
    const struct config_entry *entry = find_entry(section, "plugin");
    building->refusal = NULL;
    if (!entry || !*entry->value || !building->registry)
        return NULL;
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(building->registry, entry->value, &error);
    if (!info) {
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, entry->value_place, "plugin: %s", error.text);
        building->setup->refused_plugins++;
        building->refusal = arena_copy(building->setup->arena, error.text, strlen(error.text));
        return NULL;
    }
    if (info->kinds & plugin_kind_of(kind))
        return info;
    char words[100];
    plugin_kinds_print(words, sizeof words, info->kinds);
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, entry->value_place, "plugin %s cannot be a %s: it is a %s",
                    info->name, kind, words);
    const char *word = plugin_kind_word(info->kinds);
    if (word)
        diagnostics_suggest(building->diagnostics, "[%s.%s]", word, section->name);
    return NULL;
}

/* Without its plugin a section is parsed as far as the common keys go; what the rest means nobody knows. */
static struct option_values *parse_common_only(struct building *building, const struct config_section *section,
                                               const struct option_table *common)
{
    struct config_section known = *section;
    struct config_entry *entries = arena_calloc(building->setup->arena, section->entry_count, sizeof *entries);
    if (!entries)
        return NULL;
    known.entries = entries;
    known.entry_count = 0;
    for (size_t i = 0; i < section->entry_count; i++) {
        if (in_table(common, section->entries[i].key))
            entries[known.entry_count++] = section->entries[i];
    }
    return options_parse(&known, common, 1, &building->context, building->diagnostics);
}

/* What bounds a process of its own says nothing of one that it shares with the daemon. */
static void warn_of_limits(struct building *building, const struct setup_instance *instance)
{
    static const struct {
        const char *name;
        enum isolation least;
    } limits[] = {{"memory_max", ISOLATION_PROCESS},
                  {"cpu_max", ISOLATION_PROCESS},
                  {"descriptors_max", ISOLATION_PROCESS},
                  {"processes_max", ISOLATION_PROCESS},
                  {"sandbox", ISOLATION_SANDBOX}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct option_value *value = options_find(instance->options, limits[i].name);
        if (!value || !value->is_set || instance->isolation >= limits[i].least)
            continue;
        if (limits[i].least == ISOLATION_SANDBOX)
            diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, value->place,
                            "sandbox has no effect: it says how isolate = sandbox is meant, and this plugin has isolate = %s",
                            isolation_word(instance->isolation));
        else
            diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, value->place,
                            "%s has no effect: it bounds isolated plugins, and this one runs in the daemon itself",
                            limits[i].name);
    }
}

/* The plugin exec only passes lines on; what is foreign is its program. */
static bool runs_program(const struct plugin_info *plugin)
{
    char path[PATH_MAX];
    return plugin && (plugin->is_program || strcmp(plugin->path, program_exec_path(path, sizeof path)) == 0);
}

/* isolate = auto. */
static enum isolation isolation_by_plugin(const struct plugin_info *plugin)
{
    const char *folder = paths_get()->plugins;
    size_t length = strlen(folder);
    bool came_with_us = !plugin->is_program && strncmp(plugin->path, folder, length) == 0 && plugin->path[length] == '/';
    if (!came_with_us)
        return ISOLATION_PROCESS;
    return plugin->flags & ENT_FOREIGN_INPUT ? ISOLATION_SANDBOX : ISOLATION_NONE;
}

static void choose_isolation(struct building *building, struct setup_instance *instance)
{
    const char *word = options_text(instance->options, "isolate");
    instance->isolation = word ? isolation_of(word) : building->setup->daemon.isolation;
    if (!word && instance->isolation == ISOLATION_COUNT && instance->plugin)
        instance->isolation = isolation_by_plugin(instance->plugin);
    if (instance->isolation == ISOLATION_COUNT)
        instance->isolation = ISOLATION_NONE; /* told as a mistake already */
    warn_of_limits(building, instance);
    if (!runs_program(instance->plugin))
        return;
    instance->program = instance->isolation;
    instance->isolation = ISOLATION_NONE;
}

static void check_workers(struct building *building, struct setup_instance *instance)
{
    const struct option_value *workers = options_find(instance->options, "workers");
    instance->workers = workers ? (size_t)workers->integer : 1;
    if (instance->workers > 1 && instance->plugin_kind == PLUGIN_DETECTOR)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, workers->place,
                        "workers has no effect on a detector: it is shown events one batch after the other");
    if (instance->workers <= 1 || !instance->plugin || instance->plugin->flags & ENT_STATELESS)
        return;
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, workers->place,
                    "plugin %s keeps state, so its callbacks cannot run at once", instance->plugin->name);
    diagnostics_suggest(building->diagnostics, "workers = 1");
}

/* The items of a list as an array ended by NULL; empty where the option is not in the tables. */
static const char *const *list_items(struct building *building, const struct option_values *options, const char *name)
{
    const struct option_value *value = options_find(options, name);
    size_t count = value ? value->item_count : 0;
    const char **items = arena_calloc(building->setup->arena, count + 1, sizeof *items);
    for (size_t i = 0; items && i < count; i++)
        items[i] = arena_copy(building->setup->arena, value->items[i].data, value->items[i].size);
    if (!items)
        building->failed = true;
    return items;
}

void building_add_instance(struct building *building, const struct config_section *section, const char *kind)
{
    struct setup *setup = building->setup;
    const struct plugin_info *plugin = building_find_plugin(building, section, kind);
    struct option_table tables[] = {options_common(kind), {NULL, 0, sizeof(struct ent_option)}};
    struct option_values *options;
    if (plugin) {
        tables[1] = plugin->options;
        options = options_parse(section, tables, 2, &building->context, building->diagnostics);
    } else {
        options = parse_common_only(building, section, &tables[0]);
    }
    if (!options || !building_grow(building, &setup->instances, sizeof *setup->instances, setup->instance_count,
                                   &setup->instance_capacity)) {
        building->failed = true;
        options_destroy(options);
        return;
    }
    struct setup_instance *instance = &setup->instances[setup->instance_count++];
    *instance = (struct setup_instance){.kind = kind,
                                        .plugin_kind = (enum plugin_kind)plugin_kind_of(kind),
                                        .name = section->name,
                                        .title = section->title,
                                        .plugin = plugin,
                                        .refusal = building->refusal,
                                        .options = options,
                                        .enabled = options_integer(options, "enabled") != 0,
                                        .after = list_items(building, options, "after"),
                                        .place = section->place};
    if (instance->plugin_kind == PLUGIN_SINK)
        instance->policy = building_policy(building, options);
    if (instance->plugin_kind == PLUGIN_DETECTOR)
        instance->detection = building_detection(building, options);
    choose_isolation(building, instance);
    check_workers(building, instance);
}

/* ----------------------------------------------------------------------------------------------------------- order */

static bool in_chain(const struct setup_instance *instance)
{
    return instance->plugin_kind == PLUGIN_TRANSFORM || instance->plugin_kind == PLUGIN_CLASSIFIER;
}

static struct setup_instance *find_in_chain(struct setup *setup, const char *name)
{
    for (size_t i = 0; i < setup->instance_count; i++) {
        if (in_chain(&setup->instances[i]) && !strcmp(setup->instances[i].name, name))
            return &setup->instances[i];
    }
    return NULL;
}

static void complain_of_after(struct building *building, const struct setup_instance *instance, size_t index)
{
    struct setup *setup = building->setup;
    const char *name = instance->after[index];
    const char **names = arena_calloc(setup->arena, setup->instance_count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; names && i < setup->instance_count; i++) {
        if (in_chain(&setup->instances[i]))
            names[count++] = setup->instances[i].name;
    }
    const char *nearest = names ? nearest_word(name, names) : NULL;
    diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, options_find(instance->options, "after")->place,
                    "after: there is no transform or classifier '%s'%s%s", name, nearest ? "; nearest: " : "",
                    nearest ? nearest : "");
}

/* `after` names transforms and classifiers alike, so no two of them may have one name. */
static void check_chain_name(struct building *building, const struct setup_instance *instance)
{
    const struct setup_instance *first = find_in_chain(building->setup, instance->name);
    if (in_chain(instance) && first != instance)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, instance->place,
                        "%s and %s have one name, by which `after` could not tell them apart", instance->title,
                        first->title);
}

/* Names in `after` must exist, and a transform cannot come after a classifier: reports belong to the item as coded. */
static void check_after(struct building *building, const struct setup_instance *instance)
{
    if (!in_chain(instance) && instance->after[0])
        diagnostics_add(building->diagnostics, DIAGNOSTIC_WARNING, options_find(instance->options, "after")->place,
                        "after has no effect on a %s: it orders transforms and classifiers", instance->kind);
    for (size_t i = 0; instance->after[i]; i++) {
        const struct setup_instance *before = find_in_chain(building->setup, instance->after[i]);
        if (!before)
            complain_of_after(building, instance, i);
        else if (instance->plugin_kind == PLUGIN_TRANSFORM && before->plugin_kind == PLUGIN_CLASSIFIER)
            diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, options_find(instance->options, "after")->place,
                            "after: %s is a classifier, and transforms run before all classifiers", before->title);
    }
}

/* Whether all that `instance` waits for is among the first `count` of `placed`. */
static bool is_ready(struct setup *setup, const struct setup_instance *instance, const struct setup_instance *placed,
                     size_t count)
{
    for (size_t i = 0; instance->after[i]; i++) {
        const struct setup_instance *before = find_in_chain(setup, instance->after[i]);
        if (!before || (instance->plugin_kind == PLUGIN_TRANSFORM && before->plugin_kind == PLUGIN_CLASSIFIER))
            continue;
        bool found = false;
        for (size_t j = 0; j < count && !found; j++)
            found = placed[j].title == before->title;
        if (!found)
            return false;
    }
    return true;
}

static bool is_placed(const struct setup_instance *placed, size_t count, const struct setup_instance *instance)
{
    for (size_t i = 0; i < count; i++) {
        if (placed[i].title == instance->title)
            return true;
    }
    return false;
}

/* A circle among those that could not be placed: from any of them along `after` until a name comes again. */
static void complain_of_circle(struct building *building, const struct setup_instance *placed, size_t count,
                               const struct setup_instance *start)
{
    struct setup *setup = building->setup;
    struct buffer text = BUFFER_INIT;
    const struct setup_instance *at = start;
    buffer_append_text(&text, at->name);
    for (size_t steps = 0; steps <= setup->instance_count; steps++) {
        const struct setup_instance *next = NULL;
        for (size_t i = 0; at->after[i] && !next; i++) {
            next = find_in_chain(setup, at->after[i]);
            if (next && is_placed(placed, count, next))
                next = NULL;
        }
        if (!next)
            break;
        buffer_printf(&text, " after %s", next->name);
        at = next;
        if (at == start)
            break;
    }
    if (!text.failed)
        diagnostics_add(building->diagnostics, DIAGNOSTIC_ERROR, options_find(start->options, "after")->place,
                        "after goes in a circle: %s", text.bytes);
    building->failed |= text.failed;
    buffer_free(&text);
}

static size_t place_kind(struct building *building, struct setup_instance *placed, size_t count, enum plugin_kind kind)
{
    struct setup *setup = building->setup;
    bool moved = true, complained = false;
    while (moved) {
        moved = false;
        const struct setup_instance *stuck = NULL;
        for (size_t i = 0; i < setup->instance_count; i++) {
            const struct setup_instance *instance = &setup->instances[i];
            if (instance->plugin_kind != kind || (in_chain(instance) && is_placed(placed, count, instance)))
                continue;
            if (in_chain(instance) && !is_ready(setup, instance, placed, count) && !complained) {
                stuck = stuck ? stuck : instance;
                continue;
            }
            placed[count++] = *instance;
            /* In the chain the first that is ready goes next, so that the file's order is kept where it can be. */
            moved = in_chain(instance);
            if (moved)
                break;
        }
        if (!moved && stuck) {
            complain_of_circle(building, placed, count, stuck);
            complained = moved = true;
        }
    }
    return count;
}

void building_order_instances(struct building *building)
{
    static const enum plugin_kind order[] = {PLUGIN_SOURCE,   PLUGIN_TRANSFORM, PLUGIN_CLASSIFIER,
                                             PLUGIN_DETECTOR, PLUGIN_SINK,      PLUGIN_SERVICE};
    struct setup *setup = building->setup;
    if (building->failed || setup->instance_count == 0)
        return;
    for (size_t i = 0; i < setup->instance_count; i++) {
        check_chain_name(building, &setup->instances[i]);
        check_after(building, &setup->instances[i]);
    }
    struct setup_instance *placed = calloc(setup->instance_count, sizeof *placed);
    if (!placed) {
        building->failed = true;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        count = place_kind(building, placed, count, order[i]);
    free(setup->instances);
    setup->instances = placed;
    setup->instance_capacity = setup->instance_count;
}
