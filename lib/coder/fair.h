/* Fairs: what the name of a fair or an air show tells beyond the sentence: its kind, and the state that holds it. */
#ifndef LIB_CODER_FAIR_H
#define LIB_CODER_FAIR_H

#include "lib/coder/workspace.h"

/* After role_fill. May drop a demonstration that is only what is shown at a fair. */
void fair_complete(struct coder_workspace *workspace, struct event *event);

#endif
