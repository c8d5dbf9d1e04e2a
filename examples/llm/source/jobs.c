#include "jobs.h"

#include <stdlib.h>
#include <string.h>

struct job *jobs_find(const struct jobs *jobs, const char *digest)
{
    struct job *job = jobs->first;
    while (job && strcmp(job->digest, digest) != 0)
        job = job->next;
    return job;
}

struct job *jobs_find_tag(const struct jobs *jobs, uint64_t tag)
{
    struct job *job = jobs->first;
    while (job && (!job->is_asked || job->tag != tag))
        job = job->next;
    return job;
}

struct job *jobs_next(const struct jobs *jobs)
{
    struct job *job = jobs->first;
    while (job && job->is_asked)
        job = job->next;
    return job;
}

struct job *jobs_add(struct jobs *jobs, const char *digest, json_t *messages)
{
    struct job *job = jobs->count < JOBS_MAX ? calloc(1, sizeof *job) : NULL;
    struct job **end = &jobs->first;
    if (!job)
        return NULL;
    memcpy(job->digest, digest, sizeof job->digest);
    job->messages = messages;
    while (*end)
        end = &(*end)->next;
    *end = job;
    jobs->count++;
    return job;
}

static int is_same_item(const struct ent_host *host, const struct ent_record *one, const struct ent_record *other)
{
    struct ent_str a = ent_get_str(host, one, ENT_ITEM_ID), b = ent_get_str(host, other, ENT_ITEM_ID);
    return a.size > 0 && a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

int jobs_join(struct jobs *jobs, struct job *job, const struct waiter *waiter)
{
    /* The host hands an item out again that waited too long: its old ticket is worth nothing any more. */
    for (size_t i = 0; i < job->waiter_count; i++) {
        if (!is_same_item(jobs->host, job->waiters[i].item, waiter->item))
            continue;
        waiter_release(jobs->host, &job->waiters[i]);
        job->waiters[i] = *waiter;
        return 1;
    }
    if (job->waiter_count == WAITERS_MAX)
        return 0;
    job->waiters[job->waiter_count++] = *waiter;
    return 1;
}

void jobs_take(struct jobs *jobs, struct job *job)
{
    struct job **place = &jobs->first;
    while (*place && *place != job)
        place = &(*place)->next;
    if (!*place)
        return;
    *place = job->next;
    jobs->count--;
    jobs->asked -= job->is_asked != 0;
    job->is_asked = 0;
}

void waiter_release(const struct ent_host *host, struct waiter *waiter)
{
    for (size_t i = 0; i < waiter->report_count; i++)
        host->release(waiter->reports[i]);
    if (waiter->item)
        host->release(waiter->item);
    waiter->item = NULL;
    waiter->report_count = 0;
}

void job_free(const struct jobs *jobs, struct job *job)
{
    for (size_t i = 0; i < job->waiter_count; i++)
        waiter_release(jobs->host, &job->waiters[i]);
    json_decref(job->messages);
    free(job);
}

void jobs_free(struct jobs *jobs)
{
    while (jobs->first) {
        struct job *job = jobs->first;
        jobs_take(jobs, job);
        job_free(jobs, job);
    }
}
