#include "plugins/exec/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct mailbox {
    int wake;              /* eventfd */
    pthread_mutex_t mutex; /* for all that follows */
    struct job *jobs, **jobs_end;
    struct worker_result *results, **results_end;
    size_t untaken; /* bytes */
    int64_t last_id;
    char *state; /* JSON; NULL: none */
    bool is_stopping;
};

struct mailbox *mailbox_create(struct error *error)
{
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (!mailbox) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    mailbox->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (mailbox->wake < 0) {
        error_set_errno(error, errno, "no eventfd to wake the program's thread by");
        free(mailbox);
        return NULL;
    }
    pthread_mutex_init(&mailbox->mutex, NULL);
    mailbox->jobs_end = &mailbox->jobs;
    mailbox->results_end = &mailbox->results;
    return mailbox;
}

void mailbox_free_jobs(struct job *job, void (*release)(void *context, void *held), void *context)
{
    while (job) {
        struct job *next = job->next;
        if (job->result->held)
            release(context, job->result->held);
        job_free(job);
        job = next;
    }
}

void mailbox_destroy(struct mailbox *mailbox, void (*release)(void *context, void *held), void *context)
{
    if (!mailbox)
        return;
    for (struct worker_result *result; (result = mailbox_take_result(mailbox));) {
        if (result->held)
            release(context, result->held);
        worker_result_free(result);
    }
    mailbox_free_jobs(mailbox->jobs, release, context);
    free(mailbox->state);
    close(mailbox->wake);
    pthread_mutex_destroy(&mailbox->mutex);
    free(mailbox);
}

static void poke(const struct mailbox *mailbox)
{
    const uint64_t one = 1;
    /* Fails only when it is awake already. */
    ssize_t written = write(mailbox->wake, &one, sizeof one);
    (void)written;
}

/* ---- the callbacks' side ---- */

int64_t mailbox_next_id(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    int64_t id = ++mailbox->last_id;
    pthread_mutex_unlock(&mailbox->mutex);
    return id;
}

void mailbox_put_job(struct mailbox *mailbox, struct job *job)
{
    pthread_mutex_lock(&mailbox->mutex);
    *mailbox->jobs_end = job;
    mailbox->jobs_end = &job->next;
    pthread_mutex_unlock(&mailbox->mutex);
    poke(mailbox);
}

struct worker_result *mailbox_take_result(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    struct worker_result *result = mailbox->results;
    bool was_full = mailbox->untaken >= MAILBOX_UNTAKEN_MAX;
    if (result) {
        mailbox->results = result->next;
        if (!mailbox->results)
            mailbox->results_end = &mailbox->results;
        mailbox->untaken -= result->bytes;
        result->next = NULL;
    }
    was_full = was_full && mailbox->untaken < MAILBOX_UNTAKEN_MAX;
    pthread_mutex_unlock(&mailbox->mutex);
    if (was_full)
        poke(mailbox);
    return result;
}

void mailbox_stop(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->is_stopping = true;
    pthread_mutex_unlock(&mailbox->mutex);
    poke(mailbox);
}

/* ---- the thread's side ---- */

int mailbox_wait_file(const struct mailbox *mailbox)
{
    return mailbox->wake;
}

void mailbox_clear_wait(struct mailbox *mailbox)
{
    uint64_t wakes;
    /* Fails only when nobody has woken it. */
    ssize_t got = read(mailbox->wake, &wakes, sizeof wakes);
    (void)got;
}

bool mailbox_take_jobs(struct mailbox *mailbox, struct job **list)
{
    while (*list)
        list = &(*list)->next;
    pthread_mutex_lock(&mailbox->mutex);
    *list = mailbox->jobs;
    mailbox->jobs = NULL;
    mailbox->jobs_end = &mailbox->jobs;
    bool goes_on = !mailbox->is_stopping;
    pthread_mutex_unlock(&mailbox->mutex);
    return goes_on;
}

void mailbox_put_result(struct mailbox *mailbox, struct worker_result *result)
{
    pthread_mutex_lock(&mailbox->mutex);
    *mailbox->results_end = result;
    mailbox->results_end = &result->next;
    mailbox->untaken += result->bytes;
    pthread_mutex_unlock(&mailbox->mutex);
}

bool mailbox_has_room(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool has_room = mailbox->untaken < MAILBOX_UNTAKEN_MAX;
    pthread_mutex_unlock(&mailbox->mutex);
    return has_room;
}

bool mailbox_knows_id(struct mailbox *mailbox, int64_t id)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool is_known = id <= mailbox->last_id;
    pthread_mutex_unlock(&mailbox->mutex);
    return is_known;
}

/* ---- state ---- */

bool mailbox_put_state(struct mailbox *mailbox, const char *state, bool is_older)
{
    char *copy = strdup(state);
    if (!copy)
        return false;
    pthread_mutex_lock(&mailbox->mutex);
    char *spare = is_older && mailbox->state ? copy : mailbox->state;
    if (spare != copy)
        mailbox->state = copy;
    pthread_mutex_unlock(&mailbox->mutex);
    free(spare);
    return true;
}

char *mailbox_copy_state(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    char *state = mailbox->state ? strdup(mailbox->state) : NULL;
    pthread_mutex_unlock(&mailbox->mutex);
    return state;
}
