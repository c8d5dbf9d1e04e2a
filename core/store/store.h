/* Store: the one SQLite file that holds everything durable, and how the rest of core/store talks to it.
 *
 * A struct store is one connection with its cached statements. There is one writing connection in a process, owned by
 * the writer (core/bus/writer.h); everybody else opens a reading one. A store belongs to one thread at a time. The
 * file is in WAL mode with synchronous=FULL, so a committed transaction outlives a power cut, and readers never block
 * the writer; a reader should keep no statement open for more than 100 ms, or the WAL cannot be checkpointed.
 *
 * Opening for writing makes or migrates the schema (core/store/schema.h). Functions that fail return false or NULL with
 * `error` filled with a text that a user can act on; store_fail makes it from SQLite's last error. */
#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <sqlite3.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

#define STORE_FILE_NAME "entente.db" /* within the state directory */

/* `path` is the file's. Reading wants a file that is there and of the current schema. */
struct store *store_open(const char *path, enum store_mode mode, struct error *error);
/* NULL does nothing. */
void store_close(struct store *store);

const char *store_path(const struct store *store);
sqlite3 *store_database(struct store *store);

/* ---- statements ---- */
/* The prepared statement for `sql`, reset and without bindings; owned by the store, prepared once. The same text must
 * not be asked for while a statement of that text is still being stepped. Reset it (store_done) when the last row was
 * read, so that it holds no lock. NULL with `error` filled. */
sqlite3_stmt *store_statement(struct store *store, const char *sql, struct error *error);
/* Steps a statement that returns no rows, and resets it. */
bool store_run(struct store *store, sqlite3_stmt *statement, struct error *error, const char *what);
/* Steps a statement that returns rows. *row is false after the last one; the statement is then reset. */
bool store_step(struct store *store, sqlite3_stmt *statement, bool *row, struct error *error, const char *what);
/* Ends a statement early. NULL does nothing. */
void store_done(sqlite3_stmt *statement);
/* Statements without bindings and rows, apart by semicolons. */
bool store_execute(struct store *store, const char *sql, struct error *error);
/* Binds a text that outlives the step; NULL binds null. */
void store_bind_text(sqlite3_stmt *statement, int index, const char *text);
/* A column's text, "" for null; lent until the next step. */
const char *store_column_text(sqlite3_stmt *statement, int column);
/* A column's record, verified; the caller releases it. NULL with `error` filled. */
struct ent_record *store_column_record(struct store *store, sqlite3_stmt *statement, int column, struct error *error);
/* Binds a record's bytes, which must outlive the step. */
void store_bind_record(sqlite3_stmt *statement, int index, struct record_view record);
/* The first column of the first row of a query without bindings, 0 where there is none. */
bool store_count(struct store *store, const char *sql, int64_t *value, struct error *error);

/* ---- transactions: the writing connection ---- */
bool store_begin(struct store *store, struct error *error);
bool store_commit(struct store *store, struct error *error);
/* Does nothing where no transaction is open, since SQLite ends one by itself on some failures. */
void store_rollback(struct store *store);
/* How often something was undone on this connection, whole or to a savepoint: who remembers what is in the store sees by it
 * that it may not be there any more. */
uint64_t store_rollbacks(const struct store *store);
bool store_in_transaction(const struct store *store);
/* Savepoints nest; store_release and store_rollback_to mean the innermost, which both end. */
bool store_savepoint(struct store *store, struct error *error);
bool store_release(struct store *store, struct error *error);
bool store_rollback_to(struct store *store, struct error *error);

/* ---- reading ---- */
/* What a reading connection is asked until store_read_end it is asked in one read transaction, since to begin one for each
 * statement costs as much as a small statement does. One that has lasted `limit_ms` is ended before the next statement,
 * and another begun: an old one keeps the writer's log from being used anew. */
bool store_read_begin(struct store *store, int64_t limit_ms, struct error *error);
void store_read_end(struct store *store);
/* What must be of one state, however long it takes; within store_read_begin or by itself. Does not nest. */
bool store_snapshot_begin(struct store *store, struct error *error);
void store_snapshot_end(struct store *store);

/* ---- failures ---- */
/* Fills `error` from the connection's last failure and returns false: "cannot WHAT: the disk is full …". */
bool store_fail(struct store *store, struct error *error, const char *what);
/* Was the last failure one of the disk or of memory, which another attempt may survive, and not of the data? Such a
 * failure spoils the whole transaction. */
bool store_failed_on_storage(const struct store *store);
/* Forgets it, before a step whose own failure shall be judged. */
void store_clear_failure(struct store *store);

/* A consistent copy of the store at `path`, which must not exist. */
bool store_backup(struct store *store, const char *path, struct error *error);

#endif
