/* Parts of objection.h, shared by its files and by nobody else: what speaks against an event by what is handed over
 * (objection_goods.c) and by what the forces in it do (objection_forces.c). objection.c asks them, each type of event
 * for its own, in the order in which they count. */
#ifndef LIB_CODER_OBJECTION_PARTS_H
#define LIB_CODER_OBJECTION_PARTS_H

#include "lib/coder/workspace.h"

/* ---- goods, and who makes them ---- */
bool objection_is_for_own_forces(struct coder_workspace *workspace, const struct event *event);
bool objection_is_domestic(struct coder_workspace *workspace, const struct event *event);
bool objection_is_for_airline(const struct event *event);
bool objection_is_military(struct coder_workspace *workspace, const struct event *event);
bool objection_arms_somebody(const struct event *event, const struct frame *frame);

/* ---- forces, and where they go ---- */
bool objection_troops_go(struct coder_workspace *workspace, const struct event *event);
bool objection_leaves_home(struct coder_workspace *workspace, const struct event *event);
bool objection_leaves_for_initiator(struct coder_workspace *workspace, const struct event *event);
bool objection_is_fighting(struct coder_workspace *workspace, const struct event *event);
bool objection_is_attacked(struct coder_workspace *workspace, const struct event *event);
bool objection_is_on_the_move(struct coder_workspace *workspace, const struct event *event, const struct frame *frame);
bool objection_is_at_sea(const struct event *event);
bool objection_is_at_border(const struct event *event);

#endif
