/* Facets: how many of the events have which value. */
#include "core/query/counting.h"
#include "core/query/key_tally.h"
#include "core/query/period.h"
#include "core/query/query_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum tally tally;
    uint64_t columns;
} facets[QUERY_FACET_COUNT] = {
    [QUERY_FACET_TYPE] = {"type", TALLY_TYPE, COLUMN_BIT(FAMILY_TYPE)},
    [QUERY_FACET_SUBTYPE] = {"subtype", TALLY_SUBTYPE, COLUMN_BIT(FAMILY_SUBTYPE)},
    [QUERY_FACET_STATUS] = {"status", TALLY_STATUS, COLUMN_BIT(FAMILY_STATUS)},
    [QUERY_FACET_MODALITY] = {"modality", TALLY_MODALITY, COLUMN_BIT(FAMILY_MODALITY)},
    [QUERY_FACET_SCOPE] = {"scope", TALLY_SCOPE, COLUMN_BIT(FAMILY_SCOPE)},
    [QUERY_FACET_COUNTRY] = {"country", TALLY_PARTY, COLUMN_BIT(FAMILY_PARTY)},
    [QUERY_FACET_ACTOR] = {"actor", TALLY_PARTY, COLUMN_BIT(FAMILY_PARTY)},
    [QUERY_FACET_DYAD] = {"dyad", TALLY_DYAD, DYADS_BIT},
    [QUERY_FACET_MONTH] = {"month", TALLY_MONTH, NUMBER_BIT(NUMBER_SEEN)},
    [QUERY_FACET_YEAR] = {"year", TALLY_YEAR, NUMBER_BIT(NUMBER_DATE_LOW) | NUMBER_BIT(NUMBER_DATE_HIGH)},
    [QUERY_FACET_SOURCE_CLASS] = {"source_class", TALLY_SOURCE_CLASS, COLUMN_BIT(FAMILY_SOURCE_CLASS)},
    [QUERY_FACET_PUBLISHER] = {"publisher", TALLY_PUBLISHER, COLUMN_BIT(FAMILY_PUBLISHER)},
};

const char *query_facet_name(enum query_facet facet)
{
    return facets[facet].name;
}

/* A tally that is counted. */
struct counted {
    int64_t *counts; /* of a column's values, by their numbers: they are few and each is met often */
    size_t count_size;
    struct key_tally tally; /* of the others */
};

struct facet_count {
    const struct columns *columns;
    unsigned wanted; /* tallies */
    struct counted counted[TALLY_COUNT];
};

/* Room for the values below `size`. */
static bool reserve_values(struct counted *counted, uint64_t size)
{
    if (size <= counted->count_size)
        return true;
    size_t larger = size + size / 2 + 64;
    int64_t *grown = realloc(counted->counts, larger * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + counted->count_size, 0, (larger - counted->count_size) * sizeof *grown);
    counted->counts = grown;
    counted->count_size = larger;
    return true;
}

static bool count_value(struct counted *counted, uint64_t value, int64_t count)
{
    if (!reserve_values(counted, value + 1))
        return false;
    counted->counts[value] += count;
    return true;
}

/* ---- events of a block ---- */

/* `values`: how many the column has. Without a branch an entry, which would be guessed wrong again and again. */
static bool count_list(struct counted *counted, const struct column_list *list, const struct bits *fits, size_t values)
{
    if (!reserve_values(counted, values))
        return false;
    for (size_t i = 0; i < list->count; i++)
        counted->counts[list->entries[i].value] += bits_have(fits, list->entries[i].place);
    return true;
}

/* A pair as it is told, whoever gives. */
static uint64_t pair_of(uint64_t key)
{
    return dyad_key(dyad_first(key), dyad_second(key), DYAD_NONE);
}

static bool count_dyads(struct counted *counted, const struct dyad_list *list, const struct bits *fits)
{
    for (size_t run = 0, i = 0; run < list->count; run++) {
        int64_t count = 0;
        for (; i < list->runs[run].end; i++)
            count += bits_have(fits, list->places[i]);
        if (count && !key_tally_note(&counted->tally, pair_of(list->runs[run].key), count))
            return false;
    }
    return key_tally_settle(&counted->tally);
}

static bool count_periods(struct counted *counted, bool is_month, const struct block *block, const struct bits *fits)
{
    struct period_memo memo = {.period = is_month ? QUERY_PERIOD_MONTH : QUERY_PERIOD_YEAR};
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++) {
        if (!bits_have(fits, i))
            continue;
        uint32_t period =
            is_month ? period_of_time(&memo, block->numbers[NUMBER_SEEN][i])
                     : period_of_days(&memo, block->numbers[NUMBER_DATE_LOW][i], block->numbers[NUMBER_DATE_HIGH][i]);
        if (!key_tally_add(&counted->tally, period, 1))
            return false;
    }
    return true;
}

