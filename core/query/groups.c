/* Dyads and timelines: events counted by pair, type and period. */
#include "core/query/counting.h"
#include "core/query/parties.h"
#include "core/query/query_private.h"
#include "core/query/key_tally.h"

#include <stdlib.h>
#include <string.h>

/* A key is first | second | type | period, so that rows of one pair are neighbours once they are in order. */
enum { PARTY_BITS = 19, TYPE_BITS = 7, KEYS_MAX = 1 << 21 };

struct group_count {
    const struct query_grouping *grouping;
    bool has_dyads, too_many, has_top; /* has_top: of the pairs not all are wanted */
    const struct names *types;
    uint32_t type_at[COLUMN_BLOCK_EVENTS]; /* of the block at hand: number of the type + 1 */
    struct period_memo memo;
    struct parties parties;
    struct key_tally rows, pairs; /* pairs: how many events each has, for its place in the order */
    uint64_t *keys;   /* has_top: of which no row has been made, since most are of pairs that will not be wanted; KEYS_MAX */
    size_t key_count;
    uint64_t low;     /* type and period of the event at hand */
};

static uint32_t find_period(struct group_count *run, const struct block *block, unsigned place)
{
    if (run->grouping->period == QUERY_PERIOD_NONE)
        return 0;
    if (run->grouping->clock == QUERY_CLOCK_SEEN)
        return period_of_time(&run->memo, block->numbers[NUMBER_SEEN][place]);
    if (run->grouping->clock == QUERY_CLOCK_FIRST_SEEN)
        return period_of_time(&run->memo, block->numbers[NUMBER_FIRST_SEEN][place]);
    return period_of_date(&run->memo, block, place);
}

/* An event's first type; the vocabulary has far fewer than TYPE_BITS have room for. */
static void find_types(struct group_count *run, const struct columns *columns, const struct block *block)
{
    const struct column_list *list = &block->lists[FAMILY_TYPE];
    run->types = columns_values(columns, FAMILY_TYPE);
    memset(run->type_at, 0, sizeof run->type_at);
    for (size_t i = 0; i < list->count; i++) {
        uint32_t *type = &run->type_at[list->entries[i].place];
        if (*type == 0 && list->entries[i].value + 1 < 1u << TYPE_BITS)
            *type = list->entries[i].value + 1;
    }
}

static uint64_t low_key(struct group_count *run, const struct block *block, unsigned place)
{
    uint32_t type = run->grouping->by_type ? run->type_at[place] : 0;
    return (uint64_t)type << PERIOD_BITS | find_period(run, block, place);
}

static uint64_t pair_of(uint64_t key)
{
    return key >> (TYPE_BITS + PERIOD_BITS);
}

/* Makes rows of the keys at hand. */
static bool spill_keys(struct group_count *run)
{
    bool ok = true;
    for (size_t i = 0; ok && i < run->key_count; i++)
        ok = key_tally_note(&run->rows, run->keys[i]);
    run->key_count = 0;
    return ok && key_tally_settle(&run->rows);
}

static bool count_pair(void *context, uint32_t first, uint32_t second)
{
    struct group_count *run = context;
    if ((first | second) >> PARTY_BITS) {
        run->too_many = true;
        return false;
    }
    uint64_t pair = (uint64_t)first << PARTY_BITS | second;
    uint64_t key = pair << (TYPE_BITS + PERIOD_BITS) | run->low;
    if (!run->has_top)
        return key_tally_note(&run->rows, key);
    if (run->key_count == KEYS_MAX && !spill_keys(run))
        return false;
    run->keys[run->key_count++] = key;
    return key_tally_note(&run->pairs, pair);
}

static bool count_dyads(struct group_count *run, const struct columns *columns, const struct block *block,
                        const struct bits *fits)
{
    const struct column_list *list = &block->lists[FAMILY_ACTOR];
    if (!parties_learn(&run->parties, columns_values(columns, FAMILY_ACTOR)))
        return false;
    for (size_t i = 0, end; i < list->count; i = end) {
        unsigned place = list->entries[i].place;
        for (end = i + 1; end < list->count && list->entries[end].place == place;)
            end++;
        if (!bits_have(fits, place))
            continue;
        run->low = low_key(run, block, place);
        if (!parties_dyads(&run->parties, list->entries + i, end - i, run->grouping->is_directed, count_pair, run))
            return false;
    }
    return key_tally_settle(&run->rows) && key_tally_settle(&run->pairs);
}

