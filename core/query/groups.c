/* Dyads and timelines: events counted by pair, type and period. */
#include "core/query/counting.h"
#include "core/query/parties.h"
#include "core/query/query_private.h"
#include "core/query/key_tally.h"

#include <stdlib.h>
#include <string.h>

/* A key is first | second | type | period, so that rows of one pair are neighbours once they are in order. */
enum { PARTY_BITS = 19, TYPE_BITS = 7 };

struct group_count {
    const struct query_grouping *grouping;
    bool has_dyads, too_many;
    struct names types;
    uint32_t *type_of; /* by the number of the column's value; for the event at hand in `type` */
    size_t known, capacity;
    uint32_t type_at[COLUMN_BLOCK_EVENTS]; /* of the block at hand: number of the type + 1 */
    struct parties parties;
    struct key_tally rows, pairs; /* pairs: how many events each has, for its place in the order */
    uint64_t low;             /* type and period of the event at hand */
};

static uint32_t find_period(const struct query_grouping *grouping, const struct block *block, unsigned place)
{
    if (grouping->period == QUERY_PERIOD_NONE)
        return 0;
    if (grouping->clock == QUERY_CLOCK_SEEN)
        return period_of_time(grouping->period, block->numbers[NUMBER_SEEN][place]);
    if (grouping->clock == QUERY_CLOCK_FIRST_SEEN)
        return period_of_time(grouping->period, block->numbers[NUMBER_FIRST_SEEN][place]);
    int64_t low = block->numbers[NUMBER_DATE_LOW][place], high = block->numbers[NUMBER_DATE_HIGH][place];
    int64_t day = low != INT32_MIN ? low : high;
    return day == INT32_MAX ? 0 : period_of_day(grouping->period, day);
}

static bool find_types(struct group_count *run, const struct columns *columns, const struct block *block)
{
    const struct names *values = columns_values(columns, FAMILY_TYPE);
    const struct column_list *list = &block->lists[FAMILY_TYPE];
    memset(run->type_at, 0, sizeof run->type_at);
    for (size_t i = 0; i < list->count; i++) {
        uint32_t type;
        if (run->type_at[list->entries[i].place])
            continue;
        if (!names_put(&run->types, names_text(values, list->entries[i].value), &type))
            return false;
        if (type + 1 < 1u << TYPE_BITS)
            run->type_at[list->entries[i].place] = type + 1;
    }
    return true;
}

static uint64_t low_key(const struct group_count *run, const struct block *block, unsigned place)
{
    uint32_t type = run->grouping->by_type ? run->type_at[place] : 0;
    return (uint64_t)type << PERIOD_BITS | find_period(run->grouping, block, place);
}

static bool count_pair(void *context, uint32_t first, uint32_t second)
{
    struct group_count *run = context;
    if ((first | second) >> PARTY_BITS) {
        run->too_many = true;
        return false;
    }
    uint64_t pair = (uint64_t)first << PARTY_BITS | second;
    return key_tally_add(&run->rows, pair << (TYPE_BITS + PERIOD_BITS) | run->low, 1);
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
    return true;
}

static bool count_block(void *context, const struct columns *columns, const struct block *block,
                        const struct bits *fits)
{
    struct group_count *run = context;
    if (run->grouping->by_type && !find_types(run, columns, block))
        return false;
    if (run->has_dyads)
        return count_dyads(run, columns, block, fits);
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        if (bits_have(fits, i) && !key_tally_add(&run->rows, low_key(run, block, i), 1))
            return false;
    return true;
}

/* ---- telling ---- */

/* A row as it is ordered. */
struct group_row {
    int64_t pair_count, count;
    uint64_t key;
    uint32_t period, type;
    const struct group_count *run;
};

static const char *party_text(const struct group_count *run, uint64_t pair, bool is_first)
{
    return names_text(&run->parties.ids, (uint32_t)(is_first ? pair >> PARTY_BITS : pair & ((1u << PARTY_BITS) - 1)));
}

static const char *type_text(const struct group_count *run, uint32_t type)
{
    return type ? names_text(&run->types, type - 1) : "";
}

