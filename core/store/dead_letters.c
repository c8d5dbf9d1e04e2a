#include "core/store/dead_letters.h"

#include "core/store/store.h"

const char store_dead_letters_schema[] = "CREATE TABLE dead_letter("
                                         " id INTEGER PRIMARY KEY,"
                                         " instance TEXT NOT NULL,"
                                         " kind INTEGER NOT NULL,"
                                         " sequence INTEGER," /* null for outputs, which are all different */
                                         " record_id TEXT NOT NULL,"
                                         " at INTEGER NOT NULL,"
                                         " attempts INTEGER NOT NULL,"
                                         " text TEXT NOT NULL,"
                                         " record BLOB,"
                                         " UNIQUE(instance, kind, sequence));";

bool store_dead_letter_put(struct store *store, const struct dead_letter_row *row, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR REPLACE INTO dead_letter(instance, kind, sequence, record_id, at, attempts, text,"
                        " record) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, row->instance);
    sqlite3_bind_int(statement, 2, (int)row->kind);
    if (row->sequence)
        sqlite3_bind_int64(statement, 3, row->sequence);
    store_bind_text(statement, 4, row->record_id ? row->record_id : "");
    sqlite3_bind_int64(statement, 5, row->at);
    sqlite3_bind_int64(statement, 6, row->attempts);
    store_bind_text(statement, 7, row->text ? row->text : "");
    if (row->record.bytes)
        store_bind_record(statement, 8, row->record);
    return store_run(store, statement, error, "keep a dead letter");
}

bool store_dead_letter_delete(struct store *store, int64_t id, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM dead_letter WHERE id=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, id);
    if (!store_run(store, statement, error, "take away a dead letter"))
        return false;
    return sqlite3_changes(store_database(store)) > 0 ||
           error_set(error, ERROR_MISSING, "there is no dead letter %lld", (long long)id);
}

bool store_dead_letter_forget(struct store *store, enum dead_letter_kind kind, int64_t sequence, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM dead_letter WHERE kind=?1 AND sequence=?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int(statement, 1, (int)kind);
    sqlite3_bind_int64(statement, 2, sequence);
    return store_run(store, statement, error, "take back a dead letter");
}

bool store_dead_letters_each(struct store *store, int64_t after, size_t limit, store_dead_letter_callback *callback,
                             void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT id, instance, kind, sequence, record_id, at, attempts, text, record FROM dead_letter"
                        " WHERE id>?1 ORDER BY id LIMIT ?2",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit ? (int64_t)limit : -1);
    while (more) {
        if (!store_step(store, statement, &row, error, "read dead letters"))
            return false;
        if (!row)
            return true;
        struct ent_record *record = NULL;
        if (sqlite3_column_type(statement, 8) != SQLITE_NULL &&
            !(record = store_column_record(store, statement, 8, error)))
            break;
        struct dead_letter_row letter = {.id = sqlite3_column_int64(statement, 0),
                                         .instance = store_column_text(statement, 1),
                                         .kind = (enum dead_letter_kind)sqlite3_column_int(statement, 2),
                                         .sequence = sqlite3_column_int64(statement, 3),
                                         .record_id = store_column_text(statement, 4),
                                         .at = sqlite3_column_int64(statement, 5),
                                         .attempts = sqlite3_column_int64(statement, 6),
                                         .text = store_column_text(statement, 7)};
        if (record)
            letter.record = record->view;
        more = callback(context, &letter);
        record_release(record);
    }
    store_done(statement);
    return !more;
}

bool store_dead_letters_count(struct store *store, int64_t *count, struct error *error)
{
    return store_count(store, "SELECT count(*) FROM dead_letter", count, error);
}
