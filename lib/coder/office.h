/* Offices: who takes part in a visit or a meeting, and whether it is about defence. A defence minister always counts, a
 * head of government only where defence is spoken of, a finance minister never; a ship that calls needs no office. */
#ifndef LIB_CODER_OFFICE_H
#define LIB_CODER_OFFICE_H

#include "lib/coder/workspace.h"

/* Drops the event where nobody in office takes part, or where nothing says that defence was the subject. */
void office_check(struct coder_workspace *workspace, struct event *event, const struct frame *frame);
/* Drops the event where nothing speaks of its topic: defence in its sentence or the next, defence by other words than
 * its own in its sentence (`here`), a defence organisation
 * (`alliance`) or militants and the like (`threat`) in its own sentence. */
void office_check_topic(struct coder_workspace *workspace, struct event *event, const char *topic);
/* The noun group of a ship that is the verb's subject or that a visit is of, or NONE. */
int32_t office_visiting_ship(const struct lexicon *lexicon, const struct event *event);

/* "the heads of the Turkish and Iraqi intelligence services": group `at` is who commands the forces behind "of". */
bool office_heads_forces(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at);

#endif
