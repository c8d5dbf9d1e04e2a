/* Agenda: what office-holders only talk about. "The ministers discussed training, exercises and shipbuilding" tells of the
 * talks; what is a mere topic of them is no event of its own. A topic that is told as one undertaking ("the sale of
 * twelve jets", "holding a drill next year") is left alone: the talks are its first step. */
#ifndef LIB_CODER_AGENDA_H
#define LIB_CODER_AGENDA_H

#include "lib/coder/workspace.h"

/* The workspace's events from number `first` to before `end`, all of one sentence: topics beside talks get an objection. */
void agenda_settle(struct coder_workspace *workspace, uint32_t first, uint32_t end);

#endif
