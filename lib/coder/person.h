/* Person: who a bare name stands for. "Rajnath is on a visit to the Maldives": the sentence itself does not say whose man
 * he is, but one before it ("Defence Minister Rajnath Singh"), or for a headline the first of the text, names him with
 * his office. */
#ifndef LIB_CODER_PERSON_H
#define LIB_CODER_PERSON_H

#include "lib/coder/workspace.h"

/* The noun group elsewhere in the text that names with an office, a title or as a known leader whom the bare name `group`
 * stands for; *elsewhere is its sentence. NONE where the group is no bare name or nobody is called so. */
int32_t person_named(struct coder_workspace *workspace, const struct sentence *sentence, int32_t group,
                     struct sentence **elsewhere);
/* A noun group that names a leader or has an office or a title in it. */
bool person_is(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group);

#endif
