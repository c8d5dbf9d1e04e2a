/* Counting: hands the blocks of the events that a filter lets through to whoever counts in them. For core/query alone. */
#ifndef CORE_QUERY_COUNTING_H
#define CORE_QUERY_COUNTING_H

#include "core/query/counts.h"
#include "core/query/plan.h"

/* The events of `block` in `fits`. Return false where memory is out. */
typedef bool counting_block(void *context, const struct columns *columns, const struct block *block,
                            const struct bits *fits);
/* `families`: the columns that are counted in. `totals` may be NULL. */
bool counting_run(struct query *query, const struct query_filter *filter, uint64_t families, int64_t budget,
                  counting_block *count, void *context, struct query_totals *totals, struct error *error);

/* The period of a time, or of the day on which an event begins (else ends), as a number that orders as they do; 0 for no period. */
struct period_memo {
    enum query_period period;
    int64_t day;     /* the last one asked about; the events of a block are near each other in time */
    uint32_t number; /* its period, 0 before the first */
};
uint32_t period_of_time(struct period_memo *memo, int64_t milliseconds);
uint32_t period_of_date(struct period_memo *memo, const struct block *block, unsigned place);
enum { PERIOD_BITS = 19, PERIOD_TEXT_SIZE = 32 };
/* "2024-Q2"; "" for 0. */
void period_print(char text[PERIOD_TEXT_SIZE], enum query_period period, uint32_t number);

#endif
