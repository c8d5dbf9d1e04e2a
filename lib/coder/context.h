/* Context: names the party that the grammar of a trigger leaves open, from the sentence, the title and the sentences
 * around. The best guess fills the first variant of an event, the next ones its other variants; which of them is meant
 * is for the weights to say. */
#ifndef LIB_CODER_CONTEXT_H
#define LIB_CODER_CONTEXT_H

#include "lib/coder/party.h"
#include "lib/coder/workspace.h"

enum { CONTEXT_VARIANTS = 4, CONTEXT_GUESSES_MAX = 24 };

/* Where a party from the context was found. */
enum context_source {
    CONTEXT_SENTENCE = 1u << 0,
    CONTEXT_TITLE = 1u << 1,
    CONTEXT_BEFORE = 1u << 2,
    CONTEXT_BEHIND = 1u << 3,
    CONTEXT_LEAD = 1u << 4,     /* the body's first sentence */
    CONTEXT_DOUBTFUL = 1u << 5, /* it stands there for another reason: "near", "against", or it colours a noun */
    CONTEXT_UNJOINED = 1u << 6, /* nothing says that it takes part together */
    CONTEXT_BOTH = 1u << 7,     /* neither party is named by the grammar */
    CONTEXT_TOLD = 1u << 8,     /* an earlier candidate has it in this role */
    CONTEXT_DATELINE = 1u << 9  /* only where the report was filed */
};

struct context_guess {
    struct party party;
    unsigned sources; /* enum context_source */
    uint32_t rank;    /* lower is better */
};

/* What may fill the open roles of an event, whichever variant of it. */
struct context_guesses {
    const char *wanted[2]; /* roles */
    uint32_t wanted_count;
    struct context_guess items[CONTEXT_GUESSES_MAX];
    uint32_t count;
};

/* Looks for them; the event is as its grammar has it. */
void context_guess(struct coder_workspace *workspace, const struct event *event, const struct frame *frame,
                   struct context_guesses *guesses);
/* Whether there is such a variant, 0 for the best guess. */
bool context_has(struct coder_workspace *workspace, const struct context_guesses *guesses, uint32_t variant);
/* Fills the open roles by the event's variant. False where there is no such variant; the event is then as before. */
bool context_fill(struct coder_workspace *workspace, struct event *event, const struct context_guesses *guesses);

#endif
