/* Option base: what all sections of one kind and plugin have in common: the rows of their tables, and what stands for a
 * value that is not set. Ten thousand feeds share one. For core/config/options.c alone; one thread. */
#ifndef CORE_CONFIG_OPTION_BASE_H
#define CORE_CONFIG_OPTION_BASE_H

#include "core/config/option_value.h"
#include "core/config/options.h"

enum { OPTION_TABLES_MAX = 2 };

struct option_base {
    size_t users;
    const struct ent_option *keys[OPTION_TABLES_MAX]; /* the tables that it was made of */
    struct arena *arena;
    struct ent_option *rows;
    struct option_value *defaults; /* one a row */
    const char **names;            /* of all rows, ended by NULL; "" for those that a plugin's own is_hidden */
    bool *is_hidden;               /* one a row: whether a plugin's own of the same name stands before it */
    size_t hidden_count;
    size_t count;
};

/* Whose fault a table's is said to be. */
struct option_origin {
    struct diagnostics *diagnostics;
    struct source_place place;
    const char *title; /* of the section */
};

/* Another user of the base of `cache` (may be NULL) where it is made of these tables, else of a new one; problems of
 * the tables are told then. NULL when memory is out. */
struct option_base *option_base_find(const struct option_origin *origin, struct options_cache *cache,
                                     const struct option_table *tables, size_t table_count);
/* One user less. NULL does nothing. */
void option_base_release(struct option_base *base);

#endif
