#include "core/store/tokens.h"

#include "core/store/store.h"
#include "lib/base/access_token.h"

#include <string.h>

const char store_tokens_schema[] = "CREATE TABLE access_token("
                                   " sequence INTEGER PRIMARY KEY,"
                                   " id TEXT NOT NULL UNIQUE,"
                                   " kind TEXT NOT NULL,"
                                   " name TEXT NOT NULL,"
                                   " role TEXT NOT NULL,"
                                   " digest TEXT NOT NULL,"
                                   " parent TEXT NOT NULL,"
                                   " created INTEGER NOT NULL,"
                                   " expires INTEGER NOT NULL);"
                                   "CREATE UNIQUE INDEX access_token_name ON access_token(name) WHERE kind='token';"
                                   "CREATE INDEX access_token_parent ON access_token(parent) WHERE parent<>''";

#define TOKEN_COLUMNS "SELECT id, kind, name, role, digest, parent, created, expires FROM access_token "

static bool is_there(struct store *store, const char *sql, const char *text, bool *there, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, text);
    if (!store_step(store, statement, there, error, "look up a token"))
        return false;
    store_done(statement);
    return true;
}

static bool may_put(struct store *store, const struct token_row *row, struct error *error)
{
    bool has_id, has_name = false;
    int64_t count;
    if (!store_count(store, "SELECT count(*) FROM access_token", &count, error))
        return false;
    if (count >= TOKENS_MAX)
        return error_set(error, ERROR_LIMIT, "there are %d tokens and sessions, the most that there may be; revoke some",
                         TOKENS_MAX);
    if (!is_there(store, "SELECT 1 FROM access_token WHERE id=?1", row->id, &has_id, error) ||
        (strcmp(row->kind, "token") == 0 &&
         !is_there(store, "SELECT 1 FROM access_token WHERE kind='token' AND name=?1", row->name, &has_name, error)))
        return false;
    if (has_name)
        return error_set(error, ERROR_STATE, "there is a token named '%.60s'; choose another name, or revoke that one",
                         row->name);
    return !has_id || error_set(error, ERROR_STATE, "there is a token with the id %s", row->id);
}

static bool remove_expired(struct store *store, int64_t now, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM access_token WHERE expires<>0 AND expires<=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, now);
    return store_run(store, statement, error, "remove expired tokens");
}

bool store_token_put(struct store *store, const struct token_row *row, int64_t now, struct error *error)
{
    if (!remove_expired(store, now, error) || !may_put(store, row, error))
        return false;
    sqlite3_stmt *statement = store_statement(store,
                                              "INSERT INTO access_token(id, kind, name, role, digest, parent, created,"
                                              " expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                              error);
    if (!statement)
        return false;
    const char *const texts[] = {row->id, row->kind, row->name, row->role, row->digest, row->parent};
    for (int i = 0; i < 6; i++)
        store_bind_text(statement, i + 1, texts[i]);
    sqlite3_bind_int64(statement, 7, row->created);
    sqlite3_bind_int64(statement, 8, row->expires);
    return store_run(store, statement, error, "store a token");
}

bool store_token_revoke(struct store *store, const char *id_or_name, struct error *error)
{
    static const char *const sqls[] = {
        "DELETE FROM access_token WHERE parent<>'' AND parent IN (SELECT id FROM access_token"
        " WHERE id=?1 OR (kind='token' AND name=?1))",
        "DELETE FROM access_token WHERE id=?1 OR (kind='token' AND name=?1)"};
    for (int i = 0; i < 2; i++) {
        sqlite3_stmt *statement = store_statement(store, sqls[i], error);
        if (!statement)
            return false;
        store_bind_text(statement, 1, id_or_name);
        if (!store_run(store, statement, error, "revoke a token"))
            return false;
    }
    return sqlite3_changes(store_database(store)) > 0 ||
           error_set(error, ERROR_MISSING, "there is no token '%.60s'; `entente token list` shows those there are",
                     id_or_name);
}

static struct token_row row_of(sqlite3_stmt *statement)
{
    return (struct token_row){.id = store_column_text(statement, 0),
                              .kind = store_column_text(statement, 1),
                              .name = store_column_text(statement, 2),
                              .role = store_column_text(statement, 3),
                              .digest = store_column_text(statement, 4),
                              .parent = store_column_text(statement, 5),
                              .created = sqlite3_column_int64(statement, 6),
                              .expires = sqlite3_column_int64(statement, 7)};
}

bool store_tokens_each(struct store *store, store_token_callback *callback, void *context, struct error *error)
{
    bool more = true;
    sqlite3_stmt *statement = store_statement(store, TOKEN_COLUMNS "ORDER BY sequence", error);
    if (!statement)
        return false;
    while (more) {
        bool row;
        if (!store_step(store, statement, &row, error, "list tokens"))
            return false;
        if (!row)
            return true;
        struct token_row token = row_of(statement);
        more = callback(context, &token);
    }
    store_done(statement);
    return true;
}

bool store_token_check(struct store *store, const char *id, const char *digest, int64_t now,
                       store_token_callback *callback, void *context, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, TOKEN_COLUMNS "WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up a token"))
        return false;
    bool is_good = false;
    if (row) {
        struct token_row token = row_of(statement);
        is_good = access_token_digests_equal(token.digest, digest) && (token.expires == 0 || token.expires > now);
        if (is_good)
            callback(context, &token);
        store_done(statement);
    }
    return is_good || error_set(error, ERROR_MISSING, "the token is not valid, or no longer");
}
