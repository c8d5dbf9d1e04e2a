#include "core/store/recall.h"

#include "core/store/delivery_state.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "lib/record/record.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 256 }; /* of one id at a time; more are taken in further rounds */

struct rows {
    int64_t sequences[ROWS_MAX];
    size_t count;
};

/* ---- finding ---- */

/* Deliveries of alerts about exactly this event that wait for their sink; with `target` only those whose sink the same
 * watch has told of that one. */
static const char waiting_sql[] =
    "SELECT d.sequence, a.record FROM alert a JOIN delivery d ON d.alert=a.sequence"
    " WHERE a.event=?1 AND (d.state=3 OR (d.state=0 AND (?4 OR d.attempts>0))) AND d.sequence>?3"
    " AND (?2 IS NULL OR EXISTS (SELECT 1 FROM alert b JOIN delivery e ON e.alert=b.sequence"
    "  WHERE b.event=?2 AND b.watch=a.watch AND e.sink=d.sink AND e.state<>4))"
    " ORDER BY d.sequence";
static const char recalled_sql[] =
    "SELECT d.sequence, a.record FROM alert a JOIN delivery d ON d.alert=a.sequence"
    " WHERE a.event=?1 AND d.state=4 AND d.sequence>?3 AND ?2 IS NULL AND ?4 ORDER BY d.sequence";

static bool is_of_finding(struct store *store, sqlite3_stmt *statement, bool *is_finding, struct error *error)
{
    struct ent_record *alert = store_column_record(store, statement, 1, error);
    if (!alert)
        return false;
    *is_finding = record_count(alert->view, ENT_ALERT_FINDING) > 0;
    record_release(alert);
    return true;
}

/* *last: the last one looked at, to go on behind; unchanged at the end. */
static bool find_rows(struct store *store, const char *sql, const char *event, const char *target, bool at_once,
                      int64_t *last, struct rows *rows, struct error *error)
{
    bool row, is_finding;
    rows->count = 0;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, event);
    store_bind_text(statement, 2, target);
    sqlite3_bind_int64(statement, 3, *last);
    sqlite3_bind_int(statement, 4, at_once);
    while (rows->count < ROWS_MAX) {
        if (!store_step(store, statement, &row, error, "look for deliveries of an event"))
            return false;
        if (!row)
            return true;
        if (!is_of_finding(store, statement, &is_finding, error)) {
            store_done(statement);
            return false;
        }
        *last = sqlite3_column_int64(statement, 0);
        if (!is_finding)
            rows->sequences[rows->count++] = *last;
    }
    store_done(statement);
    return true;
}

/* ---- changing ---- */

static bool run_for(struct store *store, const char *sql, int64_t sequence, int64_t now, const char *text,
                    struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    sqlite3_bind_int64(statement, 2, now);
    store_bind_text(statement, 3, text);
    return store_run(store, statement, error, "recall a delivery");
}

/* It counts as an attempt, so that the log has it in its order. */
static bool log_change(struct store *store, int64_t sequence, int64_t now, const char *text, bool is_recalled,
                       struct error *error)
{
    return run_for(store,
                   is_recalled ? "INSERT INTO delivery_attempt(delivery, attempt, at, code, text)"
                                 " SELECT sequence, attempts, ?2, 'recalled', ?3 FROM delivery WHERE sequence=?1"
                               : "INSERT INTO delivery_attempt(delivery, attempt, at, code, text)"
                                 " SELECT sequence, attempts, ?2, 'reinstated', ?3 FROM delivery WHERE sequence=?1",
                   sequence, now, text, error);
}

/* A message in which nothing is left is not sent. */
static bool recall_row(struct store *store, int64_t sequence, int64_t now, const char *why, struct error *error)
{
    static const char recall[] =
        "UPDATE delivery SET state=4, settled=?2, text=?3, attempts=attempts+1 WHERE sequence=?1";
    static const char recall_carrier[] =
        "UPDATE delivery SET state=4, settled=?2, text=?3 WHERE sequence=(SELECT carrier FROM delivery WHERE "
        "sequence=?1)"
        " AND alert=0 AND state IN (0, 3)"
        " AND NOT EXISTS (SELECT 1 FROM delivery m WHERE m.carrier=delivery.sequence AND m.state<>4)";
    return run_for(store, recall, sequence, now, why, error) && log_change(store, sequence, now, why, true, error) &&
           run_for(store, recall_carrier, sequence, now, why, error);
}

