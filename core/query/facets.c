/* Facets: how many of the events have which value. */
#include "core/query/counting.h"
#include "core/query/parties.h"
#include "core/query/query_private.h"
#include "core/query/key_tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum column_family family; /* FAMILY_COUNT: a number's */
    int part;                  /* of the column's values; -1: the whole */
    uint64_t columns;
} facets[QUERY_FACET_COUNT] = {
    [QUERY_FACET_TYPE] = {"type", FAMILY_TYPE, -1, COLUMN_BIT(FAMILY_TYPE)},
    [QUERY_FACET_SUBTYPE] = {"subtype", FAMILY_SUBTYPE, -1, COLUMN_BIT(FAMILY_SUBTYPE)},
    [QUERY_FACET_STATUS] = {"status", FAMILY_STATUS, -1, COLUMN_BIT(FAMILY_STATUS)},
    [QUERY_FACET_MODALITY] = {"modality", FAMILY_MODALITY, -1, COLUMN_BIT(FAMILY_MODALITY)},
    [QUERY_FACET_SCOPE] = {"scope", FAMILY_SCOPE, -1, COLUMN_BIT(FAMILY_SCOPE)},
    [QUERY_FACET_COUNTRY] = {"country", FAMILY_ACTOR, -1, COLUMN_BIT(FAMILY_ACTOR)},
    [QUERY_FACET_ACTOR] = {"actor", FAMILY_ACTOR, -1, COLUMN_BIT(FAMILY_ACTOR)},
    [QUERY_FACET_DYAD] = {"dyad", FAMILY_ACTOR, -1, COLUMN_BIT(FAMILY_ACTOR)},
    [QUERY_FACET_MONTH] = {"month", FAMILY_COUNT, -1, NUMBER_BIT(NUMBER_SEEN)},
    [QUERY_FACET_YEAR] = {"year", FAMILY_COUNT, -1, NUMBER_BIT(NUMBER_DATE_LOW) | NUMBER_BIT(NUMBER_DATE_HIGH)},
    [QUERY_FACET_SOURCE_CLASS] = {"source_class", FAMILY_SOURCE, 1, COLUMN_BIT(FAMILY_SOURCE)},
    [QUERY_FACET_PUBLISHER] = {"publisher", FAMILY_SOURCE, 0, COLUMN_BIT(FAMILY_SOURCE)},
};

const char *query_facet_name(enum query_facet facet)
{
    return facets[facet].name;
}

bool query_facet_find(const char *name, enum query_facet *facet)
{
    for (int i = 0; i < QUERY_FACET_COUNT; i++)
        if (strcmp(facets[i].name, name) == 0) {
            *facet = (enum query_facet)i;
            return true;
        }
    return false;
}

/* A facet that is counted: what a value of its column counts as. */
struct counted {
    enum query_facet facet;
    struct names names;
    uint32_t *name_of; /* by the number of the column's value */
    size_t known, capacity;
    int64_t *counts;   /* lists but dyads: by the number of the name; they are few and each is met often */
    size_t count_size;
    struct key_tally tally;
};

struct facet_count {
    struct counted counted[QUERY_FACET_COUNT];
    size_t count;
    struct parties parties;
    const struct columns *columns;
};

static bool learn_names(struct counted *counted, const struct names *values)
{
    char part[ACTOR_PART_SIZE];
    int index = facets[counted->facet].part;
    if (values->count > counted->capacity) {
        size_t larger = values->count + values->count / 2 + 64;
        uint32_t *grown = realloc(counted->name_of, larger * sizeof *grown);
        if (!grown)
            return false;
        counted->name_of = grown;
        counted->capacity = larger;
    }
    for (; counted->known < values->count; counted->known++) {
        const char *text = names_text(values, (uint32_t)counted->known);
        if (!names_put(&counted->names, index < 0 ? text : value_part(text, index, part, sizeof part),
                       &counted->name_of[counted->known]))
            return false;
    }
    return true;
}

/* Room for a count of each name. */
static bool grow_counts(struct counted *counted, size_t names)
{
    if (names <= counted->count_size)
        return true;
    size_t larger = names + names / 2 + 64;
    int64_t *grown = realloc(counted->counts, larger * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + counted->count_size, 0, (larger - counted->count_size) * sizeof *grown);
    counted->counts = grown;
    counted->count_size = larger;
    return true;
}

/* Each name once an event. */
static void add_once(struct counted *counted, uint32_t *met, size_t *met_count, uint32_t name)
{
    for (size_t i = 0; i < *met_count; i++)
        if (met[i] == name)
            return;
    if (*met_count < FACTS_ACTORS_MAX)
        met[(*met_count)++] = name;
    counted->counts[name]++;
}

static void count_event_values(struct facet_count *run, struct counted *counted, const struct column_entry *entries,
                               size_t count)
{
    uint32_t met[FACTS_ACTORS_MAX];
    size_t met_count = 0;
    bool is_party = facets[counted->facet].family == FAMILY_ACTOR;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = entries[i].value, name = is_party ? run->parties.id_of[value] : counted->name_of[value];
        if (is_party && (name == UINT32_MAX || (counted->facet == QUERY_FACET_COUNTRY &&
                                                !(run->parties.traits_of[value] & PARTY_STATE))))
            continue;
        add_once(counted, met, &met_count, name);
    }
}

static bool count_pair(void *context, uint32_t first, uint32_t second)
{
    struct counted *counted = context;
    return key_tally_note(&counted->tally, (uint64_t)first << 32 | second);
}

