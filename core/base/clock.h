/* Clock: the one place where core asks for the time, so that tests can set it. Any thread. */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void);       /* milliseconds since 1970-01-01T00:00:00Z */
int64_t clock_monotonic(void); /* milliseconds, never going back; not moved by clock_set_for_tests */
/* Fixes clock_now at `milliseconds`; 0 lets it run again. */
void clock_set_for_tests(int64_t milliseconds);

#endif
