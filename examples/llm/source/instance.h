/* Instance: what the files that serve one configured classifier share. llm.c has its life and its callbacks, question.c
 * chooses items and puts the question, asking.c talks to the endpoint, outcome.c turns an answer into reports. The host
 * never runs two callbacks of an instance at once, so nothing here is locked. */
#ifndef LLM_INSTANCE_H
#define LLM_INSTANCE_H

#include "budget.h"
#include "cache.h"
#include "codebook.h"
#include "endpoint.h"
#include "jobs.h"

#include <stdio.h>

enum { TRIED_MAX = 256, TRIED_ID_SIZE = 40, REMARK_SIZE = 500 };

/* An item that has been put off, so that it does not wait for ever. Lost at a restart, which only means that it waits
 * anew. */
struct tried {
    char id[TRIED_ID_SIZE];
    int64_t since; /* monotonic; 0: the place is free */
    int attempts;
};

struct instance {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_http_1 *http;
    const struct ent_kv_1 *kv;
    const struct ent_clock_1 *clock;
    const struct ent_metrics_1 *metrics;
    /* settings */
    char *url;
    const char *model, *instructions;
    int adjudicates, codes, is_relevant_only;
    double low, high, confidence;
    int64_t patience_ms, answer_timeout_ms, text_max;
    size_t concurrency;
    /* state */
    struct codebook codebook;
    struct budget budget;
    struct cache cache;
    struct endpoint endpoint;
    struct jobs jobs;
    uint64_t callbacks; /* so far, this one included */
    struct tried tried[TRIED_MAX];
    size_t tried_next;
};

static inline void count(const struct instance *self, const char *name, int64_t add)
{
    if (self->metrics && add)
        self->metrics->count(self->instance, name, add);
}

/* ---- question.c ---- */

enum question_state { QUESTION_NONE, QUESTION_PUT, QUESTION_NO_MEMORY };
/* Whether there is something to ask about input `index`, and what. The caller has *messages and the waiter's records.
 */
enum question_state question_put(struct instance *self, struct ent_unit *unit, size_t index, struct waiter *waiter,
                                 json_t **messages);

/* ---- outcome.c ---- */

/* Emits and withdraws what the answer says of the waiter's item, and settles it. `answer` has been judged. */
void outcome_apply(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, const json_t *answer);
/* The item goes on as it is, with a remark. */
void outcome_pass(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, const char *why);
/* It is handed out again after that time; past its patience, or after its third attempt, it goes on as it is. `counts`:
 * the attempt was made at all. */
void outcome_put_off(struct instance *self, struct ent_unit *unit, const struct waiter *waiter, int64_t wait_ms,
                     int counts, const char *why);
/* How often it has been tried in vain. */
int outcome_attempts(const struct instance *self, const struct waiter *waiter);

/* ---- asking.c ---- */

/* Takes the waiter's records and `messages` over. */
void asking_begin(struct instance *self, struct ent_unit *unit, struct waiter *waiter, json_t *messages);
void asking_respond(struct instance *self, struct ent_unit *unit, const struct ent_http_response *response);

#endif
