/* Dispatch: when and with what else an alert goes to each of its sinks, by the policies of its watch and of the sink.
 *
 *     digest     it waits for the next digest of the watch's hours, else of the sink's
 *     quiet      it waits until the quiet of the watch and of the sink is over
 *     throttle   it waits while the watch, or the sink, has had its messages; nothing passes those that wait
 *     group      it waits so long for others of its group
 *     else       it is due at once
 *
 * The first of these that holds it back decides. All that waits for one of them goes in one message (a carrier,
 * core/store/deliveries.h), and a message that would fall into quiet hours goes when they are over. All is reckoned from
 * what the store holds, so a restart changes nothing, and nothing that is held back can be lost.
 *
 * On the writer's thread, in the transaction that stores the alert. */
#ifndef CORE_DELIVERY_DISPATCH_H
#define CORE_DELIVERY_DISPATCH_H

#include "core/delivery/policy.h"
#include "lib/record/record.h"

struct store;

/* One sink of a watch. NULL: no policy. Lent. */
struct delivery_route {
    const char *sink;
    const struct delivery_policy *of_watch, *of_sink;
};

/* What the alert stands under in each grouping; NULL where it has none. */
struct delivery_headings {
    const char *words[GROUPING_COUNT];
};

/* Makes the deliveries of an alert that was stored just before (core/store/alerts.h). `headings` may be NULL. */
bool dispatch_alert(struct store *store, struct record_view alert, const struct delivery_route *routes, size_t count,
                    const struct delivery_headings *headings, int64_t now, struct error *error);

/* The same time, or the end of the quiet hours of the one or the other that it falls into. NULL: no policy. Pure. */
int64_t dispatch_after_quiet(const struct delivery_policy *of_watch, const struct delivery_policy *of_sink,
                             int64_t time);

#endif
