/* Contents: what a package holds, where a later sentence lists it ("The package includes Stinger missiles"). Aid whose
 * goods are named, even in part, is a transfer of arms by section 9 of the codebook. */
#ifndef LIB_CODER_CONTENTS_H
#define LIB_CODER_CONTENTS_H

#include "lib/coder/workspace.h"

/* After the choice: turns kept events of aid into grants of the goods that the sentences behind them list.
 * True where there were any, which may now be one with others. */
bool contents_read(struct coder_workspace *workspace);

#endif
