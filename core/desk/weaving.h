/* Weaving: which strands are one event, since a later report is surely of both.
 *
 * Two reports that tell different halves of an undertaking found two strands, and a third that tells both halves ties
 * them (placing.h). They are woven into one event, under the id of the elder, unless something speaks against it: a detail
 * in which any two of their reports differ (match_contradiction), as far as they lie before the one that ties; a paper
 * under which one stands and which the other is (parents.h); reports that people parted (pins.h); a person's rejection
 * of one of them. The ties are weighed in order of their reports, each against all that was woven before, so what is
 * woven is a function of the reports and corrections that stand, and a tie that goes parts again what it held.
 *
 * Later reports are compared with strands, not with what is woven of them: a wrong tie draws nothing to itself.
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_WEAVING_H
#define CORE_DESK_WEAVING_H

#include "core/desk/placing.h"

#include "lib/base/error.h"

#include <stdbool.h>

/* Weaves anew all strands of events that are touched and all that are tied to them; what moves is told to placing. */
bool weaving_run(struct placing *placing, struct error *error);

#endif
