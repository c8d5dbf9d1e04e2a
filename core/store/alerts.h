/* Alerts and deliveries in the store: what watches found, and what became of it at each sink.
 *
 * An alert is made once: its id is a hash of the watch, the event's founding id and the reason, and a second insert of
 * the same id does nothing. Each sink of an alert gets a delivery row, whose id is a hash of sink, alert and revision
 * sent: receivers see it as the idempotency key. The delivery log (delivery_attempt) has one row for each attempt
 * that was settled, and a delivery is in exactly one of three states: pending, delivered, dead.
 *
 * Writes happen on the writer's thread inside its transaction (watch stage; settlement of delivery units). Reading is
 * for any thread with its own connection. Records handed to callbacks are lent until the callback returns. Every
 * function that fails returns false with `error` filled. The cursors of watches are rows of core/store/progress.h,
 * "watch.NAME", over revision sequences. Tables: alert(sequence, id, watch, event, reason, revision, created, state,
 * muted_until, record), delivery(sequence, id, sink, alert, state, due, attempts, first_try, settled, text),
 * delivery_attempt(delivery, attempt, at, code, text). */
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
/* Has `watch` alerted with this reason for this event under the id that it has now or one of those merged into it? */
bool store_alert_exists(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
                        struct error *error);

struct alert_row {
    int64_t sequence;
    struct record_view record;        /* ENT_ALERT with its present state */
    const char *state;                /* new | acknowledged | muted */
    int64_t pending, delivered, dead; /* its deliveries */
};
typedef bool store_alert_callback(void *context, const struct alert_row *row);
/* From the first alert after sequence `after`, at most `limit` (0: all); `watch` NULL for all watches. */
bool store_alerts_each(struct store *store, const char *watch, int64_t after, size_t limit,
                       store_alert_callback *callback, void *context, struct error *error);

/* ---- deliveries ---- */
struct delivery_row {
    int64_t sequence;
    const char *id;
    const char *sink;
    int64_t attempt;           /* the one now due: 1, 2, … */
    struct record_view record; /* ENT_DELIVERY, ready for a sink */
};
/* Return false to stop early. */
typedef bool store_delivery_callback(void *context, const struct delivery_row *row);

/* Pending deliveries of `sink` due at `now`, in order of sequence, from the first after `after`, at most `limit`. */
bool store_deliveries_due(struct store *store, const char *sink, int64_t after, int64_t now, size_t limit,
                          store_delivery_callback *callback, void *context, struct error *error);
/* When the next pending delivery of `sink` falls due after the time `after`; -1 where none does. */
bool store_delivery_next(struct store *store, const char *sink, int64_t after, int64_t *due, struct error *error);
/* Records the result of one attempt. ENT_OK: delivered. ENT_REJECT: dead. ENT_RETRY, ENT_AGAIN, ENT_CONFIG and
 * ENT_FATAL: pending again at `retry_at`, or dead where retry_at is negative (the caller gave up). `text` may be NULL.
 * A delivery that is settled already stays as it is, and the attempt is not logged: *changed (may be NULL) is false. */
bool store_delivery_settle(struct store *store, int64_t sequence, enum ent_code code, int64_t retry_at, int64_t now,
                           const char *text, bool *changed, struct error *error);
/* Makes a dead or pending delivery due at once; its attempts go on counting. ERROR_MISSING for an unknown id,
 * ERROR_STATE for one that was delivered. */
bool store_delivery_retry(struct store *store, const char *id, int64_t now, struct error *error);

struct delivery_counts {
    int64_t pending, delivered, dead;
};
/* `sink` NULL: all sinks. */
bool store_deliveries_count(struct store *store, const char *sink, struct delivery_counts *counts, struct error *error);

struct delivery_log_row {
    int64_t sequence; /* the delivery's */
    const char *id, *sink, *alert_id, *state;
    int64_t attempt, at; /* of the attempt; attempt 0 where none was made yet */
    const char *code;    /* ok, retry, reject, … */
    const char *text;    /* "" for none */
};
typedef bool store_delivery_log_callback(void *context, const struct delivery_log_row *row);
/* Every attempt, oldest first; `sink` NULL for all. */
bool store_delivery_log(struct store *store, const char *sink, store_delivery_log_callback *callback, void *context,
                        struct error *error);

#endif
