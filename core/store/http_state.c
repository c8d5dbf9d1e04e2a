#include "core/store/http_state.h"

#include "core/store/store.h"

const char store_http_state_schema[] = "CREATE TABLE http_state("
                                       " instance TEXT NOT NULL,"
                                       " url TEXT NOT NULL,"
                                       " etag TEXT,"
                                       " last_modified TEXT,"
                                       " moved_to TEXT,"
                                       " moved_since INTEGER,"
                                       " body_digest TEXT,"
                                       " PRIMARY KEY(instance, url)) WITHOUT ROWID;";

bool store_http_state_get(struct store *store, const char *instance, const char *url,
                          store_http_state_callback *callback, void *context, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT etag, last_modified, moved_to, moved_since, body_digest FROM http_state WHERE instance=?1 AND url=?2",
        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, instance);
    store_bind_text(statement, 2, url);
    if (!store_step(store, statement, &row, error, "read what is known of an address"))
        return false;
    if (row) {
        struct http_state state = {.url = url,
                                   .etag = (const char *)sqlite3_column_text(statement, 0),
                                   .last_modified = (const char *)sqlite3_column_text(statement, 1),
                                   .moved_to = (const char *)sqlite3_column_text(statement, 2),
                                   .moved_since = sqlite3_column_int64(statement, 3),
                                   .body_digest = (const char *)sqlite3_column_text(statement, 4)};
        callback(context, &state);
    }
    store_done(statement);
    return true;
}

bool store_http_state_put(struct store *store, const char *instance, const struct http_state *state,
                          struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR REPLACE INTO http_state(instance, url, etag, last_modified, moved_to,"
                        " moved_since, body_digest) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, instance);
    store_bind_text(statement, 2, state->url);
    store_bind_text(statement, 3, state->etag);
    store_bind_text(statement, 4, state->last_modified);
    store_bind_text(statement, 5, state->moved_to);
    sqlite3_bind_int64(statement, 6, state->moved_since);
    store_bind_text(statement, 7, state->body_digest);
    return store_run(store, statement, error, "keep what is known of an address");
}
