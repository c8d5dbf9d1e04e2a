/* Choice: which of an item's candidates are its events: those that the model finds likely enough, several tellings of
 * one event as one. Fills confidence, reasons and `dropped` of each. */
#ifndef LIB_CODER_CHOICE_H
#define LIB_CODER_CHOICE_H

#include "lib/coder/workspace.h"

/* `min_confidence` may be CODER_CONFIDENCE_OF_MODEL. */
void choice_make(struct coder_workspace *workspace, double min_confidence);

#endif
