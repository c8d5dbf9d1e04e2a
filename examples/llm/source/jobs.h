/* Jobs: questions that wait for their turn or their answer, and the items that wait with them. Items with the same
 * question share a job. All is bounded; records are held for as long as their waiter is there. One thread. */
#ifndef LLM_JOBS_H
#define LLM_JOBS_H

#include "prompt.h"

enum { JOBS_MAX = 128, WAITERS_MAX = 32, WAITER_REPORTS_MAX = CODEBOOK_VERDICTS_MAX };

struct waiter {
    uint64_t
        callback; /* in which it came, at `index`: there it has a result, in a later one it is settled by its ticket */
    size_t index;
    uint64_t ticket;
    struct ent_record *item;                        /* held */
    struct ent_record *reports[WAITER_REPORTS_MAX]; /* held; those asked about */
    size_t report_count;
    size_t shown; /* bytes of the body */
};

struct job {
    char digest[PROMPT_DIGEST_SIZE];
    json_t *messages;
    struct prompt_form form; /* as it was asked last */
    int64_t reserved;        /* tokens */
    uint64_t tag;
    int is_asked;
    int repairs, widenings, adaptations;
    int is_plainer; /* servers break down under a schema: an item that failed twice is asked with less of it */
    struct waiter waiters[WAITERS_MAX];
    size_t waiter_count;
    struct job *next; /* in the order in which they came */
};

struct jobs {
    const struct ent_host *host;
    struct job *first;
    size_t count, asked;
    uint64_t last_tag;
};

struct job *jobs_find(const struct jobs *jobs, const char *digest);
struct job *jobs_find_tag(const struct jobs *jobs, uint64_t tag);
/* The first that waits for its turn, or NULL. */
struct job *jobs_next(const struct jobs *jobs);
/* Takes `messages` over where it succeeds. NULL: there are too many, or memory is out. */
struct job *jobs_add(struct jobs *jobs, const char *digest, json_t *messages);
/* Takes the waiter's records over where it succeeds. 0: too many wait for it. */
int jobs_join(struct jobs *jobs, struct job *job, const struct waiter *waiter);
/* Takes it out; the caller has it. */
void jobs_take(struct jobs *jobs, struct job *job);
void job_free(const struct jobs *jobs, struct job *job);
void jobs_free(struct jobs *jobs);

void waiter_release(const struct ent_host *host, struct waiter *waiter);

#endif
