/* Deliveries looked at: counts, the log of attempts, and how far each alert has come. */
#include "core/store/deliveries.h"
#include "core/store/delivery_state.h"
#include "core/store/store.h"

static const char *state_name(int state)
{
    static const char *const names[] = {"pending", "delivered", "dead", "held", "recalled"};
    return names[state >= 0 && state <= DELIVERY_RECALLED ? state : DELIVERY_DEAD];
}

static bool count_row(sqlite3_stmt *statement, struct delivery_counts *counts)
{
    int64_t count = sqlite3_column_int64(statement, 2);
    bool is_carried = sqlite3_column_int(statement, 1) != 0;
    switch (sqlite3_column_int(statement, 0)) {
    case DELIVERY_HELD:
        counts->over += sqlite3_column_int64(statement, 3);
        counts->held += sqlite3_column_int64(statement, 4);
        return true;
    case DELIVERY_PENDING:
        counts->pending += count;
        return true;
    case DELIVERY_DELIVERED:
        counts->delivered += is_carried ? 0 : count;
        return true;
    case DELIVERY_RECALLED:
        counts->recalled += is_carried ? 0 : count;
        return true;
    default:
        counts->dead += is_carried ? 0 : count;
        return true;
    }
}

bool store_deliveries_count(struct store *store, const char *sink, int64_t now, struct delivery_counts *counts,
                            struct error *error)
{
    bool row;
    *counts = (struct delivery_counts){0};
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT state, carrier<>0, count(*), sum(state=3 AND carrier=0 AND due<=?2),"
                        " sum(state=3 AND alert<>0) FROM delivery"
                        " WHERE ?1 IS NULL OR sink=?1 GROUP BY state, carrier<>0",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, sink);
    sqlite3_bind_int64(statement, 2, now);
    for (;;) {
        if (!store_step(store, statement, &row, error, "count deliveries"))
            return false;
        if (!row)
            return true;
        count_row(statement, counts);
    }
}

bool store_delivery_log(struct store *store, const char *sink, store_delivery_log_callback *callback, void *context,
                        struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT d.sequence, d.id, d.sink, ifnull(a.id, ''), d.state, coalesce(t.attempt, 0),"
                        " coalesce(t.at, d.due), coalesce(t.code, ''), coalesce(t.text, '') FROM delivery d"
                        " LEFT JOIN alert a ON a.sequence=d.alert"
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
        struct delivery_log_row entry = {.sequence = sqlite3_column_int64(statement, 0),
                                         .id = store_column_text(statement, 1),
                                         .sink = store_column_text(statement, 2),
                                         .alert_id = store_column_text(statement, 3),
                                         .state = state_name(sqlite3_column_int(statement, 4)),
                                         .attempt = sqlite3_column_int64(statement, 5),
                                         .at = sqlite3_column_int64(statement, 6),
                                         .code = store_column_text(statement, 7),
                                         .text = store_column_text(statement, 8)};
        more = callback(context, &entry);
    }
    store_done(statement);
    return true;
}

static const char states_sql[] =
    "SELECT d.sequence, d.id, d.sink, a.id, a.watch, a.reason, CASE d.state WHEN 4 THEN 4 ELSE coalesce(c.state, "
    "d.state) END, coalesce(c.attempts, d.attempts),"
    " coalesce(c.due, d.due), CASE d.state WHEN 4 THEN d.settled ELSE coalesce(c.settled, d.settled, 0) END,"
    " CASE d.state WHEN 4 THEN d.text ELSE coalesce(c.text, d.text) END, ifnull(c.hold, ''),"
    " ifnull(c.id, ''), a.record FROM delivery d JOIN alert a ON a.sequence=d.alert"
    " LEFT JOIN delivery c ON c.sequence=d.carrier AND d.carrier<>0"
    " WHERE (?1=0 OR d.sequence<?1) AND (?2 IS NULL OR d.sink=?2)"
    " AND (?3 IS NULL OR instr(','||?3||',', ','||CASE CASE d.state WHEN 4 THEN 4 ELSE coalesce(c.state, d.state) END "
    "WHEN 0 THEN 'pending' WHEN 1 THEN"
    " 'delivered' WHEN 2 THEN 'dead' WHEN 4 THEN 'recalled' ELSE 'held' END||',')>0)"
    " AND (?4 IS NULL OR substr(a.id, 1, length(?4))=?4 OR substr(d.id, 1, length(?4))=?4) ORDER BY d.sequence DESC "
    "LIMIT ?5";

static bool tell_state(struct store *store, sqlite3_stmt *statement, store_delivery_state_callback *callback,
                       void *context, bool *more, struct error *error)
{
    struct ent_record *alert = store_column_record(store, statement, 13, error);
    if (!alert)
        return false;
    struct delivery_state_row row = {.sequence = sqlite3_column_int64(statement, 0),
                                     .id = store_column_text(statement, 1),
                                     .sink = store_column_text(statement, 2),
                                     .alert_id = store_column_text(statement, 3),
                                     .watch = store_column_text(statement, 4),
                                     .reason = store_column_text(statement, 5),
                                     .state = state_name(sqlite3_column_int(statement, 6)),
                                     .attempts = sqlite3_column_int64(statement, 7),
                                     .due = sqlite3_column_int64(statement, 8),
                                     .settled = sqlite3_column_int64(statement, 9),
                                     .text = store_column_text(statement, 10),
                                     .hold = store_column_text(statement, 11),
                                     .carrier = store_column_text(statement, 12),
                                     .alert = alert->view};
    *more = callback(context, &row);
    record_release(alert);
    return true;
}

bool store_delivery_states(struct store *store, const char *sink, const char *alert, const char *states, int64_t before,
                           size_t limit, store_delivery_state_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store, states_sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, before);
    store_bind_text(statement, 2, sink);
    store_bind_text(statement, 3, states);
    store_bind_text(statement, 4, alert);
    sqlite3_bind_int64(statement, 5, limit ? (int64_t)limit : -1);
    while (more) {
        if (!store_step(store, statement, &row, error, "list deliveries"))
            return false;
        if (!row)
            return true;
        if (!tell_state(store, statement, callback, context, &more, error)) {
            store_done(statement);
            return false;
        }
    }
    store_done(statement);
    return true;
}
