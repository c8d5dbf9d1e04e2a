/* Dyads and timelines: events counted by pair, type and period. */
#include "core/query/counting.h"
#include "core/query/key_tally.h"
#include "core/query/period.h"
#include "core/query/query_private.h"

#include <stdlib.h>
#include <string.h>

/* A key is first | second | type | period, so that rows of one pair are neighbours once they are in order. */
enum { PARTY_BITS = 19, TYPE_BITS = 7, RUNS_MAX = 1 << 21, LOWS_MAX = 1 << 22 };

/* A pair's events in a block, of which no row has been made. */
struct group_run {
    uint64_t pair;
    size_t end; /* its lows end before this one */
};

struct group_count {
    const struct query_grouping *grouping;
    bool has_dyads, too_many, has_top; /* has_top: of the pairs not all are wanted */
    const struct names *types, *parties;
    uint32_t type_at[COLUMN_BLOCK_EVENTS]; /* of the block at hand: number of the type + 1 */
    uint32_t lows[COLUMN_BLOCK_EVENTS];    /* type and period, of those that fit */
    struct period_memo memo;
    struct key_tally rows, pairs; /* pairs: how many events each has, for its place in the order */
    /* has_top: what is kept without rows, since most is of pairs that will not be wanted; RUNS_MAX and LOWS_MAX */
    struct group_run *runs;
    uint32_t *run_lows;
    size_t run_count, low_count;
};

static uint32_t find_period(struct group_count *run, const struct block *block, unsigned place)
{
    if (run->grouping->period == QUERY_PERIOD_NONE)
        return 0;
    if (run->grouping->clock == QUERY_CLOCK_SEEN)
        return period_of_time(&run->memo, block->numbers[NUMBER_SEEN][place]);
    if (run->grouping->clock == QUERY_CLOCK_FIRST_SEEN)
        return period_of_time(&run->memo, block->numbers[NUMBER_FIRST_SEEN][place]);
    return period_of_days(&run->memo, block->numbers[NUMBER_DATE_LOW][place], block->numbers[NUMBER_DATE_HIGH][place]);
}

/* An event's first type; the vocabulary has far fewer than TYPE_BITS have room for. */
static void find_types(struct group_count *run, const struct block *block)
{
    const struct column_list *list = &block->lists[FAMILY_TYPE];
    memset(run->type_at, 0, sizeof run->type_at);
    for (size_t i = 0; i < list->count; i++) {
        uint32_t *type = &run->type_at[list->entries[i].place];
        if (*type == 0 && list->entries[i].value + 1 < 1u << TYPE_BITS)
            *type = list->entries[i].value + 1;
    }
}

static uint32_t low_key(struct group_count *run, const struct block *block, unsigned place)
{
    uint32_t type = run->grouping->by_type ? run->type_at[place] : 0;
    return type << PERIOD_BITS | find_period(run, block, place);
}

static uint64_t pair_of(uint64_t key)
{
    return key >> (TYPE_BITS + PERIOD_BITS);
}

/* Makes rows of what is kept. */
static bool spill_runs(struct group_count *run)
{
    bool ok = true;
    for (size_t i = 0, low = 0; ok && i < run->run_count; i++)
        for (; ok && low < run->runs[i].end; low++)
            ok = key_tally_note(&run->rows, run->runs[i].pair << (TYPE_BITS + PERIOD_BITS) | run->run_lows[low], 1);
    run->run_count = run->low_count = 0;
    return ok && key_tally_settle(&run->rows);
}

/* The pair's events among `places`. */
static bool count_run(struct group_count *run, uint64_t pair, const uint16_t *places, size_t count,
                      const struct bits *fits, bool all_fit)
{
    int64_t found = 0;
    if (!run->has_top) {
        bool ok = true;
        for (size_t i = 0; ok && i < count; i++)
            ok = !bits_have(fits, places[i]) ||
                 key_tally_note(&run->rows, pair << (TYPE_BITS + PERIOD_BITS) | run->lows[places[i]], 1);
        return ok;
    }
    if ((run->run_count == RUNS_MAX || run->low_count + count > LOWS_MAX) && !spill_runs(run))
        return false;
    uint32_t *lows = run->run_lows + run->low_count;
    for (size_t i = 0; i < count; i++) {
        lows[found] = run->lows[places[i]];
        found += all_fit || bits_have(fits, places[i]);
    }
    if (found == 0)
        return true;
    run->low_count += (size_t)found;
    run->runs[run->run_count++] = (struct group_run){pair, run->low_count};
    return key_tally_note(&run->pairs, pair, found);
}

