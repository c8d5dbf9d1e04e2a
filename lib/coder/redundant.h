/* Redundant: an event that only repeats, in other words and as another type, what another one of the article tells is dropped,
 * with the reason that `--explain` shows. "Signed a memorandum to buy three corvettes" is a purchase, not an agreement too. */
#ifndef LIB_CODER_REDUNDANT_H
#define LIB_CODER_REDUNDANT_H

#include "lib/coder/workspace.h"

/* A verb and the noun under it tell one act: "announced the purchase of tanks" by its noun, "awarded a contract for
 * tanks" by its verb. */
void redundant_drop_told_twice(struct coder_workspace *workspace);
/* Acts that another act of the article contains. */
void redundant_drop_contained(struct coder_workspace *workspace);

#endif
