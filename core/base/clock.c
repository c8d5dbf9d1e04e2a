#include "core/base/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t fixed_now;

static int64_t read_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    int64_t fixed = atomic_load_explicit(&fixed_now, memory_order_relaxed);
    return fixed ? fixed : read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_set_for_tests(int64_t milliseconds)
{
    atomic_store_explicit(&fixed_now, milliseconds, memory_order_relaxed);
}
