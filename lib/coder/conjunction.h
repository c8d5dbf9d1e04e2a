/* Conjunctions: "after", "before" and "until" that open a clause ("after the two sides failed to agree") and not a
 * phrase
 * ("after the talks"). */
#ifndef LIB_CODER_CONJUNCTION_H
#define LIB_CODER_CONJUNCTION_H

#include "lib/coder/analysis.h"

/* Turns such prepositions into groups of kind GROUP_WHEN, before anything is linked. */
void conjunction_find(struct sentence *sentence);

#endif
