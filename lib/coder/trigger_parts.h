/* Parts of trigger.h, shared by its files and by nobody else: what verbs evoke (trigger_verb.c) and what nouns evoke
 * (trigger_noun.c). trigger.c goes through a sentence's groups, and finds what needs neither. */
#ifndef LIB_CODER_TRIGGER_PARTS_H
#define LIB_CODER_TRIGGER_PARTS_H

#include "lib/coder/trigger.h"

/* Starts an event for a frame at tokens first to last; NULL where there are too many. */
struct event *trigger_add(struct coder_workspace *workspace, uint32_t sentence_index, const struct frame *frame,
                          uint32_t first, uint32_t last);
/* A word whose own entry tells the kind more closely than the frame: "visiting forces agreement" is of access. */
void trigger_refine_subtype(const struct lexicon *lexicon, struct event *event, uint32_t token);
/* Of an operation that its own words do not tell more of: what the mission beside them is for. */
void trigger_refine_by_mission(const struct lexicon *lexicon, struct event *event, const struct frame *frame);

/* Events of the verb group, or of the noun group, at a place of the sentence. */
void trigger_by_verb(struct coder_workspace *workspace, uint32_t index, int32_t at);
void trigger_by_noun(struct coder_workspace *workspace, uint32_t index, int32_t at);
#endif
