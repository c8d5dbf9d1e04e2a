#include "core/store/remarks.h"

#include "core/store/store.h"

const char store_remarks_schema[] = "CREATE TABLE remark("
                                    " processor TEXT NOT NULL,"
                                    " item INTEGER NOT NULL,"
                                    " source TEXT NOT NULL,"
                                    " text TEXT NOT NULL,"
                                    " PRIMARY KEY(processor, item)) WITHOUT ROWID;"
                                    "CREATE INDEX remark_source ON remark(source, text);";

bool store_remark_put(struct store *store, const char *processor, int64_t item_sequence, const char *source,
                      const char *text, struct error *error)
{
    bool removes = !text || !*text;
    sqlite3_stmt *statement =
        store_statement(store,
                        removes ? "DELETE FROM remark WHERE processor=?1 AND item=?2"
                                : "INSERT OR REPLACE INTO remark(processor, item, source, text) VALUES(?1, ?2, ?3, ?4)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    sqlite3_bind_int64(statement, 2, item_sequence);
    if (!removes) {
        store_bind_text(statement, 3, source ? source : "");
        store_bind_text(statement, 4, text);
    }
    return store_run(store, statement, error, "keep a remark");
}

bool store_remarks_count(struct store *store, store_remark_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT source, text, count(*) FROM remark GROUP BY source, text ORDER BY source, count(*) DESC, text",
        error);
    if (!statement)
        return false;
    while (more) {
        if (!store_step(store, statement, &row, error, "count remarks"))
            return false;
        if (!row)
            return true;
        more = callback(context, store_column_text(statement, 0), store_column_text(statement, 1),
                        sqlite3_column_int64(statement, 2));
    }
    store_done(statement);
    return true;
}

/* Remarks are found by processor and item; those that there are have cursors. */
bool store_remarks_of(struct store *store, int64_t item_sequence, store_remark_callback *callback, void *context,
                      struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT r.processor, r.text FROM cursor c JOIN remark r ON r.processor=c.processor AND r.item=?1"
                        " ORDER BY r.processor",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    while (more) {
        if (!store_step(store, statement, &row, error, "read remarks"))
            return false;
        if (!row)
            return true;
        more = callback(context, store_column_text(statement, 0), store_column_text(statement, 1), 1);
    }
    store_done(statement);
    return true;
}
