/* Date: dates as feeds write them.
 *
 * Read are RFC 822/2822 with all their misspellings, ISO 8601 and W3C-DTF, asctime, JavaScript's and US forms,
 * numeric dates, Unix time, and dates with month and day names of some thirty languages. What cannot be read is no
 * date: the caller gets false and never the present. Pure functions, any thread. */
#ifndef LIB_TEXT_DATE_H
#define LIB_TEXT_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_precision { DATE_YEAR, DATE_MONTH, DATE_DAY, DATE_MINUTE, DATE_SECOND };

struct date {
    int64_t time;                  /* milliseconds since 1970-01-01T00:00:00Z */
    int offset_minutes;            /* east of Greenwich, as stated; 0 where nothing is stated */
    enum date_precision precision; /* what the text said; the rest of `time` is its earliest instant */
    bool zone_stated;              /* false: `time` takes the text for UTC */
};

bool date_parse(const char *text, size_t size, struct date *date);

#endif
