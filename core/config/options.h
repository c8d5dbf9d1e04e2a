/* Options: a section's values parsed by option tables of <entente/plugin.h>. One path for plugins' options, the keys
 * that every instance has, watches and the daemon's own sections.
 *
 * Values are owned by the struct option_values, which copies all it takes from the section; the tables' rows are
 * copied, their texts lent. Immutable, any thread. */
#ifndef CORE_CONFIG_OPTIONS_H
#define CORE_CONFIG_OPTIONS_H

#include "core/config/config.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdint.h>

struct option_table {
    const struct ent_option *rows; /* read with `stride` */
    size_t count;
    size_t stride;
};

/* One line's share of a value: a series key.1, key.2, … has several, joined by a space (in a list by a comma). */
struct option_part {
    size_t offset; /* of its text in the joined one */
    struct source_place place;
};

struct option_value {
    const struct ent_option *option;
    bool is_set; /* stands in the file (not a default) */
    struct source_place place;
    struct ent_str text; /* string, secret, url, path, enum; NULL data where there is neither value nor default */
    int64_t integer;     /* int, bool, duration in ms, size in bytes */
    double number;       /* float */
    const struct ent_str *items; /* list */
    size_t item_count;
    const struct option_part *parts;
    size_t part_count;
    uint64_t content;   /* of ENT_PATH_CONTENT: hash of paths and of what the files hold; else 0 */
    struct ent_str raw; /* as it stands in the file or the table, joined; of a secret not resolved */
};

struct option_values;

enum options_mode {
    OPTIONS_CHECK,  /* secrets stay as they are written (`entente check` may run where they are not) */
    OPTIONS_RESOLVE /* `env:NAME` and `file:PATH` are replaced by what they name; one that is not there is an error */
};

/* What sections of one kind and plugin share, kept from one parse to the next: for the lines of a list. Values that are
 * not set then have the place of the first of them. */
struct options_cache;
/* NULL when memory is out. */
struct options_cache *options_cache_create(void);
void options_cache_destroy(struct options_cache *cache);

/* What a section is parsed for. */
struct options_context {
    struct options_cache *cache; /* NULL: none */
    enum options_mode mode;
    const char
        *made_folder; /* need not be there yet for files to be written in it, as the daemon makes it; NULL: none */
};

/* Parses `section` by the tables together (a plugin's and the common ones); each problem goes to `diagnostics` at its
 * place, with the nearest valid name for an unknown key or choice. Table errors (duplicate names, a default that does
 * not parse) are diagnostics too, at the section. Paths count from the folder of the file that names them. Returns
 * values with defaults filled in even where problems were found; NULL only when memory is out. */
struct option_values *options_parse(const struct config_section *section, const struct option_table *tables,
                                    size_t table_count, const struct options_context *context,
                                    struct diagnostics *diagnostics);
/* Values that were parsed elsewhere, as a runner gets them: `set` has those that are not at their default, each with the
 * option's name, text, number and items, which are copied; a name that no table has is an error. Places and parts are
 * empty. NULL with `error`. */
struct option_set {
    const char *name;
    struct option_value value;
};
struct option_values *options_assemble(const struct option_table *tables, size_t table_count,
                                       struct options_cache *cache, const struct option_set *set, size_t set_count,
                                       struct error *error);
void options_destroy(struct option_values *values);

size_t options_count(const struct option_values *values);
const struct option_value *options_value(const struct option_values *values, size_t index);
/* For the host: NULL where no table has the name. A common option that a plugin's own hides (one that is newer than 1.0 of the
 * interface) has its default. */
const struct option_value *options_find(const struct option_values *values, const char *name);
/* For a plugin: its own where it has one of the name. */
const struct option_value *options_find_own(const struct option_values *values, const char *name);
/* Shorthands; the name must be in the tables. */
const char *options_text(const struct option_values *values, const char *name); /* NULL where absent */
int64_t options_integer(const struct option_values *values, const char *name);
/* Where byte `offset` of a value's joined text stands, `length` bytes long. */
struct source_place options_place(const struct option_value *value, size_t offset, size_t length);
/* Whether every option has the same value: also what the files hold, of options whose content counts. */
bool options_equal(const struct option_values *a, const struct option_values *b);

/* Rows of a table without regard to its stride: a copy, zero where the table's rows are shorter. */
struct ent_option options_row(const struct option_table *table, size_t index);
/* "interval = 15m" in the notation of the file, for a row that has a default; else a made-up value of its type. */
void options_print_sample(const struct ent_option *option, char *text, size_t size);

/* The keys that every section of a kind has: those of an instance ("source", "sources", "transform", "classifier",
 * "detector", "sink", "service": plugin, enabled, isolate, …), of "entente", "log", "retention", "rates", "group" and "macro". No rows for another
 * word; those of a watch are core/watch's. */
struct option_table options_common(const char *kind);

#endif
