#include "lib/zone/zone.h"

#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_SIZE = 100, DAY_MS = 86400000 };

struct zone {
    char name[NAME_MAX_SIZE];
    GTimeZone *zone;
    struct zone *next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones; /* under mutex; all that were asked for */

/* A name of the database, and no path, POSIX rule or bare offset, which GLib would take as well. */
static bool is_name(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size >= NAME_MAX_SIZE || !g_ascii_isalpha(name[0]) || strstr(name, ".."))
        return false;
    for (const char *c = name; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr("_+-/", *c))
            return false;
    return true;
}

static struct zone *load(const char *name, struct error *error)
{
    GTimeZone *found = is_name(name) ? g_time_zone_new_identifier(name) : NULL;
    struct zone *zone = found ? calloc(1, sizeof *zone) : NULL;
    if (!zone) {
        if (found) {
            g_time_zone_unref(found);
            error_set(error, ERROR_MEMORY, "no memory for a time zone");
        } else {
            error_set(error, ERROR_MISSING, "there is no time zone '%.60s'; names are those of the IANA database, such as "
                                            "Europe/London or UTC", name);
        }
        return NULL;
    }
    memcpy(zone->name, name, strlen(name) + 1);
    zone->zone = found;
    zone->next = zones;
    zones = zone;
    return zone;
}

const struct zone *zone_find(const char *name, struct error *error)
{
    pthread_mutex_lock(&mutex);
    struct zone *zone = zones;
    while (zone && strcmp(zone->name, name) != 0)
        zone = zone->next;
    if (!zone)
        zone = load(name, error);
    pthread_mutex_unlock(&mutex);
    return zone;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static int64_t seconds_of(int64_t milliseconds)
{
    return milliseconds / 1000 - (milliseconds % 1000 < 0);
}

int64_t zone_offset(const struct zone *zone, int64_t milliseconds)
{
    gint interval = g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, seconds_of(milliseconds));
    return interval < 0 ? 0 : (int64_t)g_time_zone_get_offset(zone->zone, interval) * 1000;
}

void zone_split(const struct zone *zone, int64_t milliseconds, struct civil *civil)
{
    calendar_split(milliseconds + zone_offset(zone, milliseconds), civil);
}

/* No zone's clocks change twice within two days, so the offset is that of the day before or of the day after. */
int64_t zone_time(const struct zone *zone, const struct civil *civil)
{
    int64_t shown = calendar_time(civil);
    int64_t before = zone_offset(zone, shown - DAY_MS), after = zone_offset(zone, shown + DAY_MS);
    if (zone_offset(zone, shown - before) == before || zone_offset(zone, shown - after) != after)
        return shown - before;
    return shown - after;
}
