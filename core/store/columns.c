#include "core/store/columns.h"

#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

#define STALE_TABLE "CREATE TABLE event_stale(event INTEGER PRIMARY KEY, folded INTEGER NOT NULL DEFAULT 0);"

#define STAMP_TABLE "CREATE TABLE column_stamp(block INTEGER PRIMARY KEY, stamp INTEGER NOT NULL);"

/* Rows of one block are neighbours in both tables, so that taking in new events writes few pages. */
#define COLUMN_TABLES                                                                                                  \
    "CREATE TABLE column_value("                                                                                       \
    " family INTEGER NOT NULL,"                                                                                        \
    " id INTEGER NOT NULL,"                                                                                            \
    " text TEXT NOT NULL,"                                                                                             \
    " PRIMARY KEY(family, id)) WITHOUT ROWID;"                                                                         \
    "CREATE UNIQUE INDEX column_value_text ON column_value(family, text);"                                             \
    "CREATE TABLE column_block(id INTEGER PRIMARY KEY, data BLOB NOT NULL);"                                           \
    "CREATE TABLE text_bit(id INTEGER PRIMARY KEY, bits BLOB NOT NULL);" STALE_TABLE

const char store_columns_schema[] = COLUMN_TABLES STAMP_TABLE;
const char store_columns_migration[] = COLUMN_TABLES "INSERT INTO event_stale(event) SELECT sequence FROM event;";

/* Replaced, not ignored: of what was stale before, no block shows anything any more. */
#define COLUMNS_ANEW                                                                                                   \
    "DELETE FROM column_block; DELETE FROM text_bit; DELETE FROM column_value;"                                        \
    "INSERT OR REPLACE INTO event_stale(event) SELECT sequence FROM event;"

const char store_columns_anew[] = COLUMNS_ANEW;
const char store_columns_shown[] = "DROP TABLE event_stale;" STALE_TABLE COLUMNS_ANEW;

/* Drawn, not counted: a copy of the file that went its own way does not bear the same stamps for other blocks. */
#define DRAWN_STAMP "random() | 1" /* never 0 */
/* 64: COLUMN_FAMILIES_MAX */
const char store_columns_stamped[] =
    STAMP_TABLE "INSERT INTO column_stamp(block, stamp) SELECT block, " DRAWN_STAMP
                " FROM (SELECT DISTINCT id/64 AS block FROM column_block);";

bool store_columns_reset(struct store *store, struct error *error)
{
    return store_execute(store, "DELETE FROM column_stamp;" COLUMNS_ANEW, error);
}

/* ---- values ---- */

static bool next_value(struct store *store, int family, int64_t *id, struct error *error)
{
    bool row;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT ifnull(max(id), -1) + 1 FROM column_value WHERE family=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int(statement, 1, family);
    if (!store_step(store, statement, &row, error, "number a value"))
        return false;
    *id = row ? sqlite3_column_int64(statement, 0) : 0;
    store_done(statement);
    return *id < UINT32_MAX || error_set(error, ERROR_LIMIT, "a column of events has too many values");
}

bool store_column_value_put(struct store *store, int family, const char *text, uint32_t *id, struct error *error)
{
    bool row;
    int64_t number;
    sqlite3_stmt *statement = store_statement(store, "SELECT id FROM column_value WHERE family=?1 AND text=?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int(statement, 1, family);
    store_bind_text(statement, 2, text);
    if (!store_step(store, statement, &row, error, "look up a value"))
        return false;
    if (row) {
        *id = (uint32_t)sqlite3_column_int64(statement, 0);
        store_done(statement);
        return true;
    }
    if (!next_value(store, family, &number, error))
        return false;
    statement = store_statement(store, "INSERT INTO column_value(family, id, text) VALUES(?1, ?2, ?3)", error);
    if (!statement)
        return false;
    sqlite3_bind_int(statement, 1, family);
    sqlite3_bind_int64(statement, 2, number);
    store_bind_text(statement, 3, text);
    *id = (uint32_t)number;
    return store_run(store, statement, error, "number a value");
}

bool store_column_values(struct store *store, int family, uint32_t from, store_column_value_callback *callback,
                         void *context, struct error *error)
{
    bool row;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT id, text FROM column_value WHERE family=?1 AND id>=?2 ORDER BY id", error);
    if (!statement)
        return false;
    sqlite3_bind_int(statement, 1, family);
    sqlite3_bind_int64(statement, 2, from);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read the values of a column"))
            return false;
        if (!row)
            return true;
        if (!callback(context, (uint32_t)sqlite3_column_int64(statement, 0), store_column_text(statement, 1))) {
            store_done(statement);
            return true;
        }
    }
}

