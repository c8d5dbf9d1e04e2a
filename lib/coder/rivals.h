/* Rivals: what the candidates of one sentence say of each other. What is stopped, allowed by a pact or done on the way to
 * another act is no event beside it; such a candidate gets an objection, and none is taken away. */
#ifndef LIB_CODER_RIVALS_H
#define LIB_CODER_RIVALS_H

#include "lib/coder/workspace.h"

/* The workspace's events from number `first` to before `end`, all of one sentence and judged each by itself. */
void rivals_settle(struct coder_workspace *workspace, uint32_t first, uint32_t end);

#endif
