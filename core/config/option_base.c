#include "core/config/option_base.h"

#include "lib/base/arena.h"

#include <stdlib.h>
#include <string.h>

struct options_cache {
    struct option_base *base;
};

/* A plugin may say of a common option what it means by it: its row of the same name and type takes the other's place.
 * But one that has come since 1.0 of the interface is none that the plugin can have known of: there the plugin's own
 * goes before it, and for the host the common one has its default. */
static void add_row(struct option_base *base, const struct option_table *common, struct ent_option row, bool is_own)
{
    for (size_t i = 0; is_own && row.name && i < common->count; i++) {
        const struct ent_option *other = &base->rows[i];
        if (!other->name || strcmp(other->name, row.name) != 0)
            continue;
        if (other->since) {
            base->is_hidden[i] = true;
            base->hidden_count++;
        } else if (other->type == row.type) {
            base->rows[i] = row;
            return;
        }
    }
    base->rows[base->count] = row;
    base->defaults[base->count].option = &base->rows[base->count];
    base->count++;
}

static bool copy_rows(struct option_base *base, const struct option_table *tables, size_t table_count)
{
    size_t count = 0;
    for (size_t i = 0; i < table_count; i++)
        count += tables[i].count;
    base->rows = arena_calloc(base->arena, count + 1, sizeof *base->rows);
    base->defaults = arena_calloc(base->arena, count + 1, sizeof *base->defaults);
    base->names = arena_calloc(base->arena, count + 1, sizeof *base->names);
    base->is_hidden = arena_calloc(base->arena, count + 1, sizeof *base->is_hidden);
    if (!base->rows || !base->defaults || !base->names || !base->is_hidden)
        return false;
    for (size_t i = 0; i < table_count; i++)
        for (size_t j = 0; j < tables[i].count; j++)
            add_row(base, &tables[0], options_row(&tables[i], j), i > 0);
    for (size_t i = 0; i < table_count && i < OPTION_TABLES_MAX; i++)
        base->keys[i] = tables[i].rows;
    return true;
}

static void check_names(const struct option_origin *origin, struct option_base *base)
{
    for (size_t i = 0; i < base->count; i++) {
        const char *name = base->rows[i].name;
        base->names[i] = name && !base->is_hidden[i] ? name : "";
        for (size_t j = 0; name && j < i; j++) {
            if (!strcmp(base->names[j], name))
                diagnostics_add(origin->diagnostics, DIAGNOSTIC_ERROR, origin->place,
                                "the plugin of [%s] is at fault: it has an option '%s', a name that is taken",
                                origin->title, name);
        }
    }
}

static void parse_default(const struct option_origin *origin, struct option_base *base, struct option_value *value)
{
    struct option_problem problem;
    const char *text = value->option->default_value;
    value->place = origin->place;
    if (!value->option->name || !text)
        return;
    if (option_value_read(value->option, text, base->arena, value, &problem))
        value->raw = (struct ent_str){text, strlen(text)};
    else
        diagnostics_add(origin->diagnostics, DIAGNOSTIC_ERROR, origin->place,
                        "the plugin of [%s] is at fault: its default '%s' for '%s' is wrong: %s", origin->title, text,
                        value->option->name, problem.text);
}

void option_base_release(struct option_base *base)
{
    if (!base || --base->users > 0)
        return;
    arena_destroy(base->arena);
    free(base);
}

/* NULL when memory is out. Problems of the tables themselves are told here. */
static struct option_base *make_base(const struct option_origin *origin, const struct option_table *tables,
                                     size_t table_count)
{
    struct option_base *base = calloc(1, sizeof *base);
    if (!base)
        return NULL;
    base->users = 1;
    base->arena = arena_create(0);
    bool done = base->arena && copy_rows(base, tables, table_count);
    if (done)
        check_names(origin, base);
    for (size_t i = 0; done && i < base->count; i++)
        parse_default(origin, base, &base->defaults[i]);
    if (done && !arena_failed(base->arena))
        return base;
    option_base_release(base);
    return NULL;
}

static bool is_made_of(const struct option_base *base, const struct option_table *tables, size_t table_count)
{
    bool is_same = table_count <= OPTION_TABLES_MAX;
    for (size_t i = 0; is_same && i < OPTION_TABLES_MAX; i++)
        is_same = base->keys[i] == (i < table_count ? tables[i].rows : NULL);
    return is_same;
}

struct option_base *option_base_find(const struct option_origin *origin, struct options_cache *cache,
                                     const struct option_table *tables, size_t table_count)
{
    if (cache && cache->base && is_made_of(cache->base, tables, table_count)) {
        cache->base->users++;
        return cache->base;
    }
    struct option_base *base = make_base(origin, tables, table_count);
    if (base && cache) {
        option_base_release(cache->base);
        cache->base = base;
        base->users++;
    }
    return base;
}

struct options_cache *options_cache_create(void)
{
    return calloc(1, sizeof(struct options_cache));
}

void options_cache_destroy(struct options_cache *cache)
{
    if (!cache)
        return;
    option_base_release(cache->base);
    free(cache);
}
