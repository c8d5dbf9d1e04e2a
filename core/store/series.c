#include "core/store/series.h"

#include "core/store/store.h"

#include <stdio.h>
#include <string.h>

#define SERIES_TABLE                                                                                                   \
    "TABLE watch_series("                                                                                              \
    " watch TEXT NOT NULL,"                                                                                            \
    " day INTEGER NOT NULL,"                                                                                           \
    " event INTEGER NOT NULL,"                                                                                         \
    " source TEXT NOT NULL,"                                                                                           \
    " PRIMARY KEY(watch, day, event, source)) WITHOUT ROWID;"
#define STATE_TABLE                                                                                                    \
    "TABLE watch_series_state("                                                                                        \
    " watch TEXT PRIMARY KEY,"                                                                                         \
    " rule TEXT NOT NULL,"                                                                                             \
    " cursor INTEGER NOT NULL,"                                                                                        \
    " spike INTEGER,"                                                                                                  \
    " silence INTEGER) WITHOUT ROWID;"

const char store_series_schema[] =
    "CREATE " SERIES_TABLE "CREATE INDEX watch_series_event ON watch_series(watch, event);"
    "CREATE " STATE_TABLE;

bool store_series_lend(struct store *store, struct error *error)
{
    /* The connection was opened for reading only, so nothing but its own tables can be written all the same. */
    return store_execute(store,
                         "PRAGMA query_only=OFF; DROP TABLE IF EXISTS temp.watch_series;"
                         "DROP TABLE IF EXISTS temp.watch_series_state; CREATE TEMP " SERIES_TABLE
                         "CREATE INDEX temp.watch_series_event ON watch_series(watch, event); CREATE TEMP " STATE_TABLE,
                         error);
}

bool store_series_return(struct store *store, struct error *error)
{
    bool reads_only = sqlite3_db_readonly(store_database(store), "main") == 1;
    return store_execute(store, "DROP TABLE IF EXISTS temp.watch_series; DROP TABLE IF EXISTS temp.watch_series_state",
                         error) &&
           (!reads_only || store_execute(store, "PRAGMA query_only=ON", error));
}

/* ---- the state ---- */

static int64_t day_or_none(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? SERIES_NO_DAY
                                                                 : sqlite3_column_int64(statement, column);
}

bool store_series_state(struct store *store, const char *watch, struct series_state *state, struct error *error)
{
    bool row;
    *state = (struct series_state){.spike = SERIES_NO_DAY, .silence = SERIES_NO_DAY};
    sqlite3_stmt *statement =
        store_statement(store, "SELECT rule, cursor, spike, silence FROM watch_series_state WHERE watch=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    if (!store_step(store, statement, &row, error, "read the series of a watch"))
        return false;
    if (row) {
        snprintf(state->rule, sizeof state->rule, "%s", store_column_text(statement, 0));
        state->cursor = sqlite3_column_int64(statement, 1);
        state->spike = day_or_none(statement, 2);
        state->silence = day_or_none(statement, 3);
    }
    store_done(statement);
    return true;
}

static void bind_day(sqlite3_stmt *statement, int index, int64_t day)
{
    if (day != SERIES_NO_DAY)
        sqlite3_bind_int64(statement, index, day);
}

bool store_series_state_put(struct store *store, const char *watch, const struct series_state *state,
                            struct error *error)
{
    sqlite3_stmt *statement = store_statement(store,
                                              "INSERT OR REPLACE INTO watch_series_state(watch, rule, cursor, spike,"
                                              " silence) VALUES(?1, ?2, ?3, ?4, ?5)",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    store_bind_text(statement, 2, state->rule);
    sqlite3_bind_int64(statement, 3, state->cursor);
    bind_day(statement, 4, state->spike);
    bind_day(statement, 5, state->silence);
    return store_run(store, statement, error, "keep the series of a watch");
}

bool store_series_clear(struct store *store, const char *watch, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM watch_series WHERE watch=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    return store_run(store, statement, error, "clear the series of a watch");
}

/* ---- the events ---- */

bool store_series_remove(struct store *store, const char *watch, int64_t event, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM watch_series WHERE watch=?1 AND event=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    sqlite3_bind_int64(statement, 2, event);
    return store_run(store, statement, error, "take an event out of a series");
}

bool store_series_add(struct store *store, const char *watch, int64_t event, int64_t day, const char *source,
                      struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR IGNORE INTO watch_series(watch, day, event, source) VALUES(?1, ?2, ?3, ?4)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    sqlite3_bind_int64(statement, 2, day);
    sqlite3_bind_int64(statement, 3, event);
    store_bind_text(statement, 4, source);
    return store_run(store, statement, error, "count an event of a series");
}

bool store_series_each(struct store *store, const char *watch, int64_t from, int64_t to,
                       store_series_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT day, event, source FROM watch_series WHERE watch=?1 AND day>=?2"
                                              " AND day<=?3 ORDER BY day, event, source",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    sqlite3_bind_int64(statement, 2, from);
    sqlite3_bind_int64(statement, 3, to);
    while (more) {
        if (!store_step(store, statement, &row, error, "read a series"))
            return false;
        if (!row)
            return true;
        struct series_row read = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                                  store_column_text(statement, 2)};
        more = callback(context, &read);
    }
    store_done(statement);
    return true;
}

static bool find_day(struct store *store, const char *sql, const char *watch, int64_t day, int64_t *found,
                     struct error *error)
{
    bool row;
    *found = SERIES_NO_DAY;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    sqlite3_bind_int64(statement, 2, day);
    if (!store_step(store, statement, &row, error, "read a series"))
        return false;
    if (row)
        *found = day_or_none(statement, 0);
    store_done(statement);
    return true;
}

bool store_series_last(struct store *store, const char *watch, int64_t day, int64_t *last, struct error *error)
{
    return find_day(store, "SELECT max(day) FROM watch_series WHERE watch=?1 AND day<=?2", watch, day, last, error);
}

bool store_series_next(struct store *store, const char *watch, int64_t day, int64_t *next, struct error *error)
{
    return find_day(store, "SELECT min(day) FROM watch_series WHERE watch=?1 AND day>?2", watch, day, next, error);
}

bool store_item_source(struct store *store, const char *item, char *source, size_t size, struct error *error)
{
    bool row;
    source[0] = '\0';
    sqlite3_stmt *statement =
        store_statement(store, "SELECT source FROM item WHERE id=?1 ORDER BY version LIMIT 1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    if (!store_step(store, statement, &row, error, "look up the source of an item"))
        return false;
    if (row)
        snprintf(source, size, "%s", store_column_text(statement, 0));
    store_done(statement);
    return true;
}

static bool read_fetched(struct store *store, const char *sql, const char *item, int64_t *fetched, struct error *error)
{
    bool row;
    *fetched = 0;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    if (!store_step(store, statement, &row, error, "look up when an item was fetched"))
        return false;
    if (row)
        *fetched = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool store_item_fetched(struct store *store, const char *item, int64_t *fetched, struct error *error)
{
    return read_fetched(store, "SELECT fetched FROM item WHERE id=?1 ORDER BY version DESC LIMIT 1", item, fetched,
                        error);
}

bool store_item_first_fetched(struct store *store, const char *item, int64_t *fetched, struct error *error)
{
    return read_fetched(store, "SELECT fetched FROM item WHERE id=?1 ORDER BY version LIMIT 1", item, fetched, error);
}
