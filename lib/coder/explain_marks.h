/* Explain marks: what the coder saw in the text of the item last coded, as spans of bytes: triggers, actors, things,
 * times, numbers, words of modality and negation, and words that mean nothing. Shared by the explanation in the
 * terminal (explain.c) and as a page (explain_page.c). Made from the workspace, before its next item; one thread. */
#ifndef LIB_CODER_EXPLAIN_MARKS_H
#define LIB_CODER_EXPLAIN_MARKS_H

#include "lib/base/buffer.h"
#include "lib/coder/workspace.h"

enum mark_kind {
    MARK_TRIGGER,
    MARK_ACTOR,
    MARK_THING, /* equipment, names of exercises and papers */
    MARK_PLACE,
    MARK_TIME,
    MARK_NUMBER,
    MARK_MODALITY, /* may, reportedly, not, planned */
    MARK_BLOCKED,  /* looks like one of these and is none */
    MARK_KIND_COUNT
};

struct mark {
    uint32_t start, end; /* bytes in the part */
    enum mark_kind kind;
    const char *label; /* UZB, arms_transfer, hypothetical; lent by lexicon or event */
    const char *more;  /* what else is to be said of it; may be NULL */
};

struct mark_list {
    struct mark *marks; /* in order, none over another */
    size_t count, capacity;
    bool failed;
};

/* "trigger", "actor", … */
const char *mark_kind_word(enum mark_kind kind);
/* Appends the marks of one sentence, which must have been parsed; none where it was not. */
void marks_of_sentence(const struct coder_workspace *workspace, const struct sentence *sentence,
                       struct mark_list *list);
void marks_free(struct mark_list *list);

#endif
