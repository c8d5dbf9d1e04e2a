/* Parts of status.h, shared by its files and by nobody else: what has been read on the way from an event's trigger up
 * the chain of verbs and nouns that govern it. status_verb.c reads one verb, status_chain.c nouns, cues and the chain,
 * status.c makes an event's status, modality and scope of it. */
#ifndef LIB_CODER_STATUS_PARTS_H
#define LIB_CODER_STATUS_PARTS_H

#include "lib/coder/status.h"

#include <string.h>

struct reading {
    const char *status;
    bool negated, future, hypothetical, denied, alleged, opinion, refused;
};

/* What is read, for the helpers of one event. */
struct chain {
    struct coder_workspace *workspace;
    const struct lexicon *lexicon;
    const struct sentence *sentence;
    const struct event *event;
    const struct frame *frame;
    struct reading reading;
    bool opened; /* the start of an occasion is told */
};

static inline bool is(const char *value, const char *text)
{
    return value && !strcmp(value, text);
}

/* Visits, exercises and fairs are occasions: when they end they are over; a practice that ends is given up. */
static inline bool is_occasion(const struct event *event)
{
    return !strcmp(event->type, "visit") || !strcmp(event->type, "exercise") || !strcmp(event->type, "expo");
}

void reading_apply_modality(struct reading *reading, const char *modality);

/* `own`: the lexicon entry by which this verb is itself the trigger, or NONE: then only that meaning counts. `staged`:
 * its stage counts too, which it does not where the act's own clause has a tense ("announced that it had sold"). */
void chain_apply_verb(struct chain *chain, int32_t at, int32_t own, bool staged);
const char *chain_status_by_tense(const struct chain *chain, const struct group *verb);
/* One of the verb's meanings is of that class. */
bool chain_verb_is(const struct chain *chain, const struct group *verb, const char *class);
/* "no memorandum", "neither side", "nobody"; not "no fewer than". */
bool chain_is_none(const struct sentence *sentence, int32_t at);
/* "without signing", "instead of a pact". */
bool chain_is_excluded(const struct sentence *sentence, int32_t preposition);

/* From the trigger's verb upwards. Returns the verb of speech that reports the event, or NONE. */
int32_t chain_climb(struct chain *chain);
/* Cues anywhere in the sentence: "reportedly", "allegedly", "difficult to envisage", "would have". */
void chain_apply_cues(struct chain *chain);
/* What a relative clause tells of a nominal trigger, or NULL. */
const char *chain_status_by_relative(const struct chain *chain);
bool chain_has_condition(const struct sentence *sentence);

#endif
