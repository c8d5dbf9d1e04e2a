#include "core/query/counting.h"

#include "core/base/clock.h"
#include "core/query/query_private.h"

/* Of a count. */
struct trying {
    int64_t budget, tried, begun;
    bool is_spent;
};

/* Events of which the columns could not tell are tried one by one while the budget lasts, and taken to fit after. */
static bool settle(struct query *query, struct plan *plan, const struct block *block, struct plan_bits *bits,
                   struct trying *trying, struct query_totals *totals, struct error *error)
{
    for (unsigned place = 0; place < COLUMN_BLOCK_EVENTS; place++) {
        struct ent_record *record = NULL;
        bool fits;
        uint64_t unsettled = bits->may.words[place / 64] & ~bits->must.words[place / 64];
        if (place % 64 == 0 && !unsettled) {
            place += 63;
            continue;
        }
        if (!(unsettled >> (place % 64) & 1))
            continue;
        trying->is_spent = trying->is_spent || query_is_spent(trying->budget, trying->tried, trying->begun);
        if (trying->is_spent) {
            totals->is_exact = false;
            return true;
        }
        trying->tried++;
        if (!query_try_event(query, plan, block->number * COLUMN_BLOCK_EVENTS + place, &fits, &record, error))
            return false;
        record_release(record);
        if (fits)
            bits_set(&bits->must, place);
        else
            bits->may.words[place / 64] &= ~((uint64_t)1 << (place % 64));
    }
    return true;
}

static bool count_blocks(struct query *query, struct plan *plan, const struct counting *counting, int64_t blocks,
                         void *context, struct query_totals *totals, struct error *error)
{
    struct block block = {0};
    struct plan_bits bits;
    struct trying trying = {.budget = counting->budget, .begun = clock_monotonic()};
    bool ok = true;
    for (int64_t i = 0; ok && i < blocks; i++) {
        ok = plan_run(plan, &block, i, counting->families, &bits, error) &&
             settle(query, plan, &block, &bits, &trying, totals, error);
        totals->events += ok ? bits_count(&bits.may) : 0;
        if (ok && !counting->count(context, &block, &bits.may))
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    }
    block_free(&block);
    return ok;
}

static bool add_tallies(struct query *query, const struct counting *counting, int64_t blocks, void *context,
                        struct query_totals *totals, struct error *error)
{
    bool ok = true;
    for (int64_t i = 0; ok && i < blocks; i++) {
        int64_t live = 0;
        ok = tallies_read(query->columns, i, counting->tallies, counting->add, context, &live, error);
        totals->events += live;
    }
    return ok;
}

bool query_count_live(struct query *query, int64_t *events, struct error *error)
{
    static const struct counting nothing;
    struct query_totals totals = {0, true};
    int64_t blocks;
    bool ok = columns_blocks(query->columns, &blocks, error) &&
              add_tallies(query, &nothing, blocks, NULL, &totals, error);
    *events = totals.events;
    return ok;
}

bool counting_run(struct query *query, const struct query_filter *filter, const struct counting *counting,
                  void *context, struct query_totals *totals, struct error *error)
{
    struct query_totals own = {0, true};
    int64_t blocks;
    struct plan *plan = plan_create(query->columns, filter, error);
    bool ok = plan && columns_blocks(query->columns, &blocks, error);
    if (ok && counting->add && plan_takes_all(plan))
        ok = add_tallies(query, counting, blocks, context, &own, error);
    else
        ok = ok && count_blocks(query, plan, counting, blocks, context, &own, error);
    plan_destroy(plan);
    if (totals)
        *totals = own;
    return ok;
}
