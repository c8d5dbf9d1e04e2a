#include "core/store/sources.h"

#include "core/store/store.h"

const char store_sources_schema[] = "CREATE TABLE source("
                                    " name TEXT PRIMARY KEY,"
                                    " next_fetch INTEGER NOT NULL,"
                                    " last_fetch INTEGER NOT NULL,"
                                    " last_success INTEGER NOT NULL,"
                                    " failures INTEGER NOT NULL,"
                                    " fetches INTEGER NOT NULL,"
                                    " items INTEGER NOT NULL,"
                                    " last_item INTEGER NOT NULL,"
                                    " text TEXT NOT NULL) WITHOUT ROWID;";

bool store_sources_each(struct store *store, store_source_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT name, next_fetch, last_fetch, last_success, failures, fetches, items, text, last_item"
                        " FROM source ORDER BY name",
                        error);
    if (!statement)
        return false;
    while (more) {
        if (!store_step(store, statement, &row, error, "read the state of sources"))
            return false;
        if (!row)
            return true;
        struct source_row source = {.name = store_column_text(statement, 0),
                                    .next_fetch = sqlite3_column_int64(statement, 1),
                                    .last_fetch = sqlite3_column_int64(statement, 2),
                                    .last_success = sqlite3_column_int64(statement, 3),
                                    .failures = sqlite3_column_int64(statement, 4),
                                    .fetches = sqlite3_column_int64(statement, 5),
                                    .items = sqlite3_column_int64(statement, 6),
                                    .text = store_column_text(statement, 7),
                                    .last_item = sqlite3_column_int64(statement, 8)};
        more = callback(context, &source);
    }
    store_done(statement);
    return true;
}

bool store_source_add_items(struct store *store, const char *name, int64_t items, int64_t now, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO source(name, next_fetch, last_fetch, last_success, failures, fetches, items, text,"
                        " last_item) VALUES(?1, 0, 0, 0, 0, 0, ?2, '', ?3)"
                        " ON CONFLICT(name) DO UPDATE SET items=items+?2, last_item=?3",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, name);
    sqlite3_bind_int64(statement, 2, items);
    sqlite3_bind_int64(statement, 3, now);
    return store_run(store, statement, error, "count the items of a source");
}

bool store_source_put(struct store *store, const struct source_row *row, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO source(name, next_fetch, last_fetch, last_success, failures, fetches, items, text,"
                        " last_item) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                        " ON CONFLICT(name) DO UPDATE SET next_fetch=?2, last_fetch=?3, last_success=?4, failures=?5,"
                        " fetches=?6, text=?8",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, row->name);
    sqlite3_bind_int64(statement, 2, row->next_fetch);
    sqlite3_bind_int64(statement, 3, row->last_fetch);
    sqlite3_bind_int64(statement, 4, row->last_success);
    sqlite3_bind_int64(statement, 5, row->failures);
    sqlite3_bind_int64(statement, 6, row->fetches);
    sqlite3_bind_int64(statement, 7, row->items);
    store_bind_text(statement, 8, row->text ? row->text : "");
    sqlite3_bind_int64(statement, 9, row->last_item);
    return store_run(store, statement, error, "note the state of a source");
}
