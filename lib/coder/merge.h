/* Merge: frames that tell of one undertaking become one event (codebook section 5). */
#ifndef LIB_CODER_MERGE_H
#define LIB_CODER_MERGE_H

#include "lib/coder/workspace.h"

/* Merges kept events in place; those that went into another are dropped with the reason "told again". */
void merge_events(struct coder_workspace *workspace);

/* What was told before and has come since stands at its last stage; the one before is kept as a step. */
void merge_advance(struct event *into, const struct event *from);

#endif
