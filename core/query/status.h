/* Status: what the store knows of the state of affairs, for `entente status`, the daemon's own answer and the
 * dashboard. */
#ifndef CORE_QUERY_STATUS_H
#define CORE_QUERY_STATUS_H

#include "core/query/query.h"
#include "lib/base/json_writer.h"

/* Writes these members into the object that is open; times are milliseconds since 1970, 0 for never:
 *
 *     "store":      {"path", "bytes"}
 *     "counts":     {"items", "reports", "events", "alerts"}
 *     "sources":    [{"name", "last_fetch", "last_success", "next_fetch", "failures", "failing_since", "fetches", "items",
 *                     "last_item" (its fetch), "newest" (the latest publication), "gap", "longest_pause" and
 *                     "median_delay" (milliseconds, -1 for not known), "outage" ("", "silent", "dead", "gone"), "gone",
 *                     "text"}]
 *     "processors": [{"name", "finished", "behind", "waiting", "text"}]
 *     "watches":    [{"name", "behind", "alerts"}]
 *     "detectors":  [{"name", "behind" (revisions of events), "waiting", "alerts", "text"}]
 *     "sinks":      [{"name", "pending", "delivered", "dead", "next_due", "text"}]
 *     "uncoded":    [{"name" (of a source), "items", "languages": {"de": count}}]
 *     "dead_letters": count
 */
bool query_status(struct query *query, struct json_writer *writer, struct error *error);
/* The members "sources" alone; "watches" and "detectors" alone. */
bool query_status_sources(struct query *query, struct json_writer *writer, struct error *error);
bool query_status_watches(struct query *query, struct json_writer *writer, struct error *error);

#endif