/* The pairs that a key of the columns is told as, at most two. */
static bool find_pairs(struct group_count *run, uint64_t key, uint64_t pairs[2], size_t *count)
{
    uint64_t first = dyad_first(key), second = dyad_second(key);
    enum dyad_direction direction = run->grouping->is_directed ? dyad_direction(key) : DYAD_NONE;
    run->too_many = run->too_many || (first | second) >> PARTY_BITS;
    *count = 0;
    if (direction != DYAD_BACK)
        pairs[(*count)++] = first << PARTY_BITS | second;
    if (direction & DYAD_BACK)
        pairs[(*count)++] = second << PARTY_BITS | first;
    return !run->too_many;
}

static bool count_dyads(struct group_count *run, const struct block *block, const struct bits *fits)
{
    const struct dyad_list *list = &block->dyads;
    bool all_fit = memcmp(fits, &block->live, sizeof *fits) == 0; /* who is not live has no dyads */
    for (unsigned place = 0; place < COLUMN_BLOCK_EVENTS; place++)
        if (bits_have(fits, place))
            run->lows[place] = low_key(run, block, place);
    for (size_t i = 0, from = 0; i < list->count; from = list->runs[i].end, i++) {
        uint64_t pairs[2];
        size_t count;
        if (!find_pairs(run, list->runs[i].key, pairs, &count))
            return false;
        for (size_t j = 0; j < count; j++)
            if (!count_run(run, pairs[j], list->places + from, list->runs[i].end - from, fits, all_fit))
                return false;
    }
    return key_tally_settle(&run->rows) && key_tally_settle(&run->pairs);
}

static bool count_block(void *context, const struct block *block, const struct bits *fits)
{
    struct group_count *run = context;
    if (run->grouping->by_type)
        find_types(run, block);
    if (run->has_dyads)
        return count_dyads(run, block, fits);
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        if (bits_have(fits, i) && !key_tally_note(&run->rows, low_key(run, block, i), 1))
            return false;
    return key_tally_settle(&run->rows);
}

/* ---- all events ---- */

static bool add_key(struct key_tally *tally, uint64_t key, int64_t count)
{
    return count < 0 ? key_tally_take(tally, key, -count) : key_tally_note(tally, key, count);
}

static bool add_month(struct group_count *run, uint64_t key, int64_t count)
{
    uint64_t type = run->grouping->by_type ? key >> MONTH_BITS : 0;
    uint32_t period = period_of_month(run->grouping->period, (uint32_t)key & ((1u << MONTH_BITS) - 1));
    return add_key(&run->rows, (type < 1u << TYPE_BITS ? type : 0) << PERIOD_BITS | period, count);
}

static bool add_tally(void *context, enum tally tally, uint64_t key, int64_t count)
{
    struct group_count *run = context;
    uint64_t pairs[2];
    size_t pair_count;
    if (tally == TALLY_MONTH)
        return add_month(run, key, count);
    bool ok = find_pairs(run, key, pairs, &pair_count);
    for (size_t i = 0; ok && i < pair_count; i++)
        ok = add_key(&run->rows, pairs[i] << (TYPE_BITS + PERIOD_BITS), count);
    return ok;
}

/* Whether the tallies of blocks tell what is asked. */
static bool is_tallied(const struct query_grouping *grouping, bool has_dyads)
{
    if (has_dyads)
        return grouping->period == QUERY_PERIOD_NONE && !grouping->by_type;
    return grouping->period == QUERY_PERIOD_NONE ||
           (grouping->clock == QUERY_CLOCK_SEEN && grouping->period != QUERY_PERIOD_DAY);
}

/* ---- telling ---- */

/* A row as it is ordered: pairs and types by where they stand in the alphabet. */
struct group_row {
    int64_t pair_count, count;
    uint64_t pair_order, low_order, key;
};

