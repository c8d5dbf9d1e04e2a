#include "core/query/query.h"

#include "lib/base/calendar.h"

#include <ctype.h>
#include <string.h>

#define MINUTE_MS ((int64_t)60 * 1000)
#define DAY_MS (24 * 60 * MINUTE_MS)

static const struct {
    const char *unit;
    int64_t milliseconds;
} units[] = {{"m", MINUTE_MS}, {"min", MINUTE_MS}, {"h", 60 * MINUTE_MS}, {"d", DAY_MS}, {"w", 7 * DAY_MS}};

static bool parse_age(const char *text, int64_t *age)
{
    int64_t number = 0;
    const char *at = text;
    for (; isdigit((unsigned char)*at); at++) {
        if (at - text >= 7)
            return false;
        number = number * 10 + (*at - '0');
    }
    for (size_t i = 0; at > text && i < sizeof units / sizeof *units; i++)
        if (strcmp(at, units[i].unit) == 0) {
            *age = number * units[i].milliseconds;
            return true;
        }
    return false;
}

/* The first moment after the year, month or day that begins at `start` and is written in `size` characters. */
static int64_t period_end(int64_t start, size_t size)
{
    struct civil civil;
    calendar_split(start, &civil);
    int64_t days = size == 4   ? calendar_days(civil.year + 1, 1, 1)
                   : size == 7 ? calendar_days(civil.year + civil.month / 12, civil.month % 12 + 1, 1)
                               : calendar_days(civil.year, civil.month, civil.day) + 1;
    return days * DAY_MS;
}

bool query_parse_time(const char *text, int64_t now, bool is_until, int64_t *milliseconds, struct error *error)
{
    enum { DATE_SIZE = 10 };
    int64_t age;
    int64_t today = now - ((now % DAY_MS) + DAY_MS) % DAY_MS;
    if (strcmp(text, "now") == 0)
        *milliseconds = now;
    else if (strcmp(text, "today") == 0)
        *milliseconds = is_until ? today + DAY_MS : today;
    else if (strcmp(text, "yesterday") == 0)
        *milliseconds = is_until ? today : today - DAY_MS;
    else if (parse_age(text, &age))
        *milliseconds = now - age;
    else if (calendar_parse(text, strlen(text), milliseconds, NULL))
        *milliseconds = is_until && strlen(text) <= DATE_SIZE ? period_end(*milliseconds, strlen(text)) : *milliseconds;
    else
        return error_set(error, ERROR_INPUT,
                         "'%.60s' is no time: write an age (12h, 7d, 2w), a date (2024, 2024-05, 2024-05-31), a time "
                         "(2024-05-31T12:00:00Z), today or yesterday",
                         text);
    return true;
}
