/* Judging: completes the events that the triggers of one sentence began: roles, status, date and details, what speaks
 * against each, further guesses for parties that the grammar leaves open, and what they say of each other. */
#ifndef LIB_CODER_JUDGE_H
#define LIB_CODER_JUDGE_H

#include "lib/coder/workspace.h"

/* Completes the workspace's events from number `first` on, all of one sentence, and adds their variants. */
void judge_sentence(struct coder_workspace *workspace, uint32_t first);

#endif
