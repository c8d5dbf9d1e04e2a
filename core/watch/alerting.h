/* Alerting: an alert on its way into the store, muted or to its sinks; for whatever raises any: watches (raising.c) and
 * detectors (detection.h). Private to core/watch; on the writer's thread, in its transaction. */
#ifndef CORE_WATCH_ALERTING_H
#define CORE_WATCH_ALERTING_H

#include "core/delivery/dispatch.h"
#include "core/store/events.h"
#include "lib/base/error.h"

struct store;

/* Who raises it; all lent. */
struct raiser {
    const char *name; /* as alerts name it: "central-asia", "detector.pace" */
    const struct delivery_route *routes;
    size_t route_count;
};

/* A new alert without headline, event and finding. */
struct ent_builder *alerting_begin(const struct raiser *raiser, const char *id, const char *reason, int64_t now);
/* Its headline and event, where it tells of a finding: what kind (NULL: does not say), and what it says. `row` NULL for
 * one about no event. */
void alerting_put_headline(struct ent_builder *builder, const char *kind, const char *text,
                           const struct revision_row *row);
/* Stores it, and sends it, or keeps it to itself while it is muted; *inserted is false where it was there already.
 * Takes over the record, which may be NULL where making it failed with `error`. */
bool alerting_put(struct store *store, const struct raiser *raiser, struct ent_record *alert,
                  const struct revision_row *row, int64_t now, bool *inserted, struct error *error);

#endif
