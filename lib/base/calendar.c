#include "lib/base/calendar.h"

#include <stdio.h>

enum { MS_PER_SECOND = 1000, SECONDS_PER_DAY = 86400 };
#define MS_PER_DAY ((int64_t)MS_PER_SECOND * SECONDS_PER_DAY)

/* Both conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years run from
 * March, eras are 400 years. */
int64_t calendar_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void calendar_civil(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int calendar_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int calendar_weekday(int64_t days)
{
    return (int)(((days + 4) % 7 + 7) % 7);
}

bool calendar_is_date(int year, int month, int day)
{
    return year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= calendar_month_days(year, month);
}

int64_t calendar_time(const struct civil *civil)
{
    int64_t seconds = calendar_days(civil->year, civil->month, civil->day) * SECONDS_PER_DAY +
                      (int64_t)civil->hour * 3600 + (int64_t)civil->minute * 60 + civil->second;
    return seconds * MS_PER_SECOND + civil->millisecond;
}

void calendar_split(int64_t milliseconds, struct civil *civil)
{
    int64_t days = milliseconds / MS_PER_DAY, rest = milliseconds % MS_PER_DAY;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    calendar_civil(days, &civil->year, &civil->month, &civil->day);
    civil->millisecond = (int)(rest % MS_PER_SECOND);
    int seconds = (int)(rest / MS_PER_SECOND);
    civil->hour = seconds / 3600;
    civil->minute = seconds / 60 % 60;
    civil->second = seconds % 60;
}

void calendar_print(char text[CALENDAR_TEXT_SIZE], int64_t milliseconds)
{
    struct civil civil;
    calendar_split(milliseconds, &civil);
    int used = snprintf(text, CALENDAR_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", civil.year, civil.month, civil.day,
                        civil.hour, civil.minute, civil.second);
    if (civil.millisecond)
        snprintf(text + used, CALENDAR_TEXT_SIZE - (size_t)used, ".%03dZ", civil.millisecond);
    else
        snprintf(text + used, CALENDAR_TEXT_SIZE - (size_t)used, "Z");
}

struct reader {
    const char *at;
    const char *end;
};

static bool read_digits(struct reader *reader, int count, int *value)
{
    if (reader->end - reader->at < count)
        return false;
    *value = 0;
    for (int i = 0; i < count; i++) {
        char digit = reader->at[i];
        if (digit < '0' || digit > '9')
            return false;
        *value = *value * 10 + (digit - '0');
    }
    reader->at += count;
    return true;
}

static bool read_char(struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

static bool read_fraction(struct reader *reader, int *millisecond)
{
    if (!read_char(reader, '.') && !read_char(reader, ','))
        return true;
    int scale = 100;
    const char *start = reader->at;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        *millisecond += (*reader->at - '0') * scale;
        scale /= 10;
    }
    return reader->at > start;
}

static bool read_offset(struct reader *reader, int *minutes)
{
    *minutes = 0;
    if (read_char(reader, 'Z') || read_char(reader, 'z'))
        return true;
    int sign = read_char(reader, '+') ? 1 : read_char(reader, '-') ? -1 : 0;
    int hour, minute = 0;
    if (sign == 0 || !read_digits(reader, 2, &hour))
        return false;
    read_char(reader, ':');
    if (reader->at < reader->end && !read_digits(reader, 2, &minute))
        return false;
    *minutes = sign * (hour * 60 + minute);
    return hour <= 23 && minute <= 59;
}

static bool read_time(struct reader *reader, struct civil *civil, int *offset)
{
    if (!read_char(reader, 'T') && !read_char(reader, 't') && !read_char(reader, ' '))
        return false;
    if (!read_digits(reader, 2, &civil->hour) || !read_char(reader, ':') || !read_digits(reader, 2, &civil->minute))
        return false;
    if (read_char(reader, ':') && (!read_digits(reader, 2, &civil->second) || !read_fraction(reader, &civil->millisecond)))
        return false;
    if (civil->hour > 23 || civil->minute > 59 || civil->second > 60)
        return false;
    return read_offset(reader, offset);
}

bool calendar_parse(const char *text, size_t size, int64_t *milliseconds, int *offset_minutes)
{
    struct reader reader = {text, text + size};
    struct civil civil = {.month = 1, .day = 1};
    int offset = 0;
    if (!read_digits(&reader, 4, &civil.year))
        return false;
    if (read_char(&reader, '-')) {
        if (!read_digits(&reader, 2, &civil.month))
            return false;
        if (read_char(&reader, '-')) {
            if (!read_digits(&reader, 2, &civil.day))
                return false;
            if (reader.at < reader.end && !read_time(&reader, &civil, &offset))
                return false;
        }
    }
    if (reader.at != reader.end || !calendar_is_date(civil.year, civil.month, civil.day))
        return false;
    *milliseconds = calendar_time(&civil) - (int64_t)offset * 60 * MS_PER_SECOND;
    if (offset_minutes)
        *offset_minutes = offset;
    return true;
}