/* Into its message, if that still waits, else by itself and at once. */
static bool reinstate_row(struct store *store, int64_t sequence, int64_t now, struct error *error)
{
    static const char text[] = "its event stands again";
    static const char reinstate[] = "UPDATE delivery SET attempts=attempts+1, settled=NULL, text='', due=?2,"
                                    " state=CASE WHEN EXISTS (SELECT 1 FROM delivery c WHERE "
                                    "c.sequence=delivery.carrier AND c.state=3) THEN 3 ELSE 0 END,"
                                    " carrier=CASE WHEN EXISTS (SELECT 1 FROM delivery c WHERE "
                                    "c.sequence=delivery.carrier AND c.state=3) THEN carrier"
                                    " ELSE 0 END WHERE sequence=?1";
    return run_for(store, reinstate, sequence, now, text, error) &&
           log_change(store, sequence, now, text, false, error);
}

/* ---- whole events ---- */

/* Of alerts about exactly `event`, told for `target` too or NULL. */
static bool recall_of(struct store *store, const struct recall *recall, const char *event, const char *target,
                      struct error *error)
{
    struct rows rows;
    int64_t last = 0;
    do {
        if (!find_rows(store, waiting_sql, event, target, recall->at_once, &last, &rows, error))
            return false;
        for (size_t i = 0; i < rows.count; i++)
            if (!recall_row(store, rows.sequences[i], recall->now, recall->why, error))
                return false;
    } while (rows.count == ROWS_MAX);
    return true;
}

static bool is_among(char (*ids)[DIGEST_HEX_SIZE], const char *event, const char *id)
{
    bool is = strcmp(event, id) == 0;
    for (size_t i = 0; !is && ids[i][0]; i++)
        is = strcmp(ids[i], id) == 0;
    return is;
}

static bool has_alerts(struct store *store, const char *event, bool *has, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT 1 FROM alert WHERE event=?1 LIMIT 1", error);
    *has = false;
    if (!statement)
        return false;
    store_bind_text(statement, 1, event);
    if (!store_step(store, statement, has, error, "look for alerts of an event"))
        return false;
    store_done(statement);
    return true;
}

/* The target's own alerts, not those that came into it with the event. An event that was founded anew many times has many
 * ids, of which few were ever alerted: the target's are looked up for these alone. */
static bool recall_by_target(struct store *store, const struct recall *recall, char (*own)[DIGEST_HEX_SIZE],
                             const char *id, struct error *error)
{
    bool has;
    if (!has_alerts(store, id, &has, error))
        return false;
    if (!has)
        return true;
    char(*others)[DIGEST_HEX_SIZE] = store_event_aliases(store, recall->target, error);
    bool ok = others && recall_of(store, recall, id, recall->target, error);
    for (size_t i = 0; ok && others[i][0]; i++)
        if (!is_among(own, recall->event, others[i]))
            ok = recall_of(store, recall, id, others[i], error);
    free(others);
    return ok;
}

bool store_deliveries_recall(struct store *store, const struct recall *recall, struct error *error)
{
    char(*own)[DIGEST_HEX_SIZE] = store_event_aliases(store, recall->event, error);
    bool ok = own != NULL;
    const char *id = recall->event;
    for (size_t i = 0; ok && *id; id = own[i++])
        ok = recall->target ? recall_by_target(store, recall, own, id, error)
                            : recall_of(store, recall, id, NULL, error);
    free(own);
    return ok;
}

bool store_deliveries_reinstate(struct store *store, const char *event, int64_t now, struct error *error)
{
    char(*own)[DIGEST_HEX_SIZE] = store_event_aliases(store, event, error);
    bool ok = own != NULL;
    const char *id = event;
    for (size_t i = 0; ok && *id; id = own[i++]) {
        struct rows rows;
        int64_t last = 0;
        do {
            ok = find_rows(store, recalled_sql, id, NULL, true, &last, &rows, error);
            for (size_t row = 0; ok && row < rows.count; row++)
                ok = reinstate_row(store, rows.sequences[row], now, error);
        } while (ok && rows.count == ROWS_MAX);
    }
    free(own);
    return ok;
}
