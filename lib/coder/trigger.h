/* Triggers: finds the frames that a sentence evokes and starts an event for each. */
#ifndef LIB_CODER_TRIGGER_H
#define LIB_CODER_TRIGGER_H

#include "lib/coder/workspace.h"

enum { TRIGGERS_MAX = 512 /* an item's frames, kept or dropped; more are not looked at */ };

/* Appends to workspace->events. False when memory is out. */
bool trigger_find(struct coder_workspace *workspace, uint32_t sentence_index);

const struct frame *trigger_frame(const struct coder_workspace *workspace, const struct event *event);

#endif
