/* Conjunctions: words that open a clause or a phrase: "after the two sides failed to agree", "after the talks"; and
 * groups that only say how many of what comes behind: "nearly all of the troops". */
#ifndef LIB_CODER_CONJUNCTION_H
#define LIB_CODER_CONJUNCTION_H

#include "lib/coder/analysis.h"

/* Gives such groups their kind, before anything is linked. */
void conjunction_find(struct sentence *sentence);

#endif
