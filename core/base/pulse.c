#include "core/base/pulse.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct pulse {
    pthread_mutex_t lock;
    pthread_cond_t beaten; /* on the monotonic clock */
    uint64_t beats;
};

struct pulse *pulse_create(void)
{
    struct pulse *pulse = calloc(1, sizeof *pulse);
    pthread_condattr_t attributes;
    if (!pulse)
        return NULL;
    pthread_mutex_init(&pulse->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pulse->beaten, &attributes);
    pthread_condattr_destroy(&attributes);
    return pulse;
}

void pulse_destroy(struct pulse *pulse)
{
    if (!pulse)
        return;
    pthread_cond_destroy(&pulse->beaten);
    pthread_mutex_destroy(&pulse->lock);
    free(pulse);
}

void pulse_beat(struct pulse *pulse)
{
    pthread_mutex_lock(&pulse->lock);
    pulse->beats++;
    pthread_cond_broadcast(&pulse->beaten);
    pthread_mutex_unlock(&pulse->lock);
}

uint64_t pulse_wait(struct pulse *pulse, uint64_t seen, int64_t timeout_ms)
{
    struct timespec until;
    int status = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&pulse->lock);
    while (status == 0 && timeout_ms > 0 && pulse->beats == seen)
        status = pthread_cond_timedwait(&pulse->beaten, &pulse->lock, &until);
    uint64_t beats = pulse->beats;
    pthread_mutex_unlock(&pulse->lock);
    return beats;
}
