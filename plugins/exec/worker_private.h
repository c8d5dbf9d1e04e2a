/* The worker's own insides, shared by its parts and nobody else: worker.c (pipes, deadlines, the thread, what is seen
 * from outside), worker_settle.c (results, the log, ending a program), worker_hear.c (what the program writes),
 * worker_life.c (its start and its end). All of it is the worker's thread's. */
#ifndef PLUGINS_EXEC_WORKER_PRIVATE_H
#define PLUGINS_EXEC_WORKER_PRIVATE_H

#include "lib/program/child.h"
#include "lib/program/lines.h"
#include "plugins/exec/job.h"
#include "plugins/exec/mailbox.h"
#include "plugins/exec/worker.h"

#include <pthread.h>

enum { WORKER_GRACE_MS = 2000 }; /* from the word to end until it is killed */

struct worker {
    struct worker_settings settings;
    pthread_t thread;
    bool has_thread; /* from the first work on */
    struct mailbox *mailbox;
    /* The thread's own: */
    struct child child;
    struct lines output, errors;
    struct job *jobs;    /* the oldest first; those with sent > 0 are the program's */
    size_t unsettled;    /* bytes that the program handed over for jobs that are open */
    struct buffer start; /* the line that answers its hello, as far as it is not sent */
    size_t start_sent;
    struct hello *hello; /* of the program that runs; NULL: not yet said */
    char last_output[300], last_error[300];
    char why[300];         /* it is being ended, for this reason; empty: it is not */
    bool is_late;          /* … because it did not answer in time */
    int64_t started;       /* monotonic, as all that follow */
    int64_t waiting_since; /* the oldest that the program has is its turn since then; 0: it has none */
    int64_t kill_at;       /* it was told to end; 0: not */
    int64_t closed_at;     /* its output has ended, which mostly is its own end; 0: not */
    int64_t not_before;    /* it is not started again sooner */
    int64_t told_since;
    unsigned told, untold;
    uint64_t answers; /* of the program that runs */
    int failures;
    int careful; /* it died over one of several records: for so many more it gets them one by one */
};

/* ---- worker_settle.c ---- */
int64_t worker_now(void); /* monotonic */
/* To the log, within a bound: a program that never stops talking must not fill it. */
void worker_tell(struct worker *worker, uint32_t level, const char *before, const char *text);
void worker_count(struct worker *worker, const char *name);
void worker_push_result(struct worker *worker, struct worker_result *result);
/* Takes the job off the list and frees it. */
void worker_settle(struct worker *worker, struct job *job, enum ent_code code, int64_t retry_after_ms,
                   const char *text);
void worker_settle_sent(struct worker *worker, enum ent_code code, const char *text); /* all that the program has */
void worker_settle_all(struct worker *worker, enum ent_code code, const char *text);
size_t worker_count_sent(const struct worker *worker);
/* It has a moment before it is killed; what it still says is not listened to. */
void worker_end_because(struct worker *worker, const char *why);

/* ---- worker_hear.c: for lines_read; `context` is the worker ---- */
void worker_take_line(void *context, const char *line, size_t size, bool is_cut);
void worker_take_error(void *context, const char *line, size_t size, bool is_cut);

/* ---- worker_life.c ---- */
void worker_start(struct worker *worker);
/* What becomes of the work of a program that has ended. */
void worker_take_end(struct worker *worker, int status);
void worker_forget_program(struct worker *worker);

#endif
