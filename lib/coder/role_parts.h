/* Parts of role.h: filling an event's slots from the grammar of a verbal or a nominal trigger. For role.c alone. */
#ifndef LIB_CODER_ROLE_PARTS_H
#define LIB_CODER_ROLE_PARTS_H

#include "lib/coder/workspace.h"

void role_fill_from_verb(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
void role_fill_argument(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                        int32_t group);
void role_fill_order(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t goods);
void role_fill_reduced(struct coder_workspace *workspace, struct event *event, const struct frame *frame, int32_t noun);
void role_fill_craft(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
void role_fill_subject(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
void role_fill_helped(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
void role_fill_from_noun(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
/* Turns whom a ban names from its author into whom it hits, where another one is its author. */
void role_settle_banned(struct coder_workspace *workspace, struct event *event);

/* Who stands with the subject before its verb. */
void role_fill_companions(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                          int32_t subject);

#endif
