#include "core/base/pulse.h"

#include "core/base/clock.h"
#include "core/base/condition.h"

#include <stdlib.h>

struct pulse {
    pthread_mutex_t lock;
    pthread_cond_t beaten;
    uint64_t beats;
};

struct pulse *pulse_create(void)
{
    struct pulse *pulse = calloc(1, sizeof *pulse);
    if (!pulse)
        return NULL;
    pthread_mutex_init(&pulse->lock, NULL);
    condition_init(&pulse->beaten);
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
    int64_t until = clock_monotonic() + timeout_ms;
    bool has_time = timeout_ms > 0;
    pthread_mutex_lock(&pulse->lock);
    while (has_time && pulse->beats == seen)
        has_time = condition_wait_until(&pulse->beaten, &pulse->lock, until);
    uint64_t beats = pulse->beats;
    pthread_mutex_unlock(&pulse->lock);
    return beats;
}
