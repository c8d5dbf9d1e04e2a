#include "core/store/kv.h"

#include "core/store/store.h"

#include <string.h>

const char store_kv_schema[] = "CREATE TABLE kv("
                               " instance TEXT NOT NULL,"
                               " key BLOB NOT NULL,"
                               " value BLOB NOT NULL,"
                               " PRIMARY KEY(instance, key)) WITHOUT ROWID;";

static sqlite3_stmt *bound(struct store *store, const char *sql, const char *instance, const char *key, size_t key_size,
                           struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return NULL;
    store_bind_text(statement, 1, instance);
    sqlite3_bind_blob64(statement, 2, key_size ? key : "", key_size, SQLITE_STATIC);
    return statement;
}

bool store_kv_get(struct store *store, const char *instance, const char *key, size_t key_size, struct buffer *value,
                  bool *found, struct error *error)
{
    sqlite3_stmt *statement =
        bound(store, "SELECT value FROM kv WHERE instance=?1 AND key=?2", instance, key, key_size, error);
    if (!statement || !store_step(store, statement, found, error, "read plugin state"))
        return false;
    if (*found)
        buffer_append(value, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
    store_done(statement);
    return !value->failed || error_set(error, ERROR_MEMORY, "no memory to read the state of %s", instance);
}

bool store_kv_next(struct store *store, const char *instance, const char *prefix, size_t prefix_size, const char *after,
                   size_t after_size, struct buffer *key, bool *found, struct error *error)
{
    size_t size = prefix_size < after_size ? prefix_size : after_size;
    int order = after && size > 0 ? memcmp(after, prefix, size) : 0;
    /* One bound, so that the key is sought and not looked for. */
    bool is_behind = after && (order > 0 || (order == 0 && after_size >= prefix_size));
    sqlite3_stmt *statement =
        bound(store,
              is_behind ? "SELECT key FROM kv WHERE instance=?1 AND key>?2 ORDER BY key LIMIT 1"
                        : "SELECT key FROM kv WHERE instance=?1 AND key>=?2 ORDER BY key LIMIT 1",
              instance, is_behind ? after : prefix, is_behind ? after_size : prefix_size, error);
    if (!statement || !store_step(store, statement, found, error, "list plugin state"))
        return false;
    if (!*found)
        return true;
    const char *bytes = sqlite3_column_blob(statement, 0);
    size_t got = (size_t)sqlite3_column_bytes(statement, 0);
    *found = got >= prefix_size && (prefix_size == 0 || memcmp(bytes, prefix, prefix_size) == 0);
    if (*found)
        buffer_append(key, bytes, got);
    store_done(statement);
    return !key->failed || error_set(error, ERROR_MEMORY, "no memory to list the state of %s", instance);
}

bool store_kv_put(struct store *store, const char *instance, const char *key, size_t key_size, const char *value,
                  size_t value_size, struct error *error)
{
    const char *sql = value ? "INSERT OR REPLACE INTO kv(instance, key, value) VALUES(?1, ?2, ?3)"
                            : "DELETE FROM kv WHERE instance=?1 AND key=?2";
    sqlite3_stmt *statement = bound(store, sql, instance, key, key_size, error);
    if (!statement)
        return false;
    if (value)
        sqlite3_bind_blob64(statement, 3, value, value_size, SQLITE_STATIC);
    return store_run(store, statement, error, "write plugin state");
}
