#include "core/store/alerts.h"

#include "core/store/events.h"
#include "core/store/store.h"
#include "lib/base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char store_alerts_schema[] = "CREATE TABLE alert("
                                   " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                                   " id TEXT NOT NULL UNIQUE,"
                                   " watch TEXT NOT NULL,"
                                   " event TEXT NOT NULL,"
                                   " reason TEXT NOT NULL,"
                                   " revision INTEGER NOT NULL,"
                                   " created INTEGER NOT NULL,"
                                   " state TEXT NOT NULL DEFAULT 'new',"
                                   " muted_until INTEGER,"
                                   " record BLOB NOT NULL);"
                                   "CREATE INDEX alert_event ON alert(event, watch, reason);"
                                   "CREATE TABLE delivery("
                                   " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                                   " id TEXT NOT NULL UNIQUE,"
                                   " sink TEXT NOT NULL,"
                                   " alert INTEGER NOT NULL,"
                                   " state INTEGER NOT NULL DEFAULT 0," /* enum delivery_state */
                                   " due INTEGER NOT NULL,"
                                   " attempts INTEGER NOT NULL DEFAULT 0,"
                                   " first_try INTEGER,"
                                   " settled INTEGER,"
                                   " text TEXT NOT NULL DEFAULT '');"
                                   "CREATE INDEX delivery_due ON delivery(sink, sequence, due) WHERE state=0;"
                                   "CREATE INDEX delivery_alert ON delivery(alert);"
                                   "CREATE TABLE delivery_attempt("
                                   " delivery INTEGER NOT NULL,"
                                   " attempt INTEGER NOT NULL,"
                                   " at INTEGER NOT NULL,"
                                   " code TEXT NOT NULL,"
                                   " text TEXT NOT NULL,"
                                   " PRIMARY KEY(delivery, attempt)) WITHOUT ROWID;";

enum delivery_state { DELIVERY_PENDING = 0, DELIVERY_DELIVERED = 1, DELIVERY_DEAD = 2 };

static const char *const delivery_state_names[] = {"pending", "delivered", "dead"};

/* ---- alerts ---- */

