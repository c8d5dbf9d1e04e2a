/* Heading: whom a headline names before or behind its colon, and where, if it has no verb.
 *
 * "Hanoi and Prague: radar deal signed", "Kenya: new British trainers for army", "Trilateral drill: Greece, Egypt and
 * Cyprus sail together": grammar joins nothing across a colon, but what stands on its other side is whom it is about.
 * Called on the workspace's thread; nothing here can fail. */
#ifndef LIB_CODER_HEADING_H
#define LIB_CODER_HEADING_H

#include "lib/coder/workspace.h"

/* Adds the parties that the heading names where the grammar of the trigger named too few. */
void heading_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

#endif
