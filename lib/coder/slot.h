/* Slots: fills the slots of a frame from noun groups and phrases. What a slot's role is, the frame says (frame.h). */
#ifndef LIB_CODER_SLOT_H
#define LIB_CODER_SLOT_H

#include "lib/coder/party.h"
#include "lib/coder/workspace.h"

/* The role opposite to one of a directed pair, or NULL. */
const char *slot_other_side(const char *role);
/* Adds the parties in a role; one that stands on the other side already is left out. */
void slot_add_parties(struct event *event, const struct party_list *list, const char *role, const char *slot);
/* The parties of a noun group (NONE for nothing) in the slot of that name; one that the frame does not have is no
 * error. */
void slot_fill_named(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                     const char *slot, int32_t group);
/* The names in a noun group before token `before`. */
void slot_fill_premodifiers(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                            const char *slot, int32_t group, uint32_t before);
/* "bought French and Norwegian missiles": whether the group is but an adjective of what the last group of the list
 * names. */
bool slot_is_adjective_of_list(const struct sentence *sentence, int32_t group);
/* Adds the parties of such adjectives before a group. */
void slot_add_adjectives_before(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                                struct party_list *list);
/* The prepositional phrases of groups `first` to the clause's end. Stops at verbs and boundaries. */
void slot_fill_phrases(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                       int32_t first);

#endif
