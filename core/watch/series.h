/* Series: what spike() and silence() mean. A series is the events that match the rest of a watch's rule, by day
 * (core/store/series.h); here a window of it is judged by the windows before.
 *
 * Expected is what the windows before had, twelve at most, source by source for as many items as the window has: indirect
 * standardisation. Only sources count that brought items throughout the last three windows at least and in this one, and
 * an event counts once if any of them told of it. So a feed that was added or lost changes nothing; whatever it alone would
 * tell is left out on both sides. The scatter of the windows (Pearson's), where it is more than chance would bring, widens the distribution; where earlier years are
 * in the archive, three windows about the same season of each, five years at most, must be exceeded as well (after
 * Farrington and others, J. R. Stat. Soc. A 159, 1996, 547-563).
 *
 * On the thread of the store's connection. */
#ifndef CORE_WATCH_SERIES_H
#define CORE_WATCH_SERIES_H

#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SERIES_WINDOWS_MIN = 3,
    SERIES_WINDOWS_MAX = 12,
    SERIES_SPIKE_MIN = 3,    /* fewer events are no spike, whatever was expected */
    SERIES_SOURCES_MAX = 200 /* those that tell most; the others are left out */
};
/* How unlikely a spike must be. Windows are looked at day by day, so each month is many chances to be wrong: of invented
 * series without any spike one in nineteen has one in a year. */
#define SERIES_SPIKE_CHANCE 0.002
#define SERIES_SILENCE_CHANCE 0.01

struct store;

struct series_verdict {
    bool is_ready; /* the baseline covers enough windows */
    bool holds;
    int count;         /* events in the window */
    double expected;
    double chance;     /* of so many, or of none */
    int windows;       /* of the baseline */
    bool by_season;    /* earlier years expect more than the windows before, and are what `expected` says */
    int needed;        /* spike: how many events the window would need */
    char text[200];    /* "7 in 30 days against 1.2 expected" */
};

/* The window of statistic.days days that ends with `day`. */
bool series_judge(struct store *store, const char *watch, const struct rule_statistic *statistic, int64_t day,
                  struct series_verdict *verdict, struct error *error);

/* Counts the event of a revision, or takes it out of the series: `matches` says whether the rest of the rule matches it
 * now. *day (may be NULL) is the event's. `made` bounds times to come. */
bool series_update(struct store *store, const char *watch, int64_t event_sequence, struct record_view event, bool matches,
                   int64_t made, int64_t *day, struct error *error);

/* Events of the window, distinct ones, by whatever source. */
bool series_count(struct store *store, const char *watch, int64_t from, int64_t to, int *count, struct error *error);

#endif
