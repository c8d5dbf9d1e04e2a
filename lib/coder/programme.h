/* Programmes: what a named programme tells of the parties. "A Foreign Military Sales (Bahrain and Kenya) contract"
 * names those who receive in brackets and, by the programme's own name, who gives: the lexicon says whose programme it
 * is. Called on the workspace's thread; nothing here can fail. */
#ifndef LIB_CODER_PROGRAMME_H
#define LIB_CODER_PROGRAMME_H

#include "lib/coder/workspace.h"

/* The parties that the programme in the event's sentence tells, where the event's own words do not. */
void programme_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

#endif
