#include "plugins/exec/worker_private.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

enum { TOLD_MAX = 200, TOLD_MS = 10000 }; /* lines of a program for the log, in that time */

int64_t worker_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- telling ---- */

/* A program that never stops talking must not fill the log. */
static bool may_tell(struct worker *worker)
{
    int64_t now = worker_now();
    if (worker->told_since == 0 || now - worker->told_since >= TOLD_MS) {
        char text[100];
        snprintf(text, sizeof text, "%u more lines of the program were left out", worker->untold);
        if (worker->untold > 0)
            worker->settings.told(worker->settings.context, ENT_LOG_WARNING, text);
        worker->told_since = now;
        worker->told = worker->untold = 0;
    }
    if (worker->told < TOLD_MAX) {
        worker->told++;
        return true;
    }
    worker->untold++;
    return false;
}

void worker_tell(struct worker *worker, uint32_t level, const char *before, const char *text)
{
    char whole[1000];
    if (!may_tell(worker))
        return;
    snprintf(whole, sizeof whole, "%s%.900s", before, text);
    worker->settings.told(worker->settings.context, level, whole);
}

void worker_count(struct worker *worker, const char *name)
{
    worker->settings.counts(worker->settings.context, name, 1);
}

/* ---- results ---- */

void worker_push_result(struct worker *worker, struct worker_result *result)
{
    mailbox_put_result(worker->mailbox, result);
    worker->settings.settled(worker->settings.context);
}

static void take_off(struct worker *worker, const struct job *job)
{
    for (struct job **at = &worker->jobs; *at; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            return;
        }
}

/* Takes the job off the list and frees it. */
void worker_settle(struct worker *worker, struct job *job, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    take_off(worker, job);
    worker->unsettled -= job->result->bytes;
    worker_push_result(worker, job_finish(job, code, retry_after_ms, text));
    job_free(job);
    worker->waiting_since = worker->jobs && worker->jobs->sent > 0 ? worker_now() : 0;
}

void worker_settle_sent(struct worker *worker, enum ent_code code, const char *text)
{
    while (worker->jobs && worker->jobs->sent > 0)
        worker_settle(worker, worker->jobs, code, -1, text);
}

void worker_settle_all(struct worker *worker, enum ent_code code, const char *text)
{
    while (worker->jobs)
        worker_settle(worker, worker->jobs, code, -1, text);
}

size_t worker_count_sent(const struct worker *worker)
{
    size_t sent = 0;
    for (const struct job *job = worker->jobs; job && job->sent > 0; job = job->next)
        sent++;
    return sent;
}

/* ---- ending a program ---- */

/* It has a moment before it is killed; what it still says is not listened to. */
void worker_end_because(struct worker *worker, const char *why)
{
    if (worker->kill_at)
        return;
    snprintf(worker->why, sizeof worker->why, "%.*s", (int)sizeof worker->why - 1, why);
    child_signal(&worker->child, SIGTERM);
    worker->kill_at = worker_now() + WORKER_GRACE_MS;
}
