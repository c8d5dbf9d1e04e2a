/* Yards: who makes goods, told by what hangs on them. "Will receive a frigate built at the Zelenodolsk shipyard" has no
 * other supplier than the yard; where the yard is not known by name its town says whose it is. Called on the
 * workspace's thread; nothing here can fail. */
#ifndef LIB_CODER_YARD_H
#define LIB_CODER_YARD_H

#include "lib/coder/workspace.h"

/* The supplier of goods by where, or by whom, they are made, and the recipient by whom they are made for, where no
 * other is told. */
void yard_fill(struct coder_workspace *workspace, struct event *event);

#endif
