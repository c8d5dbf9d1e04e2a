/* Health: whether a source has fallen out, and the alerts that say so.
 *
 * An outage begins when a source answers that it is gone, has been failing for its `dead_after`, or works but has
 * brought nothing for its `silent_after` (by itself three times its longest pause of late). It is told once, and once
 * more when it is over. Its alerts are of the watch "health" and carry a finding in place of an event. */
#ifndef CORE_BUS_HEALTH_H
#define CORE_BUS_HEALTH_H

#include "core/bus/rhythm.h"
#include "core/delivery/dispatch.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

enum outage { OUTAGE_NONE, OUTAGE_SILENT, OUTAGE_DEAD, OUTAGE_GONE };

/* What a fetch that is over shows. */
struct health_look {
    enum outage before;
    bool is_ok, is_gone, has_new;
    int64_t failing_since; /* of the failures in a row, this one included; 0 where it went well */
    const struct rhythm *rhythm;
    int64_t silent_after_ms; /* -1: by its rhythm; 0: never */
    int64_t dead_after_ms;   /* 0: never */
    int64_t now;
};

enum outage health_judge(const struct health_look *look);

/* "silent", "dead", "gone"; "" for none. */
const char *outage_word(enum outage outage);
enum outage outage_of(const char *word);

/* Stores the alert that `source` went from the outage before to `after`, with a delivery for each of `routes`. `why` is
 * the source's last error. */
bool health_raise(struct store *store, const char *source, const struct health_look *look, enum outage after,
                  const char *why, const struct delivery_route *routes, size_t route_count, struct error *error);

/* Items wait at a processor; have passed it by; or do so no longer. */
enum hold_news { HOLD_NOTHING, HOLD_HELD, HOLD_PASSED, HOLD_OVER };
struct health_hold {
    enum hold_news news;
    int64_t count; /* items */
    int64_t waited_ms;
    const char *why;  /* the processor's last error */
    bool may_be_passed;
};
bool health_raise_hold(struct store *store, const char *instance, const struct health_hold *hold, int64_t now,
                       const struct delivery_route *routes, size_t route_count, struct error *error);

/* The same for an instance of any kind that is left alone, because its plugin's process keeps dying. */
bool health_raise_parked(struct store *store, const char *instance, const char *why, int64_t now,
                         const struct delivery_route *routes, size_t route_count, struct error *error);
/* And for one that is configured and does not run at all. */
bool health_raise_left_out(struct store *store, const char *instance, const char *why, int64_t now,
                           const struct delivery_route *routes, size_t route_count, struct error *error);

#endif