static bool count_block(void *context, const struct columns *columns, const struct block *block,
                        const struct bits *fits)
{
    struct group_count *run = context;
    if (run->grouping->by_type)
        find_types(run, columns, block);
    if (run->has_dyads)
        return count_dyads(run, columns, block, fits);
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        if (bits_have(fits, i) && !key_tally_note(&run->rows, low_key(run, block, i)))
            return false;
    return key_tally_settle(&run->rows);
}

/* ---- telling ---- */

/* A row as it is ordered: pairs and types by where they stand in the alphabet. */
struct group_row {
    int64_t pair_count, count;
    uint64_t pair_order, low_order, key;
};

static const char *party_text(const struct group_count *run, uint64_t pair, bool is_first)
{
    return names_text(&run->parties.ids, (uint32_t)(is_first ? pair >> PARTY_BITS : pair & ((1u << PARTY_BITS) - 1)));
}

static uint32_t type_of(uint64_t key)
{
    return (uint32_t)(key >> PERIOD_BITS & ((1u << TYPE_BITS) - 1));
}

static uint32_t period_of(uint64_t key)
{
    return (uint32_t)(key & ((1u << PERIOD_BITS) - 1));
}

static int compare_rows(const void *left, const void *right)
{
    const struct group_row *a = left, *b = right;
    if (a->pair_count != b->pair_count)
        return a->pair_count > b->pair_count ? -1 : 1;
    if (a->pair_order != b->pair_order)
        return a->pair_order < b->pair_order ? -1 : 1;
    return a->low_order < b->low_order ? -1 : a->low_order > b->low_order;
}

static int compare_names(const void *left, const void *right, void *context)
{
    return strcmp(names_text(context, *(const uint32_t *)left), names_text(context, *(const uint32_t *)right));
}

/* Where each name stands in the alphabet; the caller frees it. NULL when memory is out. */
static uint32_t *rank_names(const struct names *names)
{
    uint32_t *order = malloc((names->count + 1) * sizeof *order), *ranks = malloc((names->count + 1) * sizeof *ranks);
    for (uint32_t i = 0; order && ranks && i < names->count; i++)
        order[i] = i;
    if (order && ranks && names->count)
        qsort_r(order, names->count, sizeof *order, compare_names, (void *)names);
    for (uint32_t i = 0; order && ranks && i < names->count; i++)
        ranks[order[i]] = i;
    if (!order) {
        free(ranks);
        ranks = NULL;
    }
    free(order);
    return ranks;
}

/* All rows are wanted: the keys at hand become rows, and rows are summed up to pairs. */
static bool keep_all(struct group_count *run)
{
    bool ok = spill_keys(run);
    for (size_t i = 0; ok && run->has_dyads && !run->has_top && i < run->rows.slots; i++)
        if (run->rows.rows[i].count)
            ok = key_tally_add(&run->pairs, pair_of(run->rows.rows[i].key), run->rows.rows[i].count);
    return ok;
}

static bool is_chosen(const struct key_tally *chosen, uint64_t key)
{
    return key_tally_count(chosen, pair_of(key)) > 0;
}

/* Only the pairs that are among the `top`, and their rows. */
static bool keep_top(struct group_count *run)
{
    struct key_tally chosen = {0}, kept = {0};
    size_t top = run->grouping->top;
    key_tally_sort(&run->pairs, top);
    bool ok = true;
    for (size_t i = 0; ok && i < run->pairs.count && run->pairs.rows[i].count >= run->pairs.rows[top - 1].count; i++)
        ok = key_tally_add(&chosen, run->pairs.rows[i].key, run->pairs.rows[i].count);
    for (size_t i = 0; ok && i < run->rows.slots; i++)
        if (run->rows.rows[i].count && is_chosen(&chosen, run->rows.rows[i].key))
            ok = key_tally_add(&kept, run->rows.rows[i].key, run->rows.rows[i].count);
    for (size_t i = 0; ok && i < run->key_count; i++)
        if (is_chosen(&chosen, run->keys[i]))
            ok = key_tally_add(&kept, run->keys[i], 1);
    key_tally_free(&run->pairs);
    key_tally_free(&run->rows);
    run->pairs = chosen;
    run->rows = kept;
    return ok;
}

static void order_rows(const struct group_count *run, const uint32_t *parties, const uint32_t *types,
                       struct group_row *rows, size_t *count)
{
    for (size_t i = 0; i < run->rows.slots; i++) {
        const struct key_tally_row *from = &run->rows.rows[i];
        uint64_t pair = pair_of(from->key), type = type_of(from->key);
        if (!from->count)
            continue;
        struct group_row *row = &rows[(*count)++];
        *row = (struct group_row){.key = from->key, .count = from->count};
        row->low_order = (uint64_t)period_of(from->key) << 32 | (type ? types[type - 1] + 1 : 0);
        if (!run->has_dyads)
            continue;
        row->pair_count = key_tally_count(&run->pairs, pair);
        row->pair_order = (uint64_t)parties[pair >> PARTY_BITS] << 32 | parties[pair & ((1u << PARTY_BITS) - 1)];
    }
    if (*count)
        qsort(rows, *count, sizeof *rows, compare_rows);
}

