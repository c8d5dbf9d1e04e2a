#include "core/store/deliveries.h"

#include "core/store/alerts.h"
#include "core/store/dead_letters.h"
#include "core/store/delivery_state.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "lib/base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTER_COLUMNS                                                                                                 \
    " carrier INTEGER NOT NULL DEFAULT 0," /* sequence of the delivery that carries it; 0: it goes by itself */        \
    " first INTEGER NOT NULL DEFAULT 0,"   /* sequence of the one that told the event first; 0: this one, or none */   \
    " watch TEXT NOT NULL DEFAULT '',"                                                                                 \
    " queued INTEGER NOT NULL DEFAULT 0," /* when it was made ready to be sent */                                      \
    " hold TEXT NOT NULL DEFAULT '',"     /* of a carrier: what holds it */                                            \
    " part TEXT NOT NULL DEFAULT '',"     /* of a carrier: these three as in struct delivery_hold */                    \
    " window TEXT NOT NULL DEFAULT '',"                                                                                \
    " label TEXT NOT NULL DEFAULT '',"                                   \
    " heading TEXT NOT NULL DEFAULT ''"

#define LETTER_INDEXES                                                                                                 \
    "CREATE INDEX delivery_due ON delivery(sink, sequence, due) WHERE state=0;"                                        \
    "CREATE INDEX delivery_held ON delivery(sink, due) WHERE state=3 AND carrier=0;"                                   \
    "CREATE INDEX delivery_carrier ON delivery(carrier) WHERE carrier<>0;"                                             \
    "CREATE INDEX delivery_window ON delivery(sink, window) WHERE alert=0;"                                            \
    "CREATE INDEX delivery_queued ON delivery(sink, queued) WHERE carrier=0;"

const char store_deliveries_schema[] = "CREATE TABLE delivery("
                                       " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                                       " id TEXT NOT NULL UNIQUE,"
                                       " sink TEXT NOT NULL,"
                                       " alert INTEGER NOT NULL,"          /* 0 of a carrier */
                                       " state INTEGER NOT NULL DEFAULT 0," /* enum delivery_state */
                                       " due INTEGER NOT NULL,"
                                       " attempts INTEGER NOT NULL DEFAULT 0,"
                                       " first_try INTEGER,"
                                       " settled INTEGER,"
                                       " text TEXT NOT NULL DEFAULT ''," LETTER_COLUMNS ");" LETTER_INDEXES
                                       "CREATE INDEX delivery_alert ON delivery(alert);"
                                       "CREATE TABLE delivery_attempt("
                                       " delivery INTEGER NOT NULL,"
                                       " attempt INTEGER NOT NULL,"
                                       " at INTEGER NOT NULL,"
                                       " code TEXT NOT NULL,"
                                       " text TEXT NOT NULL,"
                                       " PRIMARY KEY(delivery, attempt)) WITHOUT ROWID;";

/* SQLite adds one column at a time. */
const char store_deliveries_migration[] =
    "ALTER TABLE delivery ADD COLUMN carrier INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE delivery ADD COLUMN first INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE delivery ADD COLUMN watch TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE delivery ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE delivery ADD COLUMN hold TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE delivery ADD COLUMN part TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE delivery ADD COLUMN window TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE delivery ADD COLUMN label TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE delivery ADD COLUMN heading TEXT NOT NULL DEFAULT '';"
    "UPDATE delivery SET watch=ifnull((SELECT watch FROM alert WHERE alert.sequence=delivery.alert), '');"
    "DROP INDEX delivery_due;" LETTER_INDEXES;

enum { NUMBER_SIZE = 24 };

