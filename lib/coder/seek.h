/* Seeking frames: from a verb group, or from the tokens of a nominal trigger, to the frame that they evoke together
 * with what stands in the noun groups around them, as far as the frame's conditions hold. */
#ifndef LIB_CODER_SEEK_H
#define LIB_CODER_SEEK_H

#include "lib/coder/workspace.h"

struct found {
    const struct frame *frame;
    int32_t group;
    uint32_t token;
    int32_t left_out; /* "ordered a fifth": the noun group that counts what `group`, further up, names; or NONE */
};

/* What a frame is looked for at: a verb group, or a nominal trigger's tokens (verb NONE where nothing governs it). */
struct seeker {
    struct coder_workspace *workspace;
    const struct sentence *sentence;
    const char *head;
    int32_t verb;
    uint32_t first, last; /* the trigger's own tokens */
};

/* The argument class of a token: a noun class, or "goods" and the like for names. NULL where it has none. */
const char *seek_argument_class(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at);
/* Of the readings of a head with its argument (NULL for none), among those whose conditions hold, the one with most of
 * them; or NULL. */
const struct frame *seek_reading_of(const struct seeker *seeker, const char *argument);
/* The subtype that a noun of one of the classes, by commas, tells in the sentence: "sent troops on a peacekeeping
 * mission". NULL where none does. */
const char *seek_subtype_beside(const struct lexicon *lexicon, const struct sentence *sentence, const char *classes);
/* A frame whose argument stands in the group before token `before` (UINT32_MAX for all of it), last words first. */
bool seek_in_group(const struct seeker *seeker, int32_t at, uint32_t before, struct found *found);
/* Looks into a group, the groups coordinated with it, and those that hang on it by of, for, in, worth. */
bool seek_along(const struct seeker *seeker, int32_t start, bool skip_first, struct found *found);

/* "general", "admirals": ranks that behind a state's name are an office of its forces. Grammar is not asked. */
bool seek_is_rank(const struct sentence *sentence, uint32_t at);

#endif
