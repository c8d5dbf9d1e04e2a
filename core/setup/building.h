/* Building a setup: what the parts of this room share while a configuration is turned into a plan. Within core/setup
 * only. */
#ifndef CORE_SETUP_BUILDING_H
#define CORE_SETUP_BUILDING_H

#include "core/setup/setup.h"
#include "lib/base/arena.h"

/* A [group.NAME] or [macro.NAME]. */
struct setup_names_section {
    const char *name, *title;
    const struct option_values *options;
    struct source_place place;
};

struct setup {
    struct arena *arena;
    struct config *config;         /* places and section names are lent by it */
    struct registry *own_registry; /* NULL where the caller has one */
    struct setup_daemon daemon;
    struct setup_instance *instances;
    size_t instance_count, instance_capacity;
    struct setup_watch *watches;
    size_t watch_count, watch_capacity;
    struct rule_names *names;
    struct setup_names_section *names_sections;
    size_t names_count, names_capacity;
    size_t refused_plugins;
};

struct building {
    struct setup *setup;
    struct registry *registry; /* NULL where none could be made: then no plugin is known */
    struct diagnostics *diagnostics;
    struct options_context context;
    const char *refusal; /* why building_find_plugin gave NULL last, where the plugin was refused; else NULL */
    bool failed;         /* memory is out */
};

/* Room for one more element of `size` bytes in *array; false, with `failed` set, when memory is out. */
bool building_grow(struct building *building, void *array, size_t size, size_t count, size_t *capacity);

/* Adds the instance of a section, with all that can be said of it alone; `kind` is "source" for a line of a list. */
void building_add_instance(struct building *building, const struct config_section *section, const char *kind);
/* The entry of the section's `plugin` as the registry knows it; NULL, with a diagnostic, where there is none or it
 * cannot be a `kind`. */
const struct plugin_info *building_find_plugin(struct building *building, const struct config_section *section,
                                               const char *kind);
/* Adds one source a line of a [sources.NAME] list. */
void building_add_source_list(struct building *building, const struct config_section *section);
/* The items of a list, ended by NULL. */
const char *const *building_copy_items(struct building *building, const struct option_value *value);
/* The configuration's time zone, into the daemon's settings. */
void building_find_zone(struct building *building);
/* Of a sink's or a watch's options; what is wrong in it is told. NULL when memory is out. */
const struct delivery_policy *building_policy(struct building *building, const struct option_values *options);
/* One route a sink, ended by one whose sink is NULL; when all instances are known. */
const struct delivery_route *building_routes(struct building *building, const char *const *sinks,
                                             const struct delivery_policy *of_watch);
/* The groups, macros and rates of the file, with all that is wrong in them: before the watches. */
void building_add_names(struct building *building);
/* What is wrong in a rule: of an option, `file` NULL, or of the text of a file. */
void building_tell_rule_error(struct building *building, const struct option_value *option, const char *file,
                              const char *text, const struct rule_error *error);
/* Where item `index` of a list stands. */
struct source_place building_place_of_item(const struct option_value *value, size_t index);
void building_add_watch(struct building *building, const struct config_section *section);
/* The keys that a detector shares with watches. */
struct setup_detection *building_detection(struct building *building, const struct option_values *options);

/* What only the whole shows: `after`, `to`, what is missing; and puts the instances into the order of setup.h. */
void building_order_instances(struct building *building);
void building_check_watches(struct building *building);

#endif
