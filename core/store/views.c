#include "core/store/views.h"

#include "core/store/store.h"

const char store_views_schema[] = "CREATE TABLE saved_view("
                                  " owner TEXT NOT NULL,"
                                  " name TEXT NOT NULL,"
                                  " query TEXT NOT NULL,"
                                  " made INTEGER NOT NULL,"
                                  " PRIMARY KEY(owner, name)) WITHOUT ROWID;";

static bool count_others(struct store *store, const struct view_row *row, int64_t *count, struct error *error)
{
    bool found;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT count(*) FROM saved_view WHERE owner=?1 AND name<>?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, row->owner);
    store_bind_text(statement, 2, row->name);
    if (!store_step(store, statement, &found, error, "count saved views"))
        return false;
    *count = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool store_view_put(struct store *store, const struct view_row *row, struct error *error)
{
    int64_t others;
    if (!count_others(store, row, &others, error))
        return false;
    if (others >= STORE_VIEWS_MAX)
        return error_set(error, ERROR_LIMIT, "there are %d saved views already; forget one that is not needed any more",
                         STORE_VIEWS_MAX);
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR REPLACE INTO saved_view(owner, name, query, made) VALUES(?1, ?2, ?3, ?4)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, row->owner);
    store_bind_text(statement, 2, row->name);
    store_bind_text(statement, 3, row->query);
    sqlite3_bind_int64(statement, 4, row->made);
    return store_run(store, statement, error, "save a view");
}

bool store_view_remove(struct store *store, const char *owner, const char *name, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM saved_view WHERE owner=?1 AND name=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, owner);
    store_bind_text(statement, 2, name);
    if (!store_run(store, statement, error, "forget a view"))
        return false;
    return sqlite3_changes(store_database(store)) > 0 ||
           error_set(error, ERROR_MISSING, "there is no saved view '%.60s'", name);
}

bool store_views_each(struct store *store, const char *owner, store_view_callback *callback, void *context,
                      struct error *error)
{
    bool more = true;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT owner, name, query, made FROM saved_view WHERE owner=?1 ORDER BY name", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, owner);
    while (more) {
        bool found;
        if (!store_step(store, statement, &found, error, "list saved views"))
            return false;
        if (!found)
            return true;
        struct view_row row = {store_column_text(statement, 0), store_column_text(statement, 1),
                               store_column_text(statement, 2), sqlite3_column_int64(statement, 3)};
        more = callback(context, &row);
    }
    store_done(statement);
    return true;
}