/* One integer of the first row, `absent` where there is none. The statement's values are bound. */
static bool read_integer(struct store *store, sqlite3_stmt *statement, int64_t absent, int64_t *value,
                         struct error *error, const char *what)
{
    bool row;
    *value = absent;
    if (!store_step(store, statement, &row, error, what))
        return false;
    if (row && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
        *value = sqlite3_column_int64(statement, 0);
    if (row)
        store_done(statement);
    return true;
}

/* ---- making ---- */

/* The sequence of the window's carrier that still gathers and has room, or 0; *made is how many there are of it. */
static bool find_carrier(struct store *store, const char *sink, const struct delivery_hold *hold, int64_t *carrier,
                         int64_t *made, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "SELECT count(*) FROM delivery WHERE sink=?1 AND carrier=0 AND alert=0 AND window=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    store_bind_text(statement, 2, hold->window);
    if (!read_integer(store, statement, 0, made, error, "count carriers"))
        return false;
    statement = store_statement(store,
                                "SELECT sequence FROM delivery d WHERE sink=?1 AND carrier=0 AND alert=0 AND state=3"
                                " AND window=?2 AND (SELECT count(*) FROM delivery m WHERE m.carrier=d.sequence)<?3 LIMIT 1",
                                error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    store_bind_text(statement, 2, hold->window);
    sqlite3_bind_int64(statement, 3, DELIVERY_CARRIED_MAX);
    return read_integer(store, statement, 0, carrier, error, "look for a carrier");
}

/* The carrier to go with, made where need be. A window that was sent already, or is full, has a further one. */
static bool make_carrier(struct store *store, const struct delivery_put *put, int64_t *carrier, struct error *error)
{
    const struct delivery_hold *hold = put->hold;
    char id[DIGEST_HEX_SIZE], number[NUMBER_SIZE];
    int64_t made;
    if (!find_carrier(store, put->sink, hold, carrier, &made, error) || *carrier > 0)
        return *carrier > 0;
    snprintf(number, sizeof number, "%lld", (long long)made);
    digest_texts(id, "window", put->sink, hold->window, number, (const char *)NULL);
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO delivery(id, sink, alert, state, due, watch, queued, hold, part, window, label)"
                        " VALUES(?1, ?2, 0, 3, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    store_bind_text(statement, 2, put->sink);
    sqlite3_bind_int64(statement, 3, hold->due);
    store_bind_text(statement, 4, hold->watch);
    sqlite3_bind_int64(statement, 5, put->now);
    store_bind_text(statement, 6, hold->kind);
    store_bind_text(statement, 7, hold->part);
    store_bind_text(statement, 8, hold->window);
    store_bind_text(statement, 9, hold->label);
    if (!store_run(store, statement, error, "store a carrier"))
        return false;
    *carrier = sqlite3_last_insert_rowid(store_database(store));
    return true;
}

/* The first delivery to the sink of this watch's alerts of the event. */
static bool find_first_of(struct store *store, const struct delivery_put *put, const char *event, int64_t *first,
                          struct error *error)
{
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT d.sequence FROM alert a JOIN delivery d ON d.alert=a.sequence"
                                              " WHERE a.event=?1 AND a.watch=?2 AND d.sink=?3 AND a.sequence<?4"
                                              " ORDER BY d.sequence LIMIT 1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, event);
    store_bind_text(statement, 2, put->watch);
    store_bind_text(statement, 3, put->sink);
    sqlite3_bind_int64(statement, 4, put->alert);
    return read_integer(store, statement, 0, first, error, "look for an earlier delivery");
}

static bool read_event(struct store *store, int64_t alert, char event[DIGEST_HEX_SIZE], struct error *error)
{
    bool row;
    *event = '\0';
    sqlite3_stmt *statement = store_statement(store, "SELECT event FROM alert WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, alert);
    if (!store_step(store, statement, &row, error, "read an alert's event"))
        return false;
    if (row) {
        snprintf(event, DIGEST_HEX_SIZE, "%s", store_column_text(statement, 0));
        store_done(statement);
    }
    return true;
}

/* Also under the ids that went into the event's. */
static bool find_first(struct store *store, const struct delivery_put *put, int64_t *first, struct error *error)
{
    char event[DIGEST_HEX_SIZE];
    *first = 0;
    if (!read_event(store, put->alert, event, error))
        return false;
    if (!*event)
        return true;
    if (!find_first_of(store, put, event, first, error))
        return false;
    char(*aliases)[DIGEST_HEX_SIZE] = *first ? NULL : store_event_aliases(store, event, error);
    bool ok = *first || aliases;
    for (size_t i = 0; ok && aliases && !*first && aliases[i][0]; i++)
        ok = find_first_of(store, put, aliases[i], first, error);
    free(aliases);
    return ok;
}

bool store_delivery_put(struct store *store, const struct delivery_put *put, struct error *error)
{
    char id[DIGEST_HEX_SIZE], revision[NUMBER_SIZE];
    int64_t carrier = 0, first;
    if (!find_first(store, put, &first, error) || (put->hold && !make_carrier(store, put, &carrier, error)))
        return false;
    snprintf(revision, sizeof revision, "%lld", (long long)put->revision);
    digest_texts(id, "delivery", put->sink, put->alert_id, revision, (const char *)NULL);
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR IGNORE INTO delivery(id, sink, alert, state, due, carrier, first, watch, queued, heading)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?5, ?9)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    store_bind_text(statement, 2, put->sink);
    sqlite3_bind_int64(statement, 3, put->alert);
    sqlite3_bind_int(statement, 4, carrier ? DELIVERY_HELD : DELIVERY_PENDING);
    sqlite3_bind_int64(statement, 5, put->now);
    sqlite3_bind_int64(statement, 6, carrier);
    sqlite3_bind_int64(statement, 7, first);
    store_bind_text(statement, 8, put->watch);
    store_bind_text(statement, 9, put->heading ? put->heading : "");
    return store_run(store, statement, error, "store a delivery");
}

/* ---- windows ---- */

bool store_hold_open(struct store *store, const char *sink, const char *kind, const char *part, int64_t *due,
                     struct error *error)
{
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT due FROM delivery WHERE sink=?1 AND state=3 AND carrier=0"
                                              " AND hold=?2 AND part=?3 ORDER BY sequence DESC LIMIT 1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    store_bind_text(statement, 2, kind);
    store_bind_text(statement, 3, part);
    return read_integer(store, statement, -1, due, error, "look for an open window");
}

bool store_delivery_nth_newest(struct store *store, const char *sink, const char *watch, int64_t since, int64_t count,
                               int64_t *queued, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT queued FROM delivery WHERE sink=?1 AND carrier=0 AND state NOT IN (3, 4)"
                        " AND queued>?2 AND (?3 IS NULL OR watch=?3)"
                        " ORDER BY queued DESC LIMIT 1 OFFSET ?4",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, since);
    store_bind_text(statement, 3, watch);
    sqlite3_bind_int64(statement, 4, count - 1);
    return read_integer(store, statement, -1, queued, error, "count deliveries");
}

bool store_holds_seal(struct store *store, const char *sink, int64_t now, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "UPDATE delivery SET state=0, queued=?2 WHERE sink=?1 AND state=3 AND carrier=0 AND due<=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, now);
    return store_run(store, statement, error, "seal a window");
}

bool store_holds_next(struct store *store, const char *sink, int64_t *due, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "SELECT min(due) FROM delivery WHERE sink=?1 AND state=3 AND carrier=0", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    return read_integer(store, statement, -1, due, error, "look for the end of a window");
}

bool store_delivery_late(struct store *store, const char *sink, bool held, int64_t after, int64_t now, int64_t *sequence,
                         struct error *error)
{
    static const char of_held[] = "SELECT min(sequence) FROM delivery WHERE sink=?1 AND state=3 AND carrier=0 AND due<=?3"
                                  " AND sequence>?2";
    static const char of_pending[] =
        "SELECT sequence FROM delivery WHERE sink=?1 AND state=0 AND sequence>?2 AND due<=?3 ORDER BY sequence LIMIT 1";
    sqlite3_stmt *statement = store_statement(store, held ? of_held : of_pending, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, after);
    sqlite3_bind_int64(statement, 3, now);
    return read_integer(store, statement, 0, sequence, error, "look for deliveries that are late");
}

bool store_delivery_hold_back(struct store *store, int64_t sequence, int64_t due, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "UPDATE delivery SET due=?2, state=CASE WHEN alert<>0 THEN 3 ELSE state END WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    sqlite3_bind_int64(statement, 2, due);
    return store_run(store, statement, error, "hold a delivery back");
}

/* ---- sending ---- */

/* The stored alert with its present state and its heading. */
static bool put_alert(struct store *store, struct ent_builder *builder, sqlite3_stmt *statement, int record, int state,
                      int heading, struct error *error)
{
    static const unsigned state_field[] = {ENT_ALERT_STATE, 0};
    struct ent_record *stored = store_column_record(store, statement, record, error);
    if (!stored)
        return false;
    record_open(builder, ENT_DELIVERY_ALERT, ENT_ALERT);
    record_put_all(builder, stored->view, state_field);
    record_put_text(builder, ENT_ALERT_STATE, store_column_text(statement, state));
    if (*store_column_text(statement, heading))
        record_put_text(builder, ENT_ALERT_HEADING, store_column_text(statement, heading));
    record_close(builder);
    record_release(stored);
    return true;
}

/* All that the carrier carries, by heading. */
static bool put_carried(struct store *store, struct ent_builder *builder, int64_t carrier, struct error *error)
{
    bool row;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT a.record, a.state, d.heading FROM delivery d JOIN alert a ON"
                        " a.sequence=d.alert WHERE d.carrier=?1 AND d.state<>4 ORDER BY d.heading, d.sequence",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, carrier);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read what a delivery carries"))
            return false;
        if (!row)
            return true;
        if (!put_alert(store, builder, statement, 0, 1, 2, error)) {
            store_done(statement);
            return false;
        }
    }
}

