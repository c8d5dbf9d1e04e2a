/* Detection: what the keys of a watch mean for a detector. A watch is a rule that alerts; a detector is a plugin that
 * does, so here is only what stands before and behind it:
 *
 *     when      which events the plugin is shown: every revision of an event that the rule matches, in whatever way it
 * came about, so that what the plugin keeps is right after a correction, too on        at which of these revisions its
 * findings alert: `new` at any that brings news (watch_can_be_new), other words at those that name them
 * (watch_change_reason) max_age   as for a watch
 *
 * A finding becomes one alert, ever, however often it is found. It is known by its id; one without is known by its kind
 * and its events, and where that is the event at which it was found, also by the ids that this one had before. The
 * alert is the detector's by its title ("detector.pace"), which no watch can have, with the finding's kind as its
 * reason, and bears the event at which it was found.
 *
 * core/daemon hands it to the bus (struct bus_detector). detection_wants runs on one thread at a time with the
 * connection that it is given, detection_raise on the writer's. */
#ifndef CORE_WATCH_DETECTION_H
#define CORE_WATCH_DETECTION_H

#include "core/delivery/dispatch.h"
#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct detection;
struct revision_row;
struct store;

/* All lent for the detection's life. */
struct detection_settings {
    const char *title;                   /* "detector.pace" */
    const struct rule *rule;             /* NULL: every event; without spike() and silence(), which are a watch's */
    const char *const *on;               /* words, ended by NULL; NULL or empty for "new" */
    int64_t max_age_ms;                  /* 0 for any */
    const struct delivery_route *routes; /* ended by one without a sink; NULL for none */
};

/* NULL when memory is out. */
struct detection *detection_create(const struct detection_settings *settings);
void detection_destroy(struct detection *detection); /* NULL does nothing */

/* For struct bus_detector; `context` is the struct detection. */
bool detection_wants(void *context, struct store *store, const struct revision_row *row, bool *wanted,
                     struct error *error);
bool detection_raise(void *context, struct store *store, const struct revision_row *row, struct record_view finding,
                     bool *raised, struct error *error);

#endif