/* ---- blocks ---- */

bool store_column_read(struct store *store, int64_t block, int family, void **data, size_t *size, struct error *error)
{
    bool row;
    *data = NULL;
    *size = 0;
    sqlite3_stmt *statement = store_statement(store, "SELECT data FROM column_block WHERE id=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * COLUMN_FAMILIES_MAX + family);
    if (!store_step(store, statement, &row, error, "read a column of events"))
        return false;
    if (!row)
        return true;
    const void *bytes = sqlite3_column_blob(statement, 0);
    *size = (size_t)sqlite3_column_bytes(statement, 0);
    *data = malloc(*size + 1);
    if (*data && *size)
        memcpy(*data, bytes, *size);
    store_done(statement);
    return *data || error_set(error, ERROR_MEMORY, "out of memory for a column of events");
}

static bool put_bytes(struct store *store, const char *sql, int64_t id, const void *bytes, size_t size,
                      struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_blob64(statement, 2, size ? bytes : "", size, SQLITE_STATIC);
    return store_run(store, statement, error, "write a column of events");
}

bool store_column_write(struct store *store, int64_t block, int family, const void *data, size_t size,
                        struct error *error)
{
    return put_bytes(store, "INSERT OR REPLACE INTO column_block(id, data) VALUES(?1, ?2)",
                     block * COLUMN_FAMILIES_MAX + family, data, size, error);
}

bool store_text_bit_read(struct store *store, int64_t block, unsigned bit, unsigned char bits[TEXT_BIT_BYTES],
                         bool *found, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT bits FROM text_bit WHERE id=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * TEXT_BITS + bit);
    if (!store_step(store, statement, found, error, "read the texts' signatures"))
        return false;
    if (!*found)
        return true;
    bool fits = sqlite3_column_bytes(statement, 0) == TEXT_BIT_BYTES;
    if (fits)
        memcpy(bits, sqlite3_column_blob(statement, 0), TEXT_BIT_BYTES);
    store_done(statement);
    return fits || error_set(error, ERROR_STATE, "%s is damaged: a row of the texts' signatures has another size",
                             store_path(store));
}

bool store_text_bit_write(struct store *store, int64_t block, unsigned bit, const unsigned char bits[TEXT_BIT_BYTES],
                          struct error *error)
{
    return put_bytes(store, "INSERT OR REPLACE INTO text_bit(id, bits) VALUES(?1, ?2)", block * TEXT_BITS + bit, bits,
                     TEXT_BIT_BYTES, error);
}

bool store_columns_each(struct store *store, int64_t block, bool of_texts, store_column_piece_callback *callback,
                        void *context, struct error *error)
{
    bool row;
    int64_t per_block = of_texts ? TEXT_BITS : COLUMN_FAMILIES_MAX;
    sqlite3_stmt *statement =
        store_statement(store,
                        of_texts ? "SELECT id-?1, bits FROM text_bit WHERE id>=?1 AND id<?2 ORDER BY id"
                                 : "SELECT id-?1, data FROM column_block WHERE id>=?1 AND id<?2 ORDER BY id",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * per_block);
    sqlite3_bind_int64(statement, 2, (block + 1) * per_block);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read all columns of events"))
            return false;
        if (!row)
            return true;
        const void *bytes = sqlite3_column_blob(statement, 1); /* to ask for them is what reads them */
        if (!callback(context, (unsigned)sqlite3_column_int(statement, 0), bytes, (size_t)sqlite3_column_bytes(statement, 1))) {
            store_done(statement);
            return false;
        }
    }
}

