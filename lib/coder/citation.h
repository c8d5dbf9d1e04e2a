/* Citations: who says so. A bracketed source at a paragraph's end covers its sentence and those before it back to the
 * previous citation; "according to", a named speaker, and a trailing agency cover their own sentence. */
#ifndef LIB_CODER_CITATION_H
#define LIB_CODER_CITATION_H

#include "lib/coder/workspace.h"

void citation_find(struct coder_workspace *workspace, struct event *event);

#endif
