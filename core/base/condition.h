/* Condition: POSIX condition variables whose timed waits go by the monotonic clock, so that nobody waits for hours because the
 * clock was set back, as it is where a machine learns the time only after its start. Any thread, as pthread_cond_t. */
#ifndef CORE_BASE_CONDITION_H
#define CORE_BASE_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* pthread_cond_destroy ends it. */
static inline void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* Waits until it is signalled or that time has come, in milliseconds of CLOCK_MONOTONIC; false in the second case. As with
 * pthread_cond_wait the mutex is held, and a wake may be for nothing. */
static inline bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t time_ms)
{
    struct timespec until = {.tv_sec = (time_t)(time_ms / 1000), .tv_nsec = (long)(time_ms % 1000) * 1000000};
    return pthread_cond_timedwait(condition, mutex, &until) == 0; /* a time before the machine came up is over, too */
}

/* A flag that one thread raises and another waits for and lowers. */
struct condition_flag {
    pthread_mutex_t mutex;
    pthread_cond_t raised;
    bool is_up;
};

static inline void condition_flag_init(struct condition_flag *flag)
{
    pthread_mutex_init(&flag->mutex, NULL);
    condition_init(&flag->raised);
    flag->is_up = false;
}

static inline void condition_flag_destroy(struct condition_flag *flag)
{
    pthread_cond_destroy(&flag->raised);
    pthread_mutex_destroy(&flag->mutex);
}

static inline void condition_flag_raise(struct condition_flag *flag)
{
    pthread_mutex_lock(&flag->mutex);
    flag->is_up = true;
    pthread_cond_signal(&flag->raised);
    pthread_mutex_unlock(&flag->mutex);
}

/* False where that time (as above) comes before it is up. */
static inline bool condition_flag_lower(struct condition_flag *flag, int64_t time_ms)
{
    bool has_time = true;
    pthread_mutex_lock(&flag->mutex);
    while (!flag->is_up && has_time)
        has_time = condition_wait_until(&flag->raised, &flag->mutex, time_ms);
    bool was_up = flag->is_up;
    flag->is_up = false;
    pthread_mutex_unlock(&flag->mutex);
    return was_up;
}

#endif
