/* Twins: one act that two outlets tell as two types: an agreement and an arms transfer, an exercise and a training.
 *
 * Types part events (codebook section 5), and but for packages told as aid and as arms (match.h) the desk does not
 * overrule them: which of the two it is, only a person can say. But where reports of two types between the same
 * parties, told within days, agree in something definite (name, sum, goods, number of people, or place and day), their
 * events are linked as related, with the reasons, so that an analyst sees both. Symmetric, and a function of the
 * reports that stand. On the writer's thread. */
#ifndef CORE_DESK_TWINS_H
#define CORE_DESK_TWINS_H

#include "core/desk/match.h"
#include "core/desk/members.h"
#include "core/desk/placing.h"

#include "lib/base/error.h"

/* A veto, or the reasons: they are twins where there is no veto. Pure. */
void twins_compare(const struct features *a, const struct features *b, struct match *match);

/* `event` is the id of the twin's event; return false to stop. */
typedef bool twins_callback(void *context, const char *event, const struct member *twin, const struct match *match);
/* The twins of the first reports of an event; of one event several may come. */
bool twins_each(const struct placing *placing, const struct member_list *list, twins_callback *callback, void *context,
                struct error *error);
/* Touches the events of the member's twins: to call when it came, is to change or to go, or moved. */
bool twins_touch(struct placing *placing, const struct member *member, struct error *error);

#endif
