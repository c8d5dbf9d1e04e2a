/* Towns: the state in which a town or capital lies, where several have one of that name. */
#ifndef LIB_CODER_TOWN_H
#define LIB_CODER_TOWN_H

#include "lib/coder/workspace.h"

/* The state of a town or capital that is another than that of its entry: told right behind it ("Cordoba, Spain"), or the
 * one of its `also=` that is named beside it. NULL where it is where the lexicon has it. */
const char *town_state(struct coder_workspace *workspace, const struct sentence *sentence, const struct mention *place);

#endif
