/* Dates: whatever is read must be a time between the years 1000 and 9999 that prints and reads back. */
#include "lib/base/calendar.h"
#include "lib/text/date.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct date date, again;
    char text[CALENDAR_TEXT_SIZE];
    if (!date_parse((const char *)data, size, &date))
        return 0;
    if (abs(date.offset_minutes) > 16 * 60)
        abort();
    struct civil civil;
    calendar_split(date.time, &civil);
    if (civil.year < 1000 || civil.year > 9998)
        return 0; /* the offset may carry it over the edge */
    calendar_print(text, date.time);
    if (!date_parse(text, strlen(text), &again) || again.time != date.time)
        abort();
    return 0;
}