enum {
    DUE_SEQUENCE, DUE_ID, DUE_ATTEMPTS, DUE_FIRST_TRY, DUE_RECORD, DUE_STATE, DUE_HEADING, DUE_HOLD, DUE_LABEL,
    DUE_THREAD, DUE_RECEIPT
};

/* A thread is known where the first was delivered; one that is still on its way is waited for. */
static const char due_sql[] =
    "SELECT d.sequence, d.id, d.attempts, coalesce(d.first_try, ?3), a.record, a.state, d.heading, d.hold, d.label,"
    " coalesce(c.id, f.id), coalesce(c.text, f.text)"
    " FROM delivery d LEFT JOIN alert a ON a.sequence=d.alert"
    " LEFT JOIN delivery f ON f.sequence=d.first AND f.state=1 AND d.first<>0"
    " LEFT JOIN delivery c ON c.sequence=f.carrier AND f.carrier<>0"
    " WHERE d.sink=?1 AND d.state=0 AND d.sequence>?2 AND d.due<=?3"
    " AND NOT EXISTS (SELECT 1 FROM delivery w WHERE d.first<>0 AND w.sequence=d.first AND w.state IN (0, 3))"
    " ORDER BY d.sequence LIMIT ?4";

static struct ent_record *delivery_record(struct store *store, sqlite3_stmt *statement, struct error *error)
{
    struct ent_builder *builder = record_build(ENT_DELIVERY);
    bool is_alone = sqlite3_column_type(statement, DUE_RECORD) != SQLITE_NULL, ok;
    record_put_text(builder, ENT_DELIVERY_ID, store_column_text(statement, DUE_ID));
    record_put_int(builder, ENT_DELIVERY_ATTEMPT, sqlite3_column_int64(statement, DUE_ATTEMPTS) + 1);
    record_put_time(builder, ENT_DELIVERY_FIRST_TRY, sqlite3_column_int64(statement, DUE_FIRST_TRY));
    if (is_alone) {
        ok = put_alert(store, builder, statement, DUE_RECORD, DUE_STATE, DUE_HEADING, error);
    } else {
        record_put_text(builder, ENT_DELIVERY_HOLD, store_column_text(statement, DUE_HOLD));
        record_put_text(builder, ENT_DELIVERY_WINDOW, store_column_text(statement, DUE_LABEL));
        ok = put_carried(store, builder, sqlite3_column_int64(statement, DUE_SEQUENCE), error);
    }
    if (sqlite3_column_type(statement, DUE_THREAD) != SQLITE_NULL) {
        record_put_text(builder, ENT_DELIVERY_THREAD, store_column_text(statement, DUE_THREAD));
        record_put_text(builder, ENT_DELIVERY_RECEIPT, store_column_text(statement, DUE_RECEIPT));
    }
    if (ok)
        return record_seal(builder, error);
    record_discard(builder);
    return NULL;
}