static const char *party_text(const struct group_count *run, uint64_t pair, bool is_first)
{
    return names_text(run->parties, (uint32_t)(is_first ? pair >> PARTY_BITS : pair & ((1u << PARTY_BITS) - 1)));
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

/* Rows are summed up to pairs, where these were not counted by themselves. */
static bool sum_pairs(struct group_count *run)
{
    bool ok = true;
    for (size_t i = 0; ok && i < run->rows.slots; i++)
        if (run->rows.rows[i].count)
            ok = key_tally_add(&run->pairs, pair_of(run->rows.rows[i].key), run->rows.rows[i].count);
    return ok;
}

/* Most pairs are told apart from the chosen ones by a bit of their hash. */
enum { SIEVE_BITS = 16 };
struct sieve {
    uint64_t words[(1 << SIEVE_BITS) / 64];
};

static unsigned sieve_place(uint64_t pair)
{
    return (unsigned)((pair * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - SIEVE_BITS));
}

/* Rows of the kept runs whose pair is among the chosen ones. */
static bool keep_runs(const struct group_count *run, const struct key_tally *chosen, struct key_tally *kept)
{
    struct sieve sieve = {{0}};
    bool ok = true;
    for (size_t i = 0; i < chosen->slots; i++)
        if (chosen->rows[i].count)
            sieve.words[sieve_place(chosen->rows[i].key) / 64] |= UINT64_C(1) << sieve_place(chosen->rows[i].key) % 64;
    for (size_t i = 0, low = 0; ok && i < run->run_count; low = run->runs[i].end, i++) {
        uint64_t pair = run->runs[i].pair;
        unsigned place = sieve_place(pair);
        if (!(sieve.words[place / 64] >> (place % 64) & 1) || key_tally_count(chosen, pair) == 0)
            continue;
        for (size_t j = low; ok && j < run->runs[i].end; j++)
            ok = key_tally_add(kept, pair << (TYPE_BITS + PERIOD_BITS) | run->run_lows[j], 1);
    }
    return ok;
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
        if (run->rows.rows[i].count && key_tally_count(&chosen, pair_of(run->rows.rows[i].key)) > 0)
            ok = key_tally_add(&kept, run->rows.rows[i].key, run->rows.rows[i].count);
    ok = ok && keep_runs(run, &chosen, &kept);
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
    bool ok = key_tally_settle(&run->rows) && (!run->has_dyads || run->pairs.count > 0 || sum_pairs(run));
    if (ok)
        ok = run->has_top && run->pairs.count > run->grouping->top ? keep_top(run) : spill_runs(run);
    uint32_t *parties = rank_names(run->parties), *types = rank_names(run->types);
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
    return (has_dyads ? DYADS_BIT : 0) | (grouping->by_type ? COLUMN_BIT(FAMILY_TYPE) : 0) |
           (grouping->period != QUERY_PERIOD_NONE ? clocks[grouping->clock] : 0);
}

static struct group_count *begin_groups(struct query *query, const struct query_grouping *grouping, bool has_dyads)
{
    struct group_count *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    run->grouping = grouping;
    run->memo.period = grouping->period;
    run->has_dyads = has_dyads;
    run->has_top = has_dyads && grouping->top > 0;
    run->types = columns_values(query->columns, FAMILY_TYPE);
    run->parties = columns_values(query->columns, FAMILY_PARTY);
    if (!run->has_top)
        return run;
    run->runs = malloc(RUNS_MAX * sizeof *run->runs);
    run->run_lows = malloc(LOWS_MAX * sizeof *run->run_lows);
    return run;
}

static void end_groups(struct group_count *run)
{
    if (!run)
        return;
    key_tally_free(&run->rows);
    key_tally_free(&run->pairs);
    free(run->runs);
    free(run->run_lows);
    free(run);
}

static bool count_groups(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                         bool has_dyads, query_count_callback *callback, void *context, struct query_totals *totals,
                         struct error *error)
{
    struct group_count *run = begin_groups(query, grouping, has_dyads);
    struct counting counting = {.families = wanted_columns(grouping, has_dyads),
                                .count = count_block,
                                .tallies = TALLY_BIT(has_dyads ? TALLY_DYAD : TALLY_MONTH),
                                .add = is_tallied(grouping, has_dyads) ? add_tally : NULL,
                                .budget = grouping->budget};
    size_t row_count = 0;
    bool ok = run && (!run->has_top || (run->runs && run->run_lows));
    if (!ok)
        error_set(error, ERROR_MEMORY, "out of memory for counting events");
    ok = ok && counting_run(query, filter, &counting, run, totals, error);
    if (run && run->too_many)
        ok = error_set(error, ERROR_LIMIT, "more than %d parties: ask for fewer events", 1 << PARTY_BITS);
    struct group_row *rows = ok ? make_rows(run, &row_count) : NULL;
    if (ok && !rows)
        ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    if (ok)
        tell_rows(run, rows, row_count, callback, context);
    free(rows);
    end_groups(run);
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
