#include "plugins/web/workers.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = WORKERS_FOR_QUESTIONS + WORKERS_FOR_CHANGES };

struct lane {
    struct workers *workers;
    struct job *first, **last;
    pthread_cond_t filled;
};

struct workers {
    pthread_mutex_t lock;
    struct lane lanes[WORKERS_LANES];
    pthread_t threads[THREADS];
    size_t thread_count;
    bool is_closing;
};

/* NULL once nothing will come any more. The lock is held. */
static struct job *take(struct lane *lane)
{
    while (!lane->first && !lane->workers->is_closing)
        pthread_cond_wait(&lane->filled, &lane->workers->lock);
    struct job *job = lane->first;
    if (job && !(lane->first = job->next))
        lane->last = &lane->first;
    return job;
}

static void *work(void *context)
{
    struct lane *lane = context;
    struct job *job;
    pthread_mutex_lock(&lane->workers->lock);
    while ((job = take(lane))) {
        pthread_mutex_unlock(&lane->workers->lock);
        job->run(job);
        pthread_mutex_lock(&lane->workers->lock);
    }
    pthread_mutex_unlock(&lane->workers->lock);
    return NULL;
}

struct workers *workers_create(void)
{
    struct workers *workers = calloc(1, sizeof *workers);
    if (!workers)
        return NULL;
    pthread_mutex_init(&workers->lock, NULL);
    for (int i = 0; i < WORKERS_LANES; i++) {
        struct lane *lane = &workers->lanes[i];
        lane->workers = workers;
        lane->last = &lane->first;
        pthread_cond_init(&lane->filled, NULL);
    }
    for (size_t i = 0; i < THREADS; i++) {
        struct lane *lane = &workers->lanes[i < WORKERS_FOR_QUESTIONS ? WORKERS_QUESTIONS : WORKERS_CHANGES];
        if (pthread_create(&workers->threads[i], NULL, work, lane) != 0) {
            workers_close(workers);
            workers_destroy(workers);
            return NULL;
        }
        workers->thread_count++;
    }
    return workers;
}

bool workers_give(struct workers *workers, enum workers_lane lane, struct job *job)
{
    struct lane *to = &workers->lanes[lane];
    job->next = NULL;
    pthread_mutex_lock(&workers->lock);
    bool is_open = !workers->is_closing;
    if (is_open) {
        *to->last = job;
        to->last = &job->next;
        pthread_cond_signal(&to->filled);
    }
    pthread_mutex_unlock(&workers->lock);
    return is_open;
}

void workers_close(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->is_closing = true;
    for (int i = 0; i < WORKERS_LANES; i++)
        pthread_cond_broadcast(&workers->lanes[i].filled);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i], NULL);
    workers->thread_count = 0;
}

void workers_destroy(struct workers *workers)
{
    if (!workers)
        return;
    for (int i = 0; i < WORKERS_LANES; i++)
        pthread_cond_destroy(&workers->lanes[i].filled);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
