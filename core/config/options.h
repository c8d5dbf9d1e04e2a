/* Options: a section's values parsed by an option table of <entente/plugin.h>. One path for plugins' options, the
 * keys that every instance has, watches and the daemon's own sections. Values are owned by the struct option_values;
 * immutable, any thread. */
#ifndef CORE_CONFIG_OPTIONS_H
#define CORE_CONFIG_OPTIONS_H

#include "core/config/config.h"

#include <entente/plugin.h>

#include <stdint.h>

struct option_table {
    const struct ent_option *rows; /* read with `stride` */
    size_t count;
    size_t stride;
};

struct option_value {
    const struct ent_option *option;
    bool is_set;              /* stands in the file (not a default) */
    struct source_place place;
    struct ent_str text;      /* string, secret (resolved), url, path, enum */
    int64_t integer;          /* int, bool, duration in ms, size in bytes */
    double number;            /* float */
    const struct ent_str *items; /* list */
    size_t item_count;
};

struct option_values;

/* Parses `section` by the tables together (a plugin's and the common ones); each problem goes to `diagnostics`
 * at its place, with the nearest valid name for an unknown key or choice. Table errors (duplicate names, a default that
 * does not parse) are diagnostics too. Returns values with defaults filled in even where problems were found; NULL only
 * when memory is out. `base_folder`: relative paths count from the configuration file's folder. */
struct option_values *options_parse(const struct config_section *section, const struct option_table *tables,
                                    size_t table_count, struct diagnostics *diagnostics);
void options_destroy(struct option_values *values);
const struct option_value *options_find(const struct option_values *values, const char *name);
/* Shorthands; the name must be in the tables. */
const char *options_text(const struct option_values *values, const char *name); /* NULL where absent */
int64_t options_integer(const struct option_values *values, const char *name);

/* The keys that every instance of a kind has: plugin, enabled, isolate, workers, after, allow_private, limits, and
 * for sources interval, class, … */
struct option_table options_common(const char *kind);

#endif