static struct group_row *make_rows(struct group_count *run, size_t *count)
{
    static const struct names none;
    bool ok = run->has_top && run->pairs.count > run->grouping->top ? keep_top(run) : keep_all(run);
    uint32_t *parties = rank_names(&run->parties.ids), *types = rank_names(run->types ? run->types : &none);
    struct group_row *rows = ok && parties && types ? calloc(run->rows.count + 1, sizeof *rows) : NULL;
    *count = 0;
    if (rows)
        order_rows(run, parties, types, rows, count);
    free(parties);
    free(types);
    return rows;
}

static void tell_rows(const struct group_count *run, const struct group_row *rows, size_t count,
                      query_count_callback *callback, void *context)
{
    size_t pairs = 0;
    bool more = true;
    for (size_t i = 0; more && i < count; i++) {
        char period[PERIOD_TEXT_SIZE];
        uint64_t pair = pair_of(rows[i].key);
        uint32_t type = type_of(rows[i].key);
        pairs += run->has_dyads && (i == 0 || pair != pair_of(rows[i - 1].key));
        if (run->grouping->top && pairs > run->grouping->top)
            return;
        period_print(period, run->grouping->period, period_of(rows[i].key));
        struct query_count_row row = {.first = run->has_dyads ? party_text(run, pair, true) : "",
                                      .second = run->has_dyads ? party_text(run, pair, false) : "",
                                      .type = type ? names_text(run->types, type - 1) : "",
                                      .period = period,
                                      .count = rows[i].count};
        more = callback(context, &row);
    }
}

static uint64_t wanted_columns(const struct query_grouping *grouping, bool has_dyads)
{
    static const uint64_t clocks[] = {
        [QUERY_CLOCK_SEEN] = NUMBER_BIT(NUMBER_SEEN),
        [QUERY_CLOCK_FIRST_SEEN] = NUMBER_BIT(NUMBER_FIRST_SEEN),
        [QUERY_CLOCK_DATE] = NUMBER_BIT(NUMBER_DATE_LOW) | NUMBER_BIT(NUMBER_DATE_HIGH),
    };
    return (has_dyads ? COLUMN_BIT(FAMILY_ACTOR) : 0) | (grouping->by_type ? COLUMN_BIT(FAMILY_TYPE) : 0) |
           (grouping->period != QUERY_PERIOD_NONE ? clocks[grouping->clock] : 0);
}

static bool count_groups(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                         bool has_dyads, query_count_callback *callback, void *context, struct query_totals *totals,
                         struct error *error)
{
    struct group_count *run = calloc(1, sizeof *run);
    struct group_row *rows = NULL;
    size_t row_count = 0;
    bool ok = run != NULL;
    if (ok) {
        run->grouping = grouping;
        run->memo.period = grouping->period;
        run->has_dyads = has_dyads;
        run->has_top = has_dyads && grouping->top > 0;
        run->keys = run->has_top ? malloc(KEYS_MAX * sizeof *run->keys) : NULL;
        ok = !run->has_top || run->keys;
    }
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory for counting events");
    if (ok) {
        ok = counting_run(query, filter, wanted_columns(grouping, has_dyads), grouping->budget, count_block, run,
                          totals, error);
        if (run->too_many)
            ok = error_set(error, ERROR_LIMIT, "more than %d parties: ask for fewer events", 1 << PARTY_BITS);
        rows = ok ? make_rows(run, &row_count) : NULL;
        if (ok && !rows)
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
        if (ok)
            tell_rows(run, rows, row_count, callback, context);
        key_tally_free(&run->rows);
        key_tally_free(&run->pairs);
        parties_free(&run->parties);
    }
    free(rows);
    free(run ? run->keys : NULL);
    free(run);
    return ok;
}

bool query_dyads(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                 query_count_callback *callback, void *context, struct query_totals *totals, struct error *error)
{
    return count_groups(query, filter, grouping, true, callback, context, totals, error);
}

bool query_timeline(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                    query_count_callback *callback, void *context, struct query_totals *totals, struct error *error)
{
    return count_groups(query, filter, grouping, false, callback, context, totals, error);
}
