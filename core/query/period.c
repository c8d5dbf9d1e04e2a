#include "core/query/period.h"

#include "lib/base/calendar.h"

#include <stdio.h>

/* 1300-01-01 and 2700-01-01, in days since 1970. */
enum { DAY_LEAST = -244712, DAY_MOST = 266627, DAY_MS = 24 * 60 * 60 * 1000 };

static uint32_t find_period(enum query_period period, int64_t day)
{
    int year, month, of_month;
    if (period == QUERY_PERIOD_NONE || day < DAY_LEAST || day > DAY_MOST)
        return 0;
    if (period == QUERY_PERIOD_DAY)
        return (uint32_t)(day - DAY_LEAST + 1);
    calendar_civil(day, &year, &month, &of_month);
    if (period == QUERY_PERIOD_YEAR)
        return (uint32_t)year;
    return (uint32_t)(period == QUERY_PERIOD_MONTH ? year * 12 + month : year * 4 + (month + 2) / 3);
}

static uint32_t period_of_day(struct period_memo *memo, int64_t day)
{
    size_t at = (uint64_t)day % PERIOD_MEMO_DAYS;
    if (memo->known[at].number == 0 || memo->known[at].day != day) {
        memo->known[at].number = find_period(memo->period, day);
        memo->known[at].day = day;
    }
    return memo->known[at].number;
}

uint32_t period_of_time(struct period_memo *memo, int64_t milliseconds)
{
    int64_t day = milliseconds / DAY_MS - (milliseconds % DAY_MS < 0);
    return milliseconds ? period_of_day(memo, day) : 0;
}

uint32_t period_of_days(struct period_memo *memo, int64_t low, int64_t high)
{
    int64_t day = low != INT32_MIN ? low : high;
    return day == INT32_MAX ? 0 : period_of_day(memo, day);
}

uint32_t period_of_month(enum query_period period, uint32_t month)
{
    if (month == 0 || period == QUERY_PERIOD_NONE)
        return 0;
    uint32_t year = (month - 1) / 12, of_year = (month - 1) % 12 + 1;
    return period == QUERY_PERIOD_YEAR ? year : period == QUERY_PERIOD_QUARTER ? year * 4 + (of_year + 2) / 3 : month;
}

void period_print(char text[PERIOD_TEXT_SIZE], enum query_period period, uint32_t number)
{
    int year, month, day, whole = (int)number;
    *text = '\0';
    if (!number)
        return;
    switch (period) {
    case QUERY_PERIOD_NONE:
        return;
    case QUERY_PERIOD_DAY:
        calendar_civil(DAY_LEAST + whole - 1, &year, &month, &day);
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-%02d-%02d", year, month, day);
        return;
    case QUERY_PERIOD_MONTH:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-%02d", (whole - 1) / 12, (whole - 1) % 12 + 1);
        return;
    case QUERY_PERIOD_QUARTER:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-Q%d", (whole - 1) / 4, (whole - 1) % 4 + 1);
        return;
    case QUERY_PERIOD_YEAR:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d", whole);
        return;
    }
}
