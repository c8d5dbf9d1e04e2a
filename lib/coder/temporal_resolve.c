/* The days that an expression of time means. */
#include "lib/base/calendar.h"
#include "lib/coder/temporal.h"

static void whole_month(int year, int month, struct time_span *span)
{
    span->start = calendar_days(year, month, 1);
    span->end = calendar_days(year, month, calendar_month_days(year, month));
    span->grain = 'm';
}

static bool resolve_calendar(const struct time_expression *time, struct anchor anchor, bool future,
                             struct time_span *span)
{
    int year = time->year;
    span->basis = BASIS_EXPLICIT;
    if (!time->month) {
        span->start = calendar_days(year, 1, 1);
        span->end = calendar_days(time->last_year ? time->last_year : year, 12, 31);
        span->grain = time->last_year ? 'r' : 'y';
        return true;
    }
    if (time->year_told) {
        int month, day;
        if (!anchor.known)
            return false;
        calendar_civil(anchor.day, &year, &month, &day);
        year += time->year_shift;
        span->basis = BASIS_RELATIVE;
    }
    if (!year) {
        if (!anchor.known)
            return false;
        int anchor_year, anchor_month, anchor_day;
        calendar_civil(anchor.day, &anchor_year, &anchor_month, &anchor_day);
        year = anchor_year;
        int day = time->day ? time->day : anchor_day;
        if (day > calendar_month_days(year, time->month))
            day = calendar_month_days(year, time->month);
        int64_t here = calendar_days(year, time->month, day);
        /* The nearest year that agrees with the tense: some days of slack, as "will" reports run late. */
        if (future || time->next) {
            if (here < anchor.day - (time->next ? 0 : 31))
                year++;
        } else if (here > anchor.day + (time->previous ? 0 : 31))
            year--;
        if (time->previous && time->month == anchor_month && year == anchor_year)
            year--;
        if (time->next && time->month == anchor_month && year == anchor_year)
            year++;
        if (time->next || time->previous)
            span->basis = BASIS_RELATIVE;
    }
    if (!time->day) {
        whole_month(year, time->month, span);
        if (time->last_month) {
            int last_year = year + (time->last_month < time->month);
            span->end = calendar_days(last_year, time->last_month, calendar_month_days(last_year, time->last_month));
            span->grain = 'r';
        }
        return true;
    }
    if (!calendar_is_date(year, time->month, time->day))
        return false;
    span->start = span->end = calendar_days(year, time->month, time->day);
    span->grain = 'd';
    if (time->last_day) {
        int month = time->last_month ? time->last_month : time->month, last_year = year + (month < time->month);
        if (!calendar_is_date(last_year, month, time->last_day))
            return false;
        span->end = calendar_days(last_year, month, time->last_day);
        span->grain = 'r';
        if (span->end < span->start)
            return false;
    }
    return true;
}

static bool resolve_unit(const struct time_expression *time, struct anchor anchor, bool future, struct time_span *span)
{
    int year, month, day;
    calendar_civil(anchor.day, &year, &month, &day);
    switch (time->unit) {
    case 'y':
        span->start = calendar_days(year + time->offset, 1, 1);
        span->end = calendar_days(year + time->offset, 12, 31);
        span->grain = 'y';
        return true;
    case 'm': {
        int months = year * 12 + month - 1 + time->offset;
        whole_month(months / 12, months % 12 + 1, span);
        return true;
    }
    case 'w': {
        int64_t monday = anchor.day - (calendar_weekday(anchor.day) + 6) % 7 + 7 * (int64_t)time->offset;
        span->start = monday;
        span->end = monday + 6;
        span->grain = 'r';
        return true;
    }
    case 'e': {
        int64_t monday = anchor.day - (calendar_weekday(anchor.day) + 6) % 7;
        bool here = anchor.day >= monday + 5;
        /* that of this week where it lies ahead or is on, else the last one */
        int64_t weeks = time->next ? here : time->previous || (!future && !here) ? -1 : 0;
        span->start = monday + 5 + 7 * weeks;
        span->end = span->start + 1;
        span->grain = 'r';
        return true;
    }
    case 'f':
        span->start = anchor.day + 1;
        span->end = anchor.day + 7;
        span->grain = 'r';
        return true;
    case 'd':
        span->start = span->end = anchor.day + time->offset;
        span->grain = 'd';
        return true;
    default:
        return false;
    }
}

bool temporal_resolve(const struct time_expression *time, struct anchor anchor, bool future, struct time_span *span)
{
    *span = (struct time_span){.open_end = time->since, .open_start = time->until};
    if (time->relative == RELATIVE_NONE)
        return resolve_calendar(time, anchor, future, span);
    if (!anchor.known)
        return false;
    span->basis = BASIS_RELATIVE;
    if (time->relative == RELATIVE_DAY) {
        span->start = span->end = anchor.day + time->offset;
        span->grain = 'd';
        return true;
    }
    if (time->relative == RELATIVE_UNIT)
        return resolve_unit(time, anchor, future, span);
    /* The day itself counts as today: a report of Tuesday that says "on Tuesday" means its own day. */
    int64_t back = (calendar_weekday(anchor.day) - time->offset + 7) % 7;
    if (time->next || (future && !time->previous && back != 0))
        span->start = anchor.day + (7 - back);
    else
        span->start = anchor.day - back - (time->previous && back == 0 ? 7 : 0);
    span->end = span->start;
    span->grain = 'd';
    return true;
}
