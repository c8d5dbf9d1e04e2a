/* Answer: what query/1 and command/1 hand to a service, with the memory behind it.
 *
 * Made empty, filled by whoever answers, then read-only. The plugin gets `shown`, which is the first member, and gives
 * it back by release(). One owner at a time. */
#ifndef CORE_HOST_ANSWER_H
#define CORE_HOST_ANSWER_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

enum { ANSWER_WORD_SIZE = 64, ANSWER_BODY_MAX = 16 * 1024 * 1024 };

struct answer {
    struct ent_answer shown; /* filled in by answer_finish */
    struct buffer body;      /* at most ANSWER_BODY_MAX */
    char text[sizeof((struct error *)0)->text];
    char parameter[ANSWER_WORD_SIZE], nearest[ANSWER_WORD_SIZE];
};

/* NULL when memory is out. */
struct answer *answer_create(void);
void answer_destroy(struct answer *answer); /* NULL does nothing */
/* What went wrong, by the error's kind. */
void answer_fail(struct answer *answer, const struct error *error);
/* As answer_fail, of this kind. */
void answer_fail_as(struct answer *answer, enum ent_answer_kind kind, const char *text);
/* Lets `shown` point to what was put in; a body that grew too large becomes ENT_ANSWER_LIMIT. */
const struct ent_answer *answer_finish(struct answer *answer);

#endif