bool store_deliveries_due(struct store *store, const char *sink, int64_t after, int64_t now, size_t limit,
                          store_delivery_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store, due_sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, after);
    sqlite3_bind_int64(statement, 3, now);
    sqlite3_bind_int64(statement, 4, limit ? (int64_t)limit : -1);
    while (more) {
        if (!store_step(store, statement, &row, error, "read due deliveries"))
            return false;
        if (!row)
            return true;
        struct delivery_row delivery = {.sequence = sqlite3_column_int64(statement, DUE_SEQUENCE),
                                        .id = store_column_text(statement, DUE_ID),
                                        .sink = sink,
                                        .attempt = sqlite3_column_int64(statement, DUE_ATTEMPTS) + 1};
        struct ent_record *record = delivery_record(store, statement, error);
        if (!record) {
            store_done(statement);
            return false;
        }
        delivery.record = record->view;
        more = callback(context, &delivery);
        record_release(record);
    }
    store_done(statement);
    return true;
}

bool store_delivery_next(struct store *store, const char *sink, int64_t after, int64_t *due, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "SELECT min(due) FROM delivery WHERE sink=?1 AND state=0 AND due>?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, after);
    return read_integer(store, statement, -1, due, error, "look for the next delivery");
}

/* ---- settling ---- */

static const char *code_name(enum ent_code code)
{
    static const char *const names[] = {"ok", "again", "retry", "reject", "config", "fatal"};
    return (size_t)code < sizeof names / sizeof *names ? names[code] : "unknown";
}