static bool count_block(void *context, const struct block *block, const struct bits *fits)
{
    struct facet_count *run = context;
    bool ok = true;
    for (int i = 0; ok && i < TALLY_COUNT; i++) {
        struct counted *counted = &run->counted[i];
        if (!(run->wanted & TALLY_BIT(i)))
            continue;
        ok = i < TALLY_LISTS   ? count_list(counted, &block->lists[tally_families[i]], fits,
                                            columns_values(run->columns, tally_families[i])->count)
             : i == TALLY_DYAD ? count_dyads(counted, &block->dyads, fits)
                               : count_periods(counted, i == TALLY_MONTH, block, fits);
    }
    return ok;
}

/* ---- all events ---- */

static bool add_tally(void *context, enum tally tally, uint64_t key, int64_t count)
{
    struct facet_count *run = context;
    struct counted *counted = &run->counted[tally];
    if (tally < TALLY_LISTS)
        return count_value(counted, key, count);
    if (tally == TALLY_MONTH)
        key &= (1u << MONTH_BITS) - 1;
    if (tally == TALLY_DYAD)
        key = pair_of(key);
    return count < 0 ? key_tally_take(&counted->tally, key, -count) : key_tally_note(&counted->tally, key, count);
}

/* ---- telling ---- */

static int by_key(const void *left, const void *right)
{
    const struct key_tally_row *a = left, *b = right;
    return a->key < b->key ? -1 : a->key > b->key;
}

static const char *row_text(const struct facet_count *run, enum query_facet facet, uint64_t key, char *scratch,
                            size_t size)
{
    enum tally tally = facets[facet].tally;
    const struct names *parties = columns_values(run->columns, FAMILY_PARTY);
    switch (tally) {
    case TALLY_MONTH:
        period_print(scratch, QUERY_PERIOD_MONTH, (uint32_t)key);
        return scratch;
    case TALLY_YEAR:
        period_print(scratch, QUERY_PERIOD_YEAR, (uint32_t)key);
        return scratch;
    case TALLY_DYAD:
        snprintf(scratch, size, "%s %s", names_text(parties, dyad_first(key)), names_text(parties, dyad_second(key)));
        return scratch;
    default:
        return names_text(columns_values(run->columns, tally_families[tally]), (uint32_t)key);
    }
}

/* UZB, HIS:SUHH */
static bool is_state(const char *id)
{
    return strncmp(id, "HIS:", 4) == 0 || (strlen(id) == 3 && isupper((unsigned char)*id));
}

/* The counts of a column's values as rows. */
static bool make_rows(const struct facet_count *run, enum query_facet facet, struct key_tally *rows)
{
    enum tally tally = facets[facet].tally;
    const struct counted *counted = &run->counted[tally];
    const struct names *names = columns_values(run->columns, tally_families[tally]);
    bool ok = true;
    for (size_t i = 0; ok && i < counted->count_size; i++)
        if (counted->counts[i] > 0 && (facet != QUERY_FACET_COUNTRY || is_state(names_text(names, (uint32_t)i))))
            ok = key_tally_add(rows, i, counted->counts[i]);
    return ok;
}

static bool tell_facet(struct facet_count *run, enum query_facet facet, size_t top, query_facet_callback *callback,
                       void *context, bool *more)
{
    char scratch[2 * ACTOR_PART_SIZE + 2];
    enum tally tally = facets[facet].tally;
    struct key_tally of_list = {0}, *rows = tally < TALLY_LISTS ? &of_list : &run->counted[tally].tally;
    bool is_period = tally == TALLY_MONTH || tally == TALLY_YEAR;
    bool ok = tally < TALLY_LISTS ? make_rows(run, facet, rows) : key_tally_settle(rows);
    if (ok)
        key_tally_sort(rows, top);
    size_t count = !ok ? 0 : top && top < rows->count ? top : rows->count;
    if (is_period && count)
        qsort(rows->rows, count, sizeof *rows->rows, by_key);
    for (size_t i = 0; *more && i < count; i++) {
        struct query_facet_row row = {.facet = facet, .count = rows->rows[i].count};
        row.value = row_text(run, facet, rows->rows[i].key, scratch, sizeof scratch);
        *more = callback(context, &row);
    }
    key_tally_free(&of_list);
    return ok;
}

bool query_facets(struct query *query, const struct query_filter *filter, unsigned which, size_t top, int64_t budget,
                  query_facet_callback *callback, void *context, struct query_totals *totals, struct error *error)
{
    struct counting counting = {.count = count_block, .add = which ? add_tally : NULL, .budget = budget};
    struct facet_count *run = calloc(1, sizeof *run);
    if (!run)
        return error_set(error, ERROR_MEMORY, "out of memory for counting events");
    run->columns = query->columns;
    for (int i = 0; i < QUERY_FACET_COUNT; i++)
        if (which & (1u << i)) {
            run->wanted |= TALLY_BIT(facets[i].tally);
            counting.families |= facets[i].columns;
        }
    counting.tallies = run->wanted;
    bool ok = counting_run(query, filter, &counting, run, totals, error), more = true;
    for (int i = 0; ok && more && i < QUERY_FACET_COUNT; i++)
        if ((which & (1u << i)) && !tell_facet(run, (enum query_facet)i, top, callback, context, &more))
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    for (int i = 0; i < TALLY_COUNT; i++) {
        key_tally_free(&run->counted[i].tally);
        free(run->counted[i].counts);
    }
    free(run);
    return ok;
}
