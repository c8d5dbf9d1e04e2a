/* Stance: who vouches for an event: a party to it, somebody else, a nameless source, or nobody but the author. Read from
 * the verbs of speech in the event's sentence, "according to", and, for a quotation that names nobody, the speaker of
 * the sentences beside it. */
#ifndef LIB_CODER_STANCE_H
#define LIB_CODER_STANCE_H

#include "lib/coder/workspace.h"

enum stance {
    STANCE_AUTHOR,
    STANCE_PARTY,         /* an official or a document of a party */
    STANCE_PARTY_UNNAMED, /* "a Polish official said" */
    STANCE_THIRD,         /* another state or an armed group */
    STANCE_NAMELESS       /* "sources said" */
};

/* `speaker`: the verb group that governs the event as reported speech, or NONE. `claimed` is set where the verb itself
 * doubts what it reports. */
enum stance stance_read(struct coder_workspace *workspace, const struct event *event, int32_t speaker, bool *claimed);

#endif
