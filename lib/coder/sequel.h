/* Sequel: what a later sentence tells of an undertaking by referring to it alone: "Chile ordered six corvettes from
 * Brazil. The ships were delivered on Monday." It names nobody, so that it is no event of its own; what it says is how
 * far the undertaking has come (codebook: the latest step, and 9.21). */
#ifndef LIB_CODER_SEQUEL_H
#define LIB_CODER_SEQUEL_H

#include "lib/coder/workspace.h"

/* Brings the kept events to the stage that the sentences behind them tell. After merge_events. */
void sequel_apply(struct coder_workspace *workspace);

#endif