static bool count_list(struct facet_count *run, struct counted *counted, const struct columns *columns,
                       const struct block *block, const struct bits *fits)
{
    enum column_family family = facets[counted->facet].family;
    const struct column_list *list = &block->lists[family];
    const struct names *values = columns_values(columns, family);
    bool is_party = family == FAMILY_ACTOR;
    if (is_party ? !parties_learn(&run->parties, values) : !learn_names(counted, values))
        return false;
    if (counted->facet != QUERY_FACET_DYAD &&
        !grow_counts(counted, is_party ? run->parties.ids.count : counted->names.count))
        return false;
    for (size_t i = 0, end; i < list->count; i = end) {
        for (end = i + 1; end < list->count && list->entries[end].place == list->entries[i].place;)
            end++;
        if (!bits_have(fits, list->entries[i].place))
            continue;
        if (counted->facet != QUERY_FACET_DYAD)
            count_event_values(run, counted, list->entries + i, end - i);
        else if (!parties_dyads(&run->parties, list->entries + i, end - i, false, count_pair, counted))
            return false;
    }
    return key_tally_settle(&counted->tally);
}

static bool count_periods(struct counted *counted, const struct block *block, const struct bits *fits)
{
    bool is_month = counted->facet == QUERY_FACET_MONTH;
    struct period_memo memo = {.period = is_month ? QUERY_PERIOD_MONTH : QUERY_PERIOD_YEAR};
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++) {
        if (!bits_have(fits, i))
            continue;
        uint32_t period = is_month ? period_of_time(&memo, block->numbers[NUMBER_SEEN][i])
                                   : period_of_date(&memo, block, i);
        if (!key_tally_add(&counted->tally, period, 1))
            return false;
    }
    return true;
}

static bool count_block(void *context, const struct columns *columns, const struct block *block,
                        const struct bits *fits)
{
    struct facet_count *run = context;
    for (size_t i = 0; i < run->count; i++) {
        struct counted *counted = &run->counted[i];
        bool ok = facets[counted->facet].family == FAMILY_COUNT ? count_periods(counted, block, fits)
                                                                : count_list(run, counted, columns, block, fits);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- telling ---- */

static int by_key(const void *left, const void *right)
{
    const struct key_tally_row *a = left, *b = right;
    return a->key < b->key ? -1 : a->key > b->key;
}

static const char *row_text(const struct facet_count *run, const struct counted *counted, uint64_t key, char *scratch,
                            size_t size)
{
    switch (counted->facet) {
    case QUERY_FACET_MONTH:
        period_print(scratch, QUERY_PERIOD_MONTH, (uint32_t)key);
        return scratch;
    case QUERY_FACET_YEAR:
        period_print(scratch, QUERY_PERIOD_YEAR, (uint32_t)key);
        return scratch;
    case QUERY_FACET_DYAD:
        snprintf(scratch, size, "%s %s", names_text(&run->parties.ids, (uint32_t)(key >> 32)),
                 names_text(&run->parties.ids, (uint32_t)key));
        return scratch;
    case QUERY_FACET_COUNTRY:
    case QUERY_FACET_ACTOR:
        return names_text(&run->parties.ids, (uint32_t)key);
    default:
        return names_text(&counted->names, (uint32_t)key);
    }
}

static bool tally_counts(struct counted *counted)
{
    bool ok = true;
    for (size_t i = 0; ok && i < counted->count_size; i++)
        ok = counted->counts[i] == 0 || key_tally_add(&counted->tally, i, counted->counts[i]);
    return ok;
}

static bool tell_facet(const struct facet_count *run, struct counted *counted, size_t top,
                       query_facet_callback *callback, void *context)
{
    char scratch[2 * ACTOR_PART_SIZE + 2];
    bool is_period = facets[counted->facet].family == FAMILY_COUNT, more = true;
    struct key_tally *tally = &counted->tally;
    key_tally_sort(tally, top);
    size_t count = top && top < tally->count ? top : tally->count;
    if (is_period && count)
        qsort(tally->rows, count, sizeof *tally->rows, by_key);
    for (size_t i = 0; more && i < count; i++) {
        struct query_facet_row row = {.facet = counted->facet, .count = tally->rows[i].count};
        row.value = row_text(run, counted, tally->rows[i].key, scratch, sizeof scratch);
        more = callback(context, &row);
    }
    return more;
}

bool query_facets(struct query *query, const struct query_filter *filter, unsigned which, size_t top, int64_t budget,
                  query_facet_callback *callback, void *context, struct query_totals *totals, struct error *error)
{
    uint64_t columns = 0;
    struct facet_count *run = calloc(1, sizeof *run);
    if (!run)
        return error_set(error, ERROR_MEMORY, "out of memory for counting events");
    for (int i = 0; i < QUERY_FACET_COUNT; i++)
        if (which & (1u << i)) {
            run->counted[run->count++].facet = (enum query_facet)i;
            columns |= facets[i].columns;
        }
    bool ok = counting_run(query, filter, columns, budget, count_block, run, totals, error);
    for (size_t i = 0; ok && i < run->count; i++)
        if (!tally_counts(&run->counted[i]))
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    bool more = ok;
    for (size_t i = 0; more && i < run->count; i++)
        more = tell_facet(run, &run->counted[i], top, callback, context);
    for (size_t i = 0; i < run->count; i++) {
        names_free(&run->counted[i].names);
        key_tally_free(&run->counted[i].tally);
        free(run->counted[i].name_of);
        free(run->counted[i].counts);
    }
    parties_free(&run->parties);
    free(run);
    return ok;
}
