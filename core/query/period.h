/* Periods: days, months, quarters and years as numbers that order as they do; 0 for no period. For core/query alone. */
#ifndef CORE_QUERY_PERIOD_H
#define CORE_QUERY_PERIOD_H

#include "core/query/counts.h"

#include <stdint.h>

/* The days asked about last, since the events of a block are near each other in time. Zeroed but for `period` at first.
 */
enum { PERIOD_MEMO_DAYS = 64 };
struct period_memo {
    enum query_period period;
    struct {
        int64_t day;
        uint32_t number; /* 0: none yet */
    } known[PERIOD_MEMO_DAYS];
};
uint32_t period_of_time(struct period_memo *memo, int64_t milliseconds);
/* Of an act's days, INT32_MIN and INT32_MAX where open: that on which it begins, else ends. */
uint32_t period_of_days(struct period_memo *memo, int64_t low, int64_t high);
/* Of a month, the month, quarter or year that it is in; 0 for QUERY_PERIOD_NONE. Days are not to be had of it. */
uint32_t period_of_month(enum query_period period, uint32_t month);
enum { PERIOD_BITS = 19, MONTH_BITS = 16, PERIOD_TEXT_SIZE = 32 };
/* "2024-Q2"; "" for 0. */
void period_print(char text[PERIOD_TEXT_SIZE], enum query_period period, uint32_t number);

#endif
