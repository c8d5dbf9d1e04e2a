/* Whose: the side of a delivery that is told by whose the goods are called.
 *
 * "The Latvian army's howitzers are supplied by Austria", "the barracks of the gendarmes were financed by Denmark":
 * whose they are gets them. "Two aircraft ordered from Spain were delivered": whom they were ordered from supplies
 * them. Called on the workspace's thread; nothing here can fail. */
#ifndef LIB_CODER_WHOSE_H
#define LIB_CODER_WHOSE_H

#include "lib/coder/workspace.h"

/* Adds the side of a verb's event that is missing. */
void whose_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

#endif