static bool log_attempt(struct store *store, int64_t sequence, enum ent_code code, int64_t now, const char *text,
                        struct error *error)
{
    sqlite3_stmt *statement = store_statement(store,
                                              "INSERT INTO delivery_attempt(delivery, attempt, at, code, text)"
                                              " SELECT sequence, attempts, ?2, ?3, ?4 FROM delivery WHERE sequence=?1",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    sqlite3_bind_int64(statement, 2, now);
    store_bind_text(statement, 3, code_name(code));
    store_bind_text(statement, 4, text ? text : "");
    return store_run(store, statement, error, "log a delivery");
}

static bool settle_carried(struct store *store, int64_t carrier, enum delivery_state state, int64_t now,
                           struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE delivery SET state=?2, settled=?3 WHERE carrier=?1 AND state<>4", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, carrier);
    sqlite3_bind_int(statement, 2, (int)state);
    if (state != DELIVERY_HELD)
        sqlite3_bind_int64(statement, 3, now);
    return store_run(store, statement, error, "settle what a delivery carries");
}

bool store_delivery_settle(struct store *store, int64_t sequence, enum ent_code code, int64_t retry_at, int64_t now,
                           const char *text, bool *changed, struct error *error)
{
    enum delivery_state state = code == ENT_OK                       ? DELIVERY_DELIVERED
                                : code == ENT_REJECT || retry_at < 0 ? DELIVERY_DEAD
                                                                     : DELIVERY_PENDING;
    sqlite3_stmt *statement =
        store_statement(store,
                        "UPDATE delivery SET state=?2, due=CASE WHEN ?2=0 THEN ?3 ELSE due END, attempts=attempts+1,"
                        " first_try=coalesce(first_try, ?4), settled=CASE WHEN ?2=0 THEN NULL ELSE ?4 END, text=?5"
                        " WHERE sequence=?1 AND (state=0 OR (state=4 AND ?2=1))",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    sqlite3_bind_int(statement, 2, (int)state);
    sqlite3_bind_int64(statement, 3, retry_at);
    sqlite3_bind_int64(statement, 4, now);
    store_bind_text(statement, 5, text ? text : "");
    if (!store_run(store, statement, error, "settle a delivery"))
        return false;
    bool is_changed = sqlite3_changes(store_database(store)) > 0;
    if (changed)
        *changed = is_changed;
    return !is_changed || (log_attempt(store, sequence, code, now, text, error) &&
                           (state == DELIVERY_PENDING || settle_carried(store, sequence, state, now, error)));
}

/* The delivery that is sent for this id: its carrier where it is carried. */
static bool find_sent(struct store *store, const char *id, int64_t *sequence, int *state, struct error *error)
{
    bool row;
    size_t found = 0;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT coalesce(c.sequence, d.sequence),"
                                              " CASE d.state WHEN 4 THEN 4 ELSE coalesce(c.state, d.state) END"
                                              " FROM delivery d LEFT JOIN delivery c ON c.sequence=d.carrier"
                                              " WHERE d.id>=?1 AND d.id<?1||'g' LIMIT 2",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    for (;;) {
        if (!store_step(store, statement, &row, error, "look up a delivery"))
            return false;
        if (!row)
            break;
        *sequence = sqlite3_column_int64(statement, 0);
        *state = sqlite3_column_int(statement, 1);
        found++;
    }
    if (found == 1)
        return true;
    return found == 0 ? error_set(error, ERROR_MISSING, "there is no delivery %.60s; 'entente delivery list' shows them", id)
                      : error_set(error, ERROR_INPUT, "several deliveries begin with %.60s; give more of the id", id);
}

bool store_delivery_retry(struct store *store, const char *id, int64_t now, struct error *error)
{
    int64_t sequence = 0;
    int state = 0;
    if (!*id)
        return error_set(error, ERROR_INPUT, "the id of a delivery is empty");
    if (!find_sent(store, id, &sequence, &state, error))
        return false;
    if (state == DELIVERY_DELIVERED)
        return error_set(error, ERROR_STATE, "delivery %.60s has been delivered; it is not sent twice", id);
    if (state == DELIVERY_RECALLED)
        return error_set(error, ERROR_STATE,
                         "delivery %.60s was recalled with its event; 'entente event undo' of what took the event away "
                         "brings it back",
                         id);
    sqlite3_stmt *statement =
        store_statement(store,
                        "UPDATE delivery SET due=?2, settled=NULL, first_try=CASE state WHEN 2 THEN NULL ELSE first_try END,"
                        " queued=CASE state WHEN 3 THEN ?2 ELSE queued END, state=0 WHERE sequence=?1",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    sqlite3_bind_int64(statement, 2, now);
    return store_run(store, statement, error, "retry a delivery") &&
           settle_carried(store, sequence, DELIVERY_HELD, now, error) &&
           store_dead_letter_forget(store, DEAD_LETTER_DELIVERY, sequence, error);
}
