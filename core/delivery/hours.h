/* Hours: when a digest is due and when it is quiet, by the clock of a place. Pure, any thread. Times are milliseconds since
 * 1970. What is written:
 *
 *     digest:  daily 07:30 Europe/London   weekly mon 07:30   hourly   hourly :15   none
 *     quiet:   22:00-07:00 Europe/London   sat,sun 00:00-24:00   none
 *
 * Without a zone the configuration's `timezone` counts. Where clocks go back, a time of day means its first coming, and
 * where they leave it out, the moment as far behind the change: so each day has one 07:30, and one 01:30. */
#ifndef CORE_DELIVERY_HOURS_H
#define CORE_DELIVERY_HOURS_H

#include "lib/base/error.h"
#include "lib/zone/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOURS_TEXT_SIZE = 160, HOURS_DAYS_ALL = 0x7f };

enum digest_pace { DIGEST_NONE, DIGEST_HOURLY, DIGEST_DAILY, DIGEST_WEEKLY };

struct digest_hours {
    enum digest_pace pace;
    int weekday;              /* weekly: 0 Sunday to 6 Saturday */
    int minute;               /* of the day; hourly: of the hour */
    const struct zone *zone;
};

struct quiet_hours {
    bool is_set;
    unsigned days;            /* a bit a weekday on which it begins, from Sunday on */
    int from, until;          /* minutes of the day; until <= from: on the next day */
    const struct zone *zone;
};

/* False with `error`, and the bytes of `text` at fault in *offset and *length. */
bool digest_parse(const char *text, const struct zone *zone, struct digest_hours *hours, size_t *offset, size_t *length,
                  struct error *error);
bool quiet_parse(const char *text, const struct zone *zone, struct quiet_hours *hours, size_t *offset, size_t *length,
                 struct error *error);

/* The first due time after `now`. */
int64_t digest_next(const struct digest_hours *hours, int64_t now);
/* What tells that digest from all others of these hours: "daily 07:30 Europe/London 2026-03-29". */
void digest_window(const struct digest_hours *hours, int64_t due, char window[HOURS_TEXT_SIZE]);
/* When the quiet that it is at `now` is over; -1 where it is not. */
int64_t quiet_end(const struct quiet_hours *hours, int64_t now);

/* "29 November 2026, 07:30 Europe/London". */
void hours_print(const struct zone *zone, int64_t time, char text[HOURS_TEXT_SIZE]);

#endif
