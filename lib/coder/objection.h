/* Objections: what a whole event must not be, for reasons that need its type, roles and status together: civil goods,
 * war instead of cooperation, one state only. They drop nothing; the learned weights say how much each is worth. */
#ifndef LIB_CODER_OBJECTION_H
#define LIB_CODER_OBJECTION_H

#include "lib/coder/workspace.h"

/* What speaks against the event, in words that feature.h has a mark for; NULL for nothing. */
const char *objection_of(struct coder_workspace *workspace, const struct event *event, const struct frame *frame);
/* True where fewer parties are named than the frame needs. */
bool objection_few_parties(struct coder_workspace *workspace, const struct event *event, const struct frame *frame);

#endif
