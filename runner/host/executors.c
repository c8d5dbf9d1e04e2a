#include "runner/host/executors.h"

#include "core/base/log.h"
#include "runner/host/faults.h"
#include "runner/host/host.h"

#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for what follows */
static pthread_cond_t given = PTHREAD_COND_INITIALIZER;
static struct wire_message *first, **last = &first;
static size_t waiting, idle;

static struct wire_message *take(void)
{
    pthread_mutex_lock(&lock);
    idle++;
    while (!first)
        pthread_cond_wait(&given, &lock);
    idle--;
    struct wire_message *message = first;
    first = message->next;
    if (!first)
        last = &first;
    waiting--;
    pthread_mutex_unlock(&lock);
    return message;
}

static void *run(void *context)
{
    (void)context;
    fault_prepare_thread();
    for (;;)
        host_perform(take());
    return NULL;
}

static void start_one(void)
{
    pthread_attr_t detached;
    pthread_t thread;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    int status = pthread_create(&thread, &detached, run, NULL);
    pthread_attr_destroy(&detached);
    /* Others will take the call when they are done; where there are none, nobody ever will. */
    if (status != 0)
        log_write(LOG_ERROR, NULL, NULL, "no thread can be made to run a callback");
}

void executors_give(struct wire_message *message)
{
    message->next = NULL;
    pthread_mutex_lock(&lock);
    *last = message;
    last = &message->next;
    waiting++;
    bool is_short = waiting > idle;
    pthread_cond_signal(&given);
    pthread_mutex_unlock(&lock);
    if (is_short)
        start_one();
}

void executors_publish(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}
