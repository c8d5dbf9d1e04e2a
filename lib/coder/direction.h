/* Direction: which of the parties that the syntax found give and which take, where the frame's slots alone cannot tell.
 *
 * Training: who learns abroad is taught there; several who train and nobody who is taught practise together. Basing: beside a
 * user that is named with its troops or its base, the subject is the owner of the ground. Withdrawals that another demands are
 * expulsions. Operations and exercises: a state that forces go to is their host. Talks with a visiting office-holder: a visit
 * of his. Called by role_fill after the slots. */
#ifndef LIB_CODER_DIRECTION_H
#define LIB_CODER_DIRECTION_H

#include "lib/coder/workspace.h"

void direction_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

#endif
