/* Sides: who supplies and who receives where the syntax names the parties only, from goods and firms: "A and B signed a
 * contract for B's tanks", "a firm signed with the ministry". What stays open stays "participant". */
#ifndef LIB_CODER_SIDE_H
#define LIB_CODER_SIDE_H

#include "lib/coder/workspace.h"

void side_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

/* The state of a firm that the sentence names, or NULL. */
const char *side_state_of_company(struct coder_workspace *workspace, const struct sentence *sentence, const char *id);

#endif
