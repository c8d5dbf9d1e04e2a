#include "core/store/alerts.h"

#include "core/store/deliveries.h"
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
                                   "CREATE INDEX alert_event ON alert(event, watch, reason);";

/* ---- alerts ---- */

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
        if (!store_delivery_put(store, &(struct delivery_put){.sink = sinks[i], .alert = sequence, .alert_id = id, .watch = watch, .revision = revision, .now = now}, error))
            return false;
    return true;
}

bool store_alert_is_there(struct store *store, const char *watch, const char *event_id, const char *reason, bool *exists,
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
    if (!store_alert_is_there(store, watch, event_id, reason, exists, error) || *exists)
        return *exists;
    char(*aliases)[DIGEST_HEX_SIZE] = store_event_aliases(store, event_id, error);
    bool ok = aliases != NULL;
    for (size_t i = 0; ok && !*exists && aliases[i][0]; i++)
        ok = store_alert_is_there(store, watch, aliases[i], reason, exists, error);
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
                        "d.alert=a.sequence AND d.state IN (0,3)),"
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
