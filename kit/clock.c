/* The clock of core/base, standing still: it takes that one's place in the harness library. */
#include "core/base/clock.h"

#include <entente/harness.h>

#include <stdatomic.h>

static const int64_t start = 1767225600000; /* 2026-01-01T00:00:00Z */
static _Atomic int64_t now = 1767225600000;
static _Atomic int64_t passed = 1000; /* never set back, as a monotonic clock is not */

int64_t clock_now(void)
{
    return atomic_load(&now);
}

int64_t clock_monotonic(void)
{
    return atomic_load(&passed);
}

void clock_set_for_tests(int64_t milliseconds)
{
    atomic_store(&now, milliseconds ? milliseconds : start);
}

void ent_harness_clock_set(int64_t milliseconds)
{
    clock_set_for_tests(milliseconds);
}

void ent_harness_clock_advance(int64_t milliseconds)
{
    atomic_fetch_add(&now, milliseconds);
    if (milliseconds > 0)
        atomic_fetch_add(&passed, milliseconds);
}
