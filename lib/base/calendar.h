/* Calendar: civil dates and UTC times, without the C library's time zone state.
 *
 * Proleptic Gregorian calendar; days count from 1970-01-01, times are milliseconds since
 * 1970-01-01T00:00:00Z. Pure functions, any thread. */
#ifndef LIB_BASE_CALENDAR_H
#define LIB_BASE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct civil {
    int year;
    int month;  /* 1-12 */
    int day;    /* 1-31 */
    int hour, minute, second, millisecond;
};

enum { CALENDAR_TEXT_SIZE = 40 };

int64_t calendar_days(int year, int month, int day);
void calendar_civil(int64_t days, int *year, int *month, int *day);
int calendar_month_days(int year, int month);
/* 0 Sunday to 6 Saturday. */
int calendar_weekday(int64_t days);
bool calendar_is_date(int year, int month, int day);

int64_t calendar_time(const struct civil *civil);
void calendar_split(int64_t milliseconds, struct civil *civil);

/* RFC 3339 in UTC: "2006-09-25T12:00:00Z", with ".123" only where milliseconds are not 0. */
void calendar_print(char text[CALENDAR_TEXT_SIZE], int64_t milliseconds);
/* Reads RFC 3339 and the ISO 8601 dates "YYYY-MM-DD", "YYYY-MM", "YYYY" (midnight UTC). *offset_minutes
 * (may be NULL) gets the stated offset. False where the text is none of these or not a date. */
bool calendar_parse(const char *text, size_t size, int64_t *milliseconds, int *offset_minutes);

#endif
