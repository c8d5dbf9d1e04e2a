/* Judging: completes the events that triggers began. First, sentence by sentence, their parties, with further guesses
 * where the grammar leaves them open, and what these make of the type; then, of all at once, status, date and details,
 * what speaks against each, and what the events of one sentence say of each other. */
#ifndef LIB_CODER_JUDGE_H
#define LIB_CODER_JUDGE_H

#include "lib/coder/workspace.h"

/* The parties of the workspace's events from number `first` on, all of one sentence; adds their variants. */
void judge_parties(struct coder_workspace *workspace, uint32_t first);
/* Whether each of them names fewer parties than its kind needs. */
bool judge_all_lack(struct coder_workspace *workspace);
/* All else of all events. */
void judge_rest(struct coder_workspace *workspace);

#endif