static bool put_delivery(struct store *store, const char *sink, int64_t alert, const char *alert_id, int64_t revision,
                         int64_t now, struct error *error)
{
    char id[DIGEST_HEX_SIZE], revision_text[24];
    snprintf(revision_text, sizeof revision_text, "%lld", (long long)revision);
    digest_texts(id, "delivery", sink, alert_id, revision_text, NULL);
    sqlite3_stmt *statement =
        store_statement(store, "INSERT OR IGNORE INTO delivery(id, sink, alert, due) VALUES(?1, ?2, ?3, ?4)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    store_bind_text(statement, 2, sink);
    sqlite3_bind_int64(statement, 3, alert);
    sqlite3_bind_int64(statement, 4, now);
    return store_run(store, statement, error, "store a delivery");
}

bool store_alert_put(struct store *store, struct record_view alert, const char *const *sinks, size_t sink_count,
                     int64_t now, bool *inserted, struct error *error)
{
    struct record_view event;
    const char *id = record_text(alert, ENT_ALERT_ID), *watch = record_text(alert, ENT_ALERT_WATCH);
    const char *reason = record_text(alert, ENT_ALERT_REASON);
    bool has_event = record_get_view(alert, ENT_ALERT_EVENT, 0, &event);
    if (!id || !watch || !reason || (!has_event && record_count(alert, ENT_ALERT_FINDING) == 0))
        return error_set(error, ERROR_INPUT, "an alert needs id, watch, reason and event or finding to be stored");
    const char *event_id = has_event ? record_text(event, ENT_REPORT_ID) : NULL;
    int64_t revision = has_event ? record_int(event, ENT_EVENT_REVISION, 1) : 1;
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR IGNORE INTO alert(id, watch, event, reason, revision, created, record)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    store_bind_text(statement, 2, watch);
    store_bind_text(statement, 3, event_id ? event_id : "");
    store_bind_text(statement, 4, reason);
    sqlite3_bind_int64(statement, 5, revision);
    sqlite3_bind_int64(statement, 6, record_int(alert, ENT_ALERT_CREATED, now));
    store_bind_record(statement, 7, alert);
    if (!store_run(store, statement, error, "store an alert"))
        return false;
    bool is_new = sqlite3_changes(store_database(store)) > 0;
    int64_t sequence = sqlite3_last_insert_rowid(store_database(store));
    if (inserted)
        *inserted = is_new;
    for (size_t i = 0; is_new && i < sink_count; i++)
        if (!put_delivery(store, sinks[i], sequence, id, revision, now, error))
            return false;
    return true;
}

static bool has_alert(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
                      struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "SELECT 1 FROM alert WHERE event=?1 AND watch=?2 AND reason=?3 LIMIT 1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, event_id);
    store_bind_text(statement, 2, watch);
    store_bind_text(statement, 3, reason);
    bool ok = store_step(store, statement, exists, error, "look for an alert");
    store_done(statement);
    return ok;
}

bool store_alert_exists(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
                        struct error *error)
{
    *exists = false;
    if (!has_alert(store, watch, event_id, reason, exists, error) || *exists)
        return *exists;
    char(*aliases)[DIGEST_HEX_SIZE] = store_event_aliases(store, event_id, error);
    bool ok = aliases != NULL;
    for (size_t i = 0; ok && !*exists && aliases[i][0]; i++)
        ok = has_alert(store, watch, aliases[i], reason, exists, error);
    free(aliases);
    return ok;
}

/* The stored record with its present state. */
static struct ent_record *with_state(struct record_view stored, const char *state, struct error *error)
{
    static const unsigned state_field[] = {ENT_ALERT_STATE, 0};
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_all(builder, stored, state_field);
    record_put_text(builder, ENT_ALERT_STATE, state);
    return record_seal(builder, error);
}

bool store_alerts_each(struct store *store, const char *watch, int64_t after, size_t limit,
                       store_alert_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT a.sequence, a.state, a.record, (SELECT count(*) FROM delivery d WHERE "
                        "d.alert=a.sequence AND d.state=0),"
                        " (SELECT count(*) FROM delivery d WHERE d.alert=a.sequence AND d.state=1),"
                        " (SELECT count(*) FROM delivery d WHERE d.alert=a.sequence AND d.state=2)"
                        " FROM alert a WHERE a.sequence>?1 AND (?2 IS NULL OR a.watch=?2) ORDER BY a.sequence LIMIT ?3",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    store_bind_text(statement, 2, watch);
    sqlite3_bind_int64(statement, 3, limit ? (int64_t)limit : -1);
    while (more) {
        if (!store_step(store, statement, &row, error, "list alerts"))
            return false;
        if (!row)
            return true;
        const char *state = store_column_text(statement, 1);
        struct ent_record *stored = store_column_record(store, statement, 2, error);
        struct ent_record *record = stored ? with_state(stored->view, state, error) : NULL;
        record_release(stored);
        if (!record) {
            store_done(statement);
            return false;
        }
        struct alert_row alert = {.sequence = sqlite3_column_int64(statement, 0),
                                  .record = record->view,
                                  .state = state,
                                  .pending = sqlite3_column_int64(statement, 3),
                                  .delivered = sqlite3_column_int64(statement, 4),
                                  .dead = sqlite3_column_int64(statement, 5)};
        more = callback(context, &alert);
        record_release(record);
    }
    store_done(statement);
    return true;
}

/* ---- deliveries ---- */

static struct ent_record *delivery_record(const char *id, int64_t attempt, int64_t first_try, struct record_view alert,
                                          struct error *error)
{
    struct ent_builder *builder = record_build(ENT_DELIVERY);
    record_put_text(builder, ENT_DELIVERY_ID, id);
    record_put_int(builder, ENT_DELIVERY_ATTEMPT, attempt);
    record_put_time(builder, ENT_DELIVERY_FIRST_TRY, first_try);
    record_put_view(builder, ENT_DELIVERY_ALERT, alert);
    return record_seal(builder, error);
}

bool store_deliveries_due(struct store *store, const char *sink, int64_t after, int64_t now, size_t limit,
                          store_delivery_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT d.sequence, d.id, d.attempts, coalesce(d.first_try, ?3), a.record, a.state"
                        " FROM delivery d JOIN alert a ON a.sequence=d.alert"
                        " WHERE d.sink=?1 AND d.state=0 AND d.sequence>?2 AND d.due<=?3 ORDER BY d.sequence LIMIT ?4",
                        error);
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
        struct delivery_row delivery = {.sequence = sqlite3_column_int64(statement, 0),
                                        .id = store_column_text(statement, 1),
                                        .sink = sink,
                                        .attempt = sqlite3_column_int64(statement, 2) + 1};
        struct ent_record *stored = store_column_record(store, statement, 4, error);
        struct ent_record *alert = stored ? with_state(stored->view, store_column_text(statement, 5), error) : NULL;
        struct ent_record *record = alert ? delivery_record(delivery.id, delivery.attempt,
                                                            sqlite3_column_int64(statement, 3), alert->view, error)
                                          : NULL;
        record_release(stored);
        record_release(alert);
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
    bool row;
    *due = -1;
    sqlite3_stmt *statement = store_statement(store, "SELECT min(due) FROM delivery WHERE sink=?1 AND state=0 AND due>?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, after);
    if (!store_step(store, statement, &row, error, "look for the next delivery"))
        return false;
    if (row && sqlite3_column_type(statement, 0) == SQLITE_INTEGER)
        *due = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

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
                        " WHERE sequence=?1 AND state=0",
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
    return !is_changed || log_attempt(store, sequence, code, now, text, error);
}

bool store_delivery_retry(struct store *store, const char *id, int64_t now, struct error *error)
{
    bool row;
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE delivery SET state=0, due=?2, settled=NULL WHERE id=?1 AND state<>1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    sqlite3_bind_int64(statement, 2, now);
    if (!store_run(store, statement, error, "retry a delivery"))
        return false;
    if (sqlite3_changes(store_database(store)) > 0)
        return true;
    statement = store_statement(store, "SELECT 1 FROM delivery WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up a delivery"))
        return false;
    store_done(statement);
    return row ? error_set(error, ERROR_STATE, "delivery %s has been delivered; it is not sent twice", id)
               : error_set(error, ERROR_MISSING, "there is no delivery %s", id);
}

bool store_deliveries_count(struct store *store, const char *sink, struct delivery_counts *counts, struct error *error)
{
    bool row;
    *counts = (struct delivery_counts){0, 0, 0};
    sqlite3_stmt *statement = store_statement(
        store, "SELECT state, count(*) FROM delivery WHERE ?1 IS NULL OR sink=?1 GROUP BY state", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    for (;;) {
        if (!store_step(store, statement, &row, error, "count deliveries"))
            return false;
        if (!row)
            return true;
        int64_t count = sqlite3_column_int64(statement, 1);
        switch (sqlite3_column_int(statement, 0)) {
        case DELIVERY_PENDING:
            counts->pending = count;
            break;
        case DELIVERY_DELIVERED:
            counts->delivered = count;
            break;
        default:
            counts->dead = count;
        }
    }
}

bool store_delivery_log(struct store *store, const char *sink, store_delivery_log_callback *callback, void *context,
                        struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT d.sequence, d.id, d.sink, a.id, d.state, coalesce(t.attempt, 0), coalesce(t.at, d.due),"
                        " coalesce(t.code, ''), coalesce(t.text, '') FROM delivery d JOIN alert a ON a.sequence=d.alert"
                        " LEFT JOIN delivery_attempt t ON t.delivery=d.sequence WHERE ?1 IS NULL OR d.sink=?1"
                        " ORDER BY coalesce(t.at, d.due), d.sequence, t.attempt",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    while (more) {
        if (!store_step(store, statement, &row, error, "read the delivery log"))
            return false;
        if (!row)
            return true;
        int state = sqlite3_column_int(statement, 4);
        struct delivery_log_row entry = {.sequence = sqlite3_column_int64(statement, 0),
                                         .id = store_column_text(statement, 1),
                                         .sink = store_column_text(statement, 2),
                                         .alert_id = store_column_text(statement, 3),
                                         .state = delivery_state_names[state >= 0 && state <= 2 ? state : 2],
                                         .attempt = sqlite3_column_int64(statement, 5),
                                         .at = sqlite3_column_int64(statement, 6),
                                         .code = store_column_text(statement, 7),
                                         .text = store_column_text(statement, 8)};
        more = callback(context, &entry);
    }
    store_done(statement);
    return true;
}
