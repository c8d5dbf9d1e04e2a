/* Zone: the time zones of the IANA database, by name: what a clock on a wall there shows, and when it shows it.
 *
 * A zone is looked up once in a process and kept until it ends, so a pointer to it may be kept by anybody. The data are the
 * system's (/usr/share/zoneinfo), read by GLib. Where clocks go back and show a time twice, the first is meant; where they
 * go forward and leave one out, the moment as far behind the change (02:30 becomes 03:30). Any thread. */
#ifndef LIB_ZONE_ZONE_H
#define LIB_ZONE_ZONE_H

#include "lib/base/calendar.h"
#include "lib/base/error.h"

struct zone;

/* "Europe/London"; "UTC" is always there. NULL with `error` (ERROR_MISSING) where there is none of that name. */
const struct zone *zone_find(const char *name, struct error *error);
const char *zone_name(const struct zone *zone);

/* How far it is ahead of UTC at that moment, in milliseconds. */
int64_t zone_offset(const struct zone *zone, int64_t milliseconds);
/* What its clocks show then. */
void zone_split(const struct zone *zone, int64_t milliseconds, struct civil *civil);
/* When they show it. */
int64_t zone_time(const struct zone *zone, const struct civil *civil);

#endif
