#include "core/store/progress.h"

#include "core/store/store.h"

const char store_progress_schema[] = "CREATE TABLE cursor("
                                     " processor TEXT PRIMARY KEY,"
                                     " sequence INTEGER NOT NULL) WITHOUT ROWID;"
                                     "CREATE TABLE pending("
                                     " processor TEXT NOT NULL,"
                                     " sequence INTEGER NOT NULL,"
                                     " due INTEGER NOT NULL,"
                                     " attempts INTEGER NOT NULL,"
                                     " first INTEGER NOT NULL,"
                                     " deaths INTEGER NOT NULL,"
                                     " alone INTEGER NOT NULL,"
                                     " text TEXT NOT NULL,"
                                     " PRIMARY KEY(processor, sequence)) WITHOUT ROWID;";

/* ---- cursors ---- */

bool store_cursor(struct store *store, const char *processor, int64_t *sequence, bool *found, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM cursor WHERE processor=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    if (!store_step(store, statement, found, error, "read a cursor"))
        return false;
    *sequence = *found ? sqlite3_column_int64(statement, 0) : 0;
    store_done(statement);
    return true;
}

bool store_cursor_put(struct store *store, const char *processor, int64_t sequence, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "INSERT OR REPLACE INTO cursor(processor, sequence) VALUES(?1, ?2)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    sqlite3_bind_int64(statement, 2, sequence);
    return store_run(store, statement, error, "move a cursor");
}

bool store_cursor_delete(struct store *store, const char *processor, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM cursor WHERE processor=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    return store_run(store, statement, error, "forget a cursor");
}

/* ---- pending ---- */

bool store_pending_put(struct store *store, const char *processor, const struct pending_row *row, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR REPLACE INTO pending(processor, sequence, due, attempts, first, deaths, alone, text)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    sqlite3_bind_int64(statement, 2, row->sequence);
    sqlite3_bind_int64(statement, 3, row->due);
    sqlite3_bind_int64(statement, 4, row->attempts);
    sqlite3_bind_int64(statement, 5, row->first);
    sqlite3_bind_int64(statement, 6, row->deaths);
    sqlite3_bind_int(statement, 7, row->alone);
    store_bind_text(statement, 8, row->text ? row->text : "");
    return store_run(store, statement, error, "note what is still to be done");
}

bool store_pending_delete(struct store *store, const char *processor, int64_t sequence, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM pending WHERE processor=?1 AND sequence=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    sqlite3_bind_int64(statement, 2, sequence);
    return store_run(store, statement, error, "note what is done");
}

bool store_pending_death(struct store *store, const char *processor, int64_t sequence, int deaths, int64_t now,
                         struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO pending(processor, sequence, due, attempts, first, deaths, alone, text)"
                        " VALUES(?1, ?2, ?3, 0, ?3, ?4, 1, '')"
                        " ON CONFLICT(processor, sequence) DO UPDATE SET deaths=deaths+?4, alone=1, due=min(due, ?3)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    sqlite3_bind_int64(statement, 2, sequence);
    sqlite3_bind_int64(statement, 3, now);
    sqlite3_bind_int(statement, 4, deaths);
    return store_run(store, statement, error, "count a death");
}

bool store_pending_each(struct store *store, const char *processor, store_pending_callback *callback, void *context,
                        struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT processor, sequence, due, attempts, first, deaths, alone, text FROM pending"
                        " WHERE ?1 IS NULL OR processor=?1 ORDER BY processor, sequence",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    while (more) {
        if (!store_step(store, statement, &row, error, "read what is still to be done"))
            return false;
        if (!row)
            return true;
        struct pending_row pending = {.sequence = sqlite3_column_int64(statement, 1),
                                      .due = sqlite3_column_int64(statement, 2),
                                      .attempts = sqlite3_column_int64(statement, 3),
                                      .first = sqlite3_column_int64(statement, 4),
                                      .deaths = sqlite3_column_int64(statement, 5),
                                      .alone = sqlite3_column_int(statement, 6) != 0,
                                      .text = store_column_text(statement, 7)};
        more = callback(context, store_column_text(statement, 0), &pending);
    }
    store_done(statement);
    return true;
}

bool store_progress(struct store *store, const char *processor, int64_t *finished, struct error *error)
{
    bool row, found;
    if (!store_cursor(store, processor, finished, &found, error))
        return false;
    sqlite3_stmt *statement = store_statement(store, "SELECT min(sequence) FROM pending WHERE processor=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, processor);
    if (!store_step(store, statement, &row, error, "read what is still to be done"))
        return false;
    if (row && sqlite3_column_type(statement, 0) != SQLITE_NULL && sqlite3_column_int64(statement, 0) <= *finished)
        *finished = sqlite3_column_int64(statement, 0) - 1;
    store_done(statement);
    return true;
}
