#include "core/store/recode.h"

#include "core/store/store.h"

#include <stdio.h>
#include <string.h>

const char store_recode_schema[] = "CREATE TABLE recode("
                                   " classifier TEXT PRIMARY KEY,"
                                   " stamp TEXT NOT NULL,"
                                   " filter TEXT NOT NULL,"
                                   " cursor INTEGER NOT NULL,"
                                   " upto INTEGER NOT NULL,"
                                   " items INTEGER NOT NULL,"
                                   " replaced INTEGER NOT NULL,"
                                   " started INTEGER NOT NULL,"
                                   " finished INTEGER NOT NULL) WITHOUT ROWID;"
                                   "CREATE TABLE recode_item(item INTEGER PRIMARY KEY);";

bool store_recode_get(struct store *store, const char *classifier, struct recode_row *row, bool *found,
                      struct error *error)
{
    memset(row, 0, sizeof *row);
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT stamp, filter, cursor, upto, items, replaced, started, finished"
                                              " FROM recode WHERE classifier=?1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, classifier);
    if (!store_step(store, statement, found, error, "read how far the recoding is"))
        return false;
    if (!*found)
        return true;
    snprintf(row->stamp, sizeof row->stamp, "%s", store_column_text(statement, 0));
    snprintf(row->filter, sizeof row->filter, "%s", store_column_text(statement, 1));
    int64_t *const numbers[] = {&row->cursor, &row->upto, &row->items, &row->replaced, &row->started, &row->finished};
    for (int i = 0; i < 6; i++)
        *numbers[i] = sqlite3_column_int64(statement, i + 2);
    store_done(statement);
    return true;
}

bool store_recode_put(struct store *store, const char *classifier, const struct recode_row *row, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store,
        "INSERT OR REPLACE INTO recode(classifier, stamp, filter, cursor, upto, items, replaced, started, finished)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, classifier);
    store_bind_text(statement, 2, row->stamp);
    store_bind_text(statement, 3, row->filter);
    const int64_t numbers[] = {row->cursor, row->upto, row->items, row->replaced, row->started, row->finished};
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(statement, i + 4, numbers[i]);
    return store_run(store, statement, error, "keep how far the recoding is");
}

static bool run_on_item(struct store *store, const char *sql, int64_t item_sequence, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, item_sequence);
    return store_run(store, statement, error, "hand a recoded item to the desk");
}

bool store_recode_item_put(struct store *store, int64_t item_sequence, struct error *error)
{
    return run_on_item(store, "INSERT OR IGNORE INTO recode_item(item) VALUES(?1)", item_sequence, error);
}

bool store_recode_item_first(struct store *store, int64_t *item_sequence, struct error *error)
{
    return store_count(store, "SELECT ifnull(min(item), 0) FROM recode_item", item_sequence, error);
}

bool store_recode_item_delete(struct store *store, int64_t item_sequence, struct error *error)
{
    return run_on_item(store, "DELETE FROM recode_item WHERE item=?1", item_sequence, error);
}
