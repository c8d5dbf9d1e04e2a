/* Roles: fills an event's actor slots from the syntax around the trigger; what that leaves open is filled from the
 * sentence, the title and the sentences beside it, by one guess or another (context.h). */
#ifndef LIB_CODER_ROLE_H
#define LIB_CODER_ROLE_H

#include "lib/coder/context.h"
#include "lib/coder/workspace.h"

/* By its grammar; sets event->open where that names too few. */
void role_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
/* What is open, by the guess of the event's variant. False where there is none; the event is then as before. */
bool role_fill_open(struct coder_workspace *workspace, struct event *event, const struct frame *frame,
                    const struct context_guesses *guesses);
/* Principal actors (all but observers, groups and unknowns), each id once. */
uint32_t role_principal_count(const struct event *event);
/* False where only one side of a directed pair is filled. */
bool role_sides_known(const struct event *event);
/* An operation of many whose others are not named: "joined an international coalition". */
bool role_joins_many(struct coder_workspace *workspace, const struct event *event);
/* An organisation whose members exercise under its name: one party, which is many. */
bool role_is_alliance(const char *id);
bool role_has(const struct event *event, const char *id, const char *role);
bool role_add(struct event *event, const char *id, const char *role, const char *parent, struct stretch text,
              bool from_context);
bool role_is_principal(const struct event_actor *actor);

#endif
