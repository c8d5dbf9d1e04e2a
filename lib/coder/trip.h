/* Trips: forces that go to another's ground for something. "Arrived in Britain for training" tells who is taught and by
 * whom, "sent soldiers to Hungary for drills" who takes part and who is host, "flew to Haiti to restore order" whose
 * ground it is. The events' stretches stay those of the workspace; called on its thread; nothing here can fail. */
#ifndef LIB_CODER_TRIP_H
#define LIB_CODER_TRIP_H

#include "lib/coder/workspace.h"

/* Whether the noun group `at`, whose noun is of `class`, is what forces go somewhere for. */
bool trip_is_for(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at, const char *class);

/* The parties that the journey tells, where the event's own words do not. */
void trip_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame);

#endif
