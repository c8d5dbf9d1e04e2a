/* Status: how far an event has come, how certain it is, and whether it is news: status, modality and scope, read from
 * the chain of verbs and nouns above the trigger, the speakers, the cues, and the date. After detail_date. */
#ifndef LIB_CODER_STATUS_H
#define LIB_CODER_STATUS_H

#include "lib/coder/workspace.h"

/* Sets status, modality, future and opinion; may drop the event. */
void status_read(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
/* Sets scope, and status where the date decides it. */
void status_settle(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

/* Brings the status in line with the date: what lies ahead is announced, what is over completed. */
void status_settle_by_date(const struct coder_workspace *workspace, struct event *event);

#endif
