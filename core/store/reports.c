#include "core/store/reports.h"

#include "core/store/store.h"

const char store_reports_schema[] = "CREATE TABLE report("
                                    " sequence INTEGER PRIMARY KEY,"
                                    " item INTEGER NOT NULL,"
                                    " ordinal INTEGER NOT NULL,"
                                    " id TEXT NOT NULL,"
                                    " classifier TEXT NOT NULL,"
                                    " state INTEGER NOT NULL DEFAULT 0,"
                                    " record BLOB NOT NULL);"
                                    "CREATE INDEX report_item ON report(item, state, ordinal);";

/* ---- writing ---- */

bool store_reports_replace(struct store *store, int64_t item_sequence, const char *classifier, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE report SET state=1 WHERE item=?1 AND state=0 AND classifier=?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    store_bind_text(statement, 2, classifier);
    return store_run(store, statement, error, "replace reports");
}

/* The place of the last report of that id, else the next free one. */
static bool find_ordinal(struct store *store, int64_t item_sequence, const char *id, int64_t *ordinal,
                         struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT coalesce((SELECT ordinal FROM report WHERE item=?1 AND id=?2),"
                                              " (SELECT max(ordinal)+1 FROM report WHERE item=?1), 0)",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    store_bind_text(statement, 2, id);
    if (!store_step(store, statement, &row, error, "place a report"))
        return false;
    *ordinal = row ? sqlite3_column_int64(statement, 0) : 0;
    store_done(statement);
    return true;
}

static bool end_report(struct store *store, int64_t item_sequence, const char *id, enum report_state state,
                       struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE report SET state=?3 WHERE item=?1 AND state=0 AND id=?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    store_bind_text(statement, 2, id);
    sqlite3_bind_int(statement, 3, (int)state);
    return store_run(store, statement, error, "end a report");
}

bool store_report_put(struct store *store, int64_t item_sequence, const char *classifier, struct record_view report,
                      struct error *error)
{
    int64_t ordinal;
    const char *id = record_text(report, ENT_REPORT_ID);
    if (!id)
        return error_set(error, ERROR_INPUT, "a report without an id cannot be stored");
    if (!find_ordinal(store, item_sequence, id, &ordinal, error) ||
        !end_report(store, item_sequence, id, REPORT_REPLACED, error))
        return false;
    sqlite3_stmt *statement = store_statement(
        store, "INSERT INTO report(item, ordinal, id, classifier, record) VALUES(?1, ?2, ?3, ?4, ?5)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    sqlite3_bind_int64(statement, 2, ordinal);
    store_bind_text(statement, 3, id);
    store_bind_text(statement, 4, classifier);
    store_bind_record(statement, 5, report);
    return store_run(store, statement, error, "store a report");
}

bool store_report_withdraw(struct store *store, int64_t item_sequence, const char *report_id, struct error *error)
{
    return end_report(store, item_sequence, report_id, REPORT_WITHDRAWN, error);
}

/* ---- reading ---- */

#define REPORT_COLUMNS "SELECT sequence, item, ordinal, id, classifier, state, record FROM report "

static bool each_row(struct store *store, const char *sql, int64_t item_sequence, store_report_callback *callback,
                     void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    while (more) {
        if (!store_step(store, statement, &row, error, "read reports"))
            return false;
        if (!row)
            return true;
        struct ent_record *record = store_column_record(store, statement, 6, error);
        if (!record)
            break;
        struct report_row report = {.sequence = sqlite3_column_int64(statement, 0),
                                    .item_sequence = sqlite3_column_int64(statement, 1),
                                    .ordinal = sqlite3_column_int64(statement, 2),
                                    .id = store_column_text(statement, 3),
                                    .classifier = store_column_text(statement, 4),
                                    .state = (enum report_state)sqlite3_column_int(statement, 5),
                                    .record = record->view};
        more = callback(context, &report);
        record_release(record);
    }
    store_done(statement);
    return !more;
}

bool store_reports_of(struct store *store, int64_t item_sequence, store_report_callback *callback, void *context,
                      struct error *error)
{
    return each_row(store, REPORT_COLUMNS "WHERE item=?1 AND state=0 ORDER BY ordinal", item_sequence, callback,
                    context, error);
}

bool store_reports_all(struct store *store, int64_t item_sequence, store_report_callback *callback, void *context,
                       struct error *error)
{
    return each_row(store, REPORT_COLUMNS "WHERE item=?1 ORDER BY sequence", item_sequence, callback, context, error);
}

bool store_reports_count(struct store *store, int64_t *standing, struct error *error)
{
    return store_count(store, "SELECT count(*) FROM report WHERE state=0", standing, error);
}
