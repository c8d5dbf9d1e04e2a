/* Glances: what was seen when the windows of a series (core/watch/series.h) were last judged for a spike, so that a window is
 * judged again only when it has got as many events more as it wanted then. Most events of a series make no spike, and
 * judging one reads the series of years. The daemon's watches and dry runs judge by the same glances. One thread. */
#ifndef CORE_WATCH_GLANCES_H
#define CORE_WATCH_GLANCES_H

#include "core/watch/series.h"

enum { GLANCES = 64 };

struct glances {
    struct {
        int64_t day; /* of which the window was judged no spike; SERIES_NO_DAY: none */
        int left;    /* how many events more it would need */
    } rows[GLANCES]; /* by day modulo their number */
};

void glances_forget(struct glances *glances);
/* An event of this day was added to the series. */
void glances_note(struct glances *glances, const struct rule_statistic *statistic, int64_t day);
/* The verdict on the window that ends with `day`, which holds nothing where a glance says that it is not worth judging. */
bool glances_judge(struct glances *glances, struct store *store, const char *series,
                   const struct rule_statistic *statistic, int64_t day, struct series_verdict *verdict,
                   struct error *error);

#endif
