/* Deliveries in the store: what becomes of each alert at each sink.
 *
 * Each sink of an alert gets a delivery, whose id is a hash of sink, alert and revision sent: receivers see it as the
 * idempotency key. It is sent by itself, or held back and sent within a *carrier*: a delivery of its own, without an
 * alert, whose id is a hash of sink and window, which gathers what was held until the window is over (digest, quiet
 * hours, throttle, group). What is held is in state 3 and names its carrier; a carrier that still gathers is in state 3
 * too, becomes pending when it is sealed, and takes those that it carries along when it is delivered or dead. A
 * delivery that tells an update names the one before it that told the event first, and waits for that one. State 4 is
 * recalled (recall.h).
 *
 * The delivery log (delivery_attempt) has one row for each attempt that was settled. The text of a delivered one is
 * what the sink answered (its receipt), that of a dead one says why.
 *
 * Writes happen on the writer's thread inside its transaction. Reading is for any thread with its own connection.
 * Records handed to callbacks are lent until the callback returns. Every function that fails returns false with `error`
 * filled. Times are milliseconds since 1970. Tables: delivery(sequence, id, sink, alert, state, due, attempts,
 * first_try, settled, text, carrier, first, watch, queued, hold, part, window, label, heading),
 * delivery_attempt(delivery, attempt, at, code, text). */
#ifndef CORE_STORE_DELIVERIES_H
#define CORE_STORE_DELIVERIES_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* SQL that makes the tables; and what makes them of those of schema 1. */
extern const char store_deliveries_schema[];
extern const char store_deliveries_migration[];

enum { DELIVERY_CARRIED_MAX = 500 /* alerts in one carrier; more go in a further one */ };

/* What holds a delivery back. */
struct delivery_hold {
    const char *kind;   /* digest, quiet, throttle or group: told to sinks */
    const char *part;   /* which of the sink's windows of this kind: a watch's name, a group; "" where there is one alone */
    const char *window; /* tells one window of these from another: "daily 07:30 Europe/London 2026-11-29" */
    const char *label;  /* the same for people, "29 November 2026, 07:30 Europe/London" */
    const char *watch;  /* the watch by whose throttle its carrier is counted; "" for none */
    int64_t due;        /* when the window is over; of a carrier that is there already its own counts */
};

struct delivery_put {
    const char *sink;
    int64_t alert; /* its sequence */
    const char *alert_id, *watch;
    int64_t revision, now;
    const struct delivery_hold *hold; /* NULL: due at once */
    const char *heading;              /* under which it stands in a carrier; NULL for none */
};
/* A second put of the same sink, alert and revision does nothing. */
bool store_delivery_put(struct store *store, const struct delivery_put *put, struct error *error);

/* When the sink's open window of this kind and part is over; *due is -1 where there is none. */
bool store_hold_open(struct store *store, const char *sink, const char *kind, const char *part, int64_t *due,
                     struct error *error);
/* When the `count`th newest message to `sink` (of `watch`; NULL: of any) was made ready to be sent, if that was after
 * `since`; else *queued is -1. What is carried counts as its carrier. */
bool store_delivery_nth_newest(struct store *store, const char *sink, const char *watch, int64_t since, int64_t count,
                               int64_t *queued, struct error *error);
/* Makes the sink's carriers whose window is over at `now` pending. */
bool store_holds_seal(struct store *store, const char *sink, int64_t now, struct error *error);
/* When the next of them is over, be it past; -1 where nothing is held. */
bool store_holds_next(struct store *store, const char *sink, int64_t *due, struct error *error);

/* The sink's next message after sequence `after` that could go at `now` (held: its window is over, but it is not sealed);
 * *sequence is 0 where there is none. */
bool store_delivery_late(struct store *store, const char *sink, bool held, int64_t after, int64_t now, int64_t *sequence,
                         struct error *error);
/* Holds it until `due`: what waits for a window for longer, an alert by itself as such; a message of several that was
 * ready to be sent stays pending, since another try of it must say the same. */
bool store_delivery_hold_back(struct store *store, int64_t sequence, int64_t due, struct error *error);

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
/* Makes a dead, pending or held delivery due at once, with what its carrier carries, and takes its dead letter back.
 * The id may be shortened to what only one begins with. A dead one has its whole time again; its attempts go on
 * counting. ERROR_MISSING for an unknown id, ERROR_STATE for one that was delivered or recalled, ERROR_INPUT for one
 * that is not unique. */
bool store_delivery_retry(struct store *store, const char *id, int64_t now, struct error *error);

struct delivery_counts {
    int64_t pending, delivered, dead; /* messages: what is carried counts as its carrier */
    int64_t held;                     /* alerts that wait for their window or for the end of quiet hours */
    int64_t recalled;                 /* messages that were taken back (core/store/recall.h) */
    int64_t over;                     /* carriers whose window is over at `now` and that are not sealed yet */
};
/* `sink` NULL: all sinks. */
bool store_deliveries_count(struct store *store, const char *sink, int64_t now, struct delivery_counts *counts,
                            struct error *error);

struct delivery_log_row {
    int64_t sequence; /* the delivery's */
    const char *id, *sink, *alert_id, *state; /* alert_id "" of a carrier */
    int64_t attempt, at; /* of the attempt; attempt 0 where none was made yet */
    const char *code;    /* ok, retry, reject, … */
    const char *text;    /* "" for none */
};
typedef bool store_delivery_log_callback(void *context, const struct delivery_log_row *row);
/* Every attempt, oldest first; `sink` NULL for all. */
bool store_delivery_log(struct store *store, const char *sink, store_delivery_log_callback *callback, void *context,
                        struct error *error);

/* One alert at one sink, as far as it has come: what is carried has what its carrier has. */
struct delivery_state_row {
    int64_t sequence;
    const char *id, *sink, *alert_id, *watch, *reason;
    const char *state; /* pending, delivered, dead, held, recalled */
    int64_t attempts;
    int64_t due;          /* of a pending or held one: when it is tried next */
    int64_t settled;      /* of a delivered or dead one: when; else 0 */
    const char *text;     /* receipt, last error, why it is dead; "" */
    const char *hold;     /* digest, quiet, throttle, group; "" for one that goes by itself */
    const char *carrier;  /* the carrier's id; "" */
    struct record_view alert;
};
typedef bool store_delivery_state_callback(void *context, const struct delivery_state_row *row);
/* Newest first, from the first before sequence `before` (0: from the newest), at most `limit` (0: all). `sink` and `alert`
 * (the beginning of an id of an alert or delivery) may be NULL for all; `states` is a list of state words apart by commas, or NULL. */
bool store_delivery_states(struct store *store, const char *sink, const char *alert, const char *states, int64_t before,
                           size_t limit, store_delivery_state_callback *callback, void *context, struct error *error);

#endif
