/* Alerts in the store: what watches found. What becomes of it at each sink is core/store/deliveries.h.
 *
 * An alert is made once: its id is a hash of the watch, the event's founding id and the reason, and a second insert of
 * the same id does nothing.
 *
 * Writes happen on the writer's thread inside its transaction (watch stage). Reading is
 * for any thread with its own connection. Records handed to callbacks are lent until the callback returns. Every
 * function that fails returns false with `error` filled. The cursors of watches are rows of core/store/progress.h,
 * "watch.NAME", over revision sequences. Tables: alert(sequence, id, watch, event, reason, revision, created, state,
 * muted_until, record). */
#ifndef CORE_STORE_ALERTS_H
#define CORE_STORE_ALERTS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* SQL that makes the tables of schema 1; the store runs it when it makes a new file. */
extern const char store_alerts_schema[];

/* ---- alerts ---- */
/* Inserts the alert and a pending delivery for each of `sinks`, due at `now`. `alert` bears id, watch, reason, created
 * and event. *inserted (may be NULL) is false where the alert was there already, and nothing is written. */
bool store_alert_put(struct store *store, struct record_view alert, const char *const *sinks, size_t sink_count,
                     int64_t now, bool *inserted, struct error *error);
/* Has `watch` alerted with this reason for the event under just this id? */
bool store_alert_is_there(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
                          struct error *error);
/* Has `watch` alerted with this reason for this event under the id that it has now or one of those merged into it? */
bool store_alert_exists(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
                        struct error *error);

struct alert_row {
    int64_t sequence;
    struct record_view record;        /* ENT_ALERT with its present state */
    const char *state;                /* new | acknowledged | muted | resolved */
    int64_t pending, delivered, dead; /* its deliveries */
};
typedef bool store_alert_callback(void *context, const struct alert_row *row);
/* From the first alert after sequence `after`, at most `limit` (0: all); `watch` NULL for all watches. */
bool store_alerts_each(struct store *store, const char *watch, int64_t after, size_t limit,
                       store_alert_callback *callback, void *context, struct error *error);

#endif
