/* Plan: a filter compiled to what the columns can tell. For each block it says which events may fit and which must;
 * only those that may and need not are to be tried on their records (plan_fits).
 *
 * A plan is a tree of terms. Most are lists: which values of a column a term takes is found once by asking the term
 * itself about each value, so that the columns cannot tell anything else than the rule would. Owns all but the filter's
 * rule. One thread. For core/query alone. */
#ifndef CORE_QUERY_PLAN_H
#define CORE_QUERY_PLAN_H

#include "core/query/block.h"
#include "core/query/query.h"

struct plan;

struct plan_bits {
    struct bits may, must;
};

/* The filter's texts are copied. NULL with `error` filled. */
struct plan *plan_create(struct columns *columns, const struct query_filter *filter, struct error *error);
void plan_destroy(struct plan *plan); /* NULL does nothing */

/* Loads the block with the plan's columns and those of `families`, and tells who fits. */
bool plan_run(struct plan *plan, struct block *block, int64_t number, uint64_t families, struct plan_bits *result,
              struct error *error);
/* Does the event, of which the columns could not tell, fit? `previous` as in rule_facts_fill. *fits is set. */
bool plan_fits(struct plan *plan, struct record_view event, const struct record_view *previous, bool *fits,
               struct error *error);
/* Does every event fit? */
bool plan_takes_all(const struct plan *plan);
/* Do the columns tell all that is asked? */
bool plan_is_certain(const struct plan *plan);
/* Does plan_fits look at the revision before? */
bool plan_wants_previous(const struct plan *plan);

#endif
