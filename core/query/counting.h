/* Counting: hands the blocks of the events that a filter lets through to whoever counts in them. For core/query alone.
 */
#ifndef CORE_QUERY_COUNTING_H
#define CORE_QUERY_COUNTING_H

#include "core/query/counts.h"
#include "core/query/plan.h"
#include "core/query/tallies.h"

/* The events of `block` in `fits`. Return false where memory is out. */
typedef bool counting_block(void *context, const struct block *block, const struct bits *fits);
/* How something is counted. */
struct counting {
    uint64_t families; /* the columns that are counted in */
    counting_block *count;
    unsigned tallies;      /* where these tell all that is asked, and every event fits, they are added up instead */
    tallies_callback *add; /* NULL: they do not tell it */
    int64_t budget;
};
/* `totals` may be NULL. */
bool counting_run(struct query *query, const struct query_filter *filter, const struct counting *counting,
                  void *context, struct query_totals *totals, struct error *error);

#endif