static bool add_size(void *context, unsigned number, const void *bytes, size_t size)
{
    (void)number;
    (void)bytes;
    *(int64_t *)context += (int64_t)size;
    return true;
}

bool store_columns_touch(struct store *store, int64_t block, bool of_texts, int64_t *bytes, struct error *error)
{
    return store_columns_each(store, block, of_texts, add_size, bytes, error);
}

/* ---- stamps ---- */

bool store_column_stamp_renew(struct store *store, int64_t block, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR REPLACE INTO column_stamp(block, stamp) VALUES(?1, " DRAWN_STAMP ")", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block);
    return store_run(store, statement, error, "stamp a block of events");
}

bool store_column_stamps(struct store *store, int64_t first, size_t count, int64_t *stamps, struct error *error)
{
    bool row;
    memset(stamps, 0, count * sizeof *stamps);
    sqlite3_stmt *statement = store_statement(
        store, "SELECT block-?1, stamp FROM column_stamp WHERE block>=?1 AND block<?2 ORDER BY block", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, first);
    sqlite3_bind_int64(statement, 2, first + (int64_t)count);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read the stamps of blocks of events"))
            return false;
        if (!row)
            return true;
        stamps[sqlite3_column_int64(statement, 0)] = sqlite3_column_int64(statement, 1);
    }
}

bool store_column_stamp(struct store *store, int64_t block, int64_t *stamp, struct error *error)
{
    return store_column_stamps(store, block, 1, stamp, error);
}

/* ---- stale events ---- */

bool store_stale_note(struct store *store, int64_t event, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT OR IGNORE INTO event_stale(event, folded) VALUES(?1,"
                        " ifnull((SELECT last_revision FROM event WHERE sequence=?1 AND state=0), 0))",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, event);
    return store_run(store, statement, error, "note that an event has changed");
}

bool store_stale_read(struct store *store, int64_t block, uint16_t places[COLUMN_BLOCK_EVENTS], size_t *count,
                      struct error *error)
{
    bool row;
    *count = 0;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT event FROM event_stale WHERE event>=?1 AND event<?2 ORDER BY event", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * COLUMN_BLOCK_EVENTS);
    sqlite3_bind_int64(statement, 2, (block + 1) * COLUMN_BLOCK_EVENTS);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read which events are stale"))
            return false;
        if (!row)
            return true;
        places[(*count)++] = (uint16_t)(sqlite3_column_int64(statement, 0) - block * COLUMN_BLOCK_EVENTS);
    }
}

bool store_stale_forget(struct store *store, int64_t block, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM event_stale WHERE event>=?1 AND event<?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * COLUMN_BLOCK_EVENTS);
    sqlite3_bind_int64(statement, 2, (block + 1) * COLUMN_BLOCK_EVENTS);
    return store_run(store, statement, error, "take events into their block");
}

bool store_stale_block(struct store *store, size_t enough, bool *found, int64_t *block, struct error *error)
{
    bool row;
    *found = false;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT event/?2 AS block, count(*) AS held, sum(count(*)) OVER () FROM"
                        " (SELECT event FROM event_stale LIMIT ?1) GROUP BY block ORDER BY held DESC, block LIMIT 1",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, 4 * (int64_t)enough);
    sqlite3_bind_int(statement, 2, COLUMN_BLOCK_EVENTS);
    if (!store_step(store, statement, &row, error, "look for stale events"))
        return false;
    if (!row)
        return true;
    *block = sqlite3_column_int64(statement, 0);
    *found = sqlite3_column_int64(statement, 2) >= (int64_t)enough;
    store_done(statement);
    return true;
}

bool store_event_last(struct store *store, int64_t *sequence, struct error *error)
{
    return store_count(store, "SELECT ifnull(max(sequence), 0) FROM event", sequence, error);
}