static int compare_rows(const void *left, const void *right)
{
    const struct group_row *a = left, *b = right;
    uint64_t pair_a = a->key >> (TYPE_BITS + PERIOD_BITS), pair_b = b->key >> (TYPE_BITS + PERIOD_BITS);
    if (a->pair_count != b->pair_count)
        return a->pair_count > b->pair_count ? -1 : 1;
    if (pair_a != pair_b) {
        int order = strcmp(party_text(a->run, pair_a, true), party_text(a->run, pair_b, true));
        return order ? order : strcmp(party_text(a->run, pair_a, false), party_text(a->run, pair_b, false));
    }
    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    return strcmp(type_text(a->run, a->type), type_text(a->run, b->type));
}

static bool sum_pairs(struct group_count *run)
{
    bool ok = true;
    for (size_t i = 0; ok && run->has_dyads && i < run->rows.slots; i++)
        if (run->rows.rows[i].count)
            ok = key_tally_add(&run->pairs, run->rows.rows[i].key >> (TYPE_BITS + PERIOD_BITS), run->rows.rows[i].count);
    return ok;
}

/* How many events a pair must have to be among the `top`. */
static bool find_least(const struct group_count *run, int64_t *least)
{
    struct key_tally pairs = {0};
    bool ok = true;
    size_t top = run->grouping->top;
    *least = 0;
    if (!run->has_dyads || top == 0 || run->pairs.count <= top)
        return true;
    for (size_t i = 0; ok && i < run->pairs.slots; i++)
        if (run->pairs.rows[i].count)
            ok = key_tally_add(&pairs, run->pairs.rows[i].key, run->pairs.rows[i].count);
    if (ok) {
        key_tally_sort(&pairs);
        *least = pairs.rows[top - 1].count;
    }
    key_tally_free(&pairs);
    return ok;
}

static struct group_row *make_rows(struct group_count *run, size_t *count)
{
    int64_t least;
    struct group_row *rows = calloc(run->rows.count + 1, sizeof *rows);
    *count = 0;
    if (!rows || !sum_pairs(run) || !find_least(run, &least)) {
        free(rows);
        return NULL;
    }
    for (size_t i = 0; i < run->rows.slots; i++) {
        uint64_t key = run->rows.rows[i].key;
        int64_t of_pair = run->has_dyads ? key_tally_count(&run->pairs, key >> (TYPE_BITS + PERIOD_BITS)) : 0;
        if (run->rows.rows[i].count && of_pair >= least)
            rows[(*count)++] = (struct group_row){.pair_count = of_pair,
                                                  .count = run->rows.rows[i].count,
                                                  .key = key,
                                                  .period = (uint32_t)(key & ((1u << PERIOD_BITS) - 1)),
                                                  .type = (uint32_t)(key >> PERIOD_BITS & ((1u << TYPE_BITS) - 1)),
                                                  .run = run};
    }
    if (*count)
        qsort(rows, *count, sizeof *rows, compare_rows);
    return rows;
}

static void tell_rows(const struct group_count *run, const struct group_row *rows, size_t count,
                      query_count_callback *callback, void *context)
{
    size_t pairs = 0;
    bool more = true;
    for (size_t i = 0; more && i < count; i++) {
        char period[PERIOD_TEXT_SIZE];
        uint64_t pair = rows[i].key >> (TYPE_BITS + PERIOD_BITS);
        pairs += run->has_dyads && (i == 0 || pair != rows[i - 1].key >> (TYPE_BITS + PERIOD_BITS));
        if (run->grouping->top && pairs > run->grouping->top)
            return;
        period_print(period, run->grouping->period, rows[i].period);
        struct query_count_row row = {.first = run->has_dyads ? party_text(run, pair, true) : "",
                                      .second = run->has_dyads ? party_text(run, pair, false) : "",
                                      .type = type_text(run, rows[i].type),
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
    bool ok = run || error_set(error, ERROR_MEMORY, "out of memory for counting events");
    if (ok) {
        run->grouping = grouping;
        run->has_dyads = has_dyads;
        ok = counting_run(query, filter, wanted_columns(grouping, has_dyads), grouping->budget, count_block, run,
                          totals, error);
        if (run->too_many)
            ok = error_set(error, ERROR_LIMIT, "more than %d parties: ask for fewer events", 1 << PARTY_BITS);
        rows = ok ? make_rows(run, &row_count) : NULL;
        if (ok && !rows)
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
        if (ok)
            tell_rows(run, rows, row_count, callback, context);
        names_free(&run->types);
        key_tally_free(&run->rows);
        key_tally_free(&run->pairs);
        parties_free(&run->parties);
    }
    free(rows);
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
