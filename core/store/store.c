#include "core/store/store.h"

#include "core/base/clock.h"
#include "core/store/schema.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    STATEMENTS_MAX = 512,    /* a power of two; far more texts than core/store has */
    LATELY = 256,            /* a power of two */
    BUSY_TIMEOUT_MS = 10000, /* a reader's checkpoint or another tool may hold the file for a moment */
    WRITER_CACHE_KIB = 16 * 1024,
    READER_CACHE_KIB = 2 * 1024,
    /* Pages in the WAL before a commit copies them to the file: fewer, larger copies cost less than SQLite's 1,000. */
    CHECKPOINT_PAGES = 4000
};

struct store {
    sqlite3 *database;
    char *path;
    bool storage_failure;
    uint64_t rollbacks;
    int64_t read_limit_ms, read_until; /* of a read transaction; 0: there is none */
    bool is_snapshot;                  /* it must not be ended just now */
    size_t statement_count;
    sqlite3_stmt *statements[STATEMENTS_MAX]; /* open addressing by the text's hash */
    sqlite3_stmt *lately[LATELY];             /* by where the text lies, to be compared with it: most are constants */
};

/* ---- failures ---- */

static bool is_storage_code(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL:
        return true;
    default:
        return false;
    }
}

static unsigned long long free_kib(const struct store *store)
{
    struct statvfs disk;
    return statvfs(store->path, &disk) == 0 ? (unsigned long long)disk.f_bavail * disk.f_frsize / 1024 : 0;
}

static bool fail_full(const struct store *store, struct error *error, const char *what)
{
    return error_set(error, ERROR_STATE, "cannot %s: the disk that holds %s is full (%llu KiB free); free some space",
                     what, store->path, free_kib(store));
}

bool store_fail(struct store *store, struct error *error, const char *what)
{
    int code = sqlite3_extended_errcode(store->database);
    int system_error = sqlite3_system_errno(store->database);
    store->storage_failure = is_storage_code(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return fail_full(store, error, what);
    case SQLITE_READONLY:
        return error_set(error, ERROR_STATE,
                         "cannot %s: %s or its folder is read-only for this user; check its owner, mode and mount",
                         what, store->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, ERROR_STATE,
                         "cannot %s: another program holds a lock on %s; end it (`fuser %s` names it)", what,
                         store->path, store->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_set(error, ERROR_INPUT,
                         "cannot %s: %s is damaged or no store (%s); restore a backup, or save what is left with "
                         "`sqlite3 %s .recover`",
                         what, store->path, sqlite3_errmsg(store->database), store->path);
    case SQLITE_NOMEM:
        return error_set(error, ERROR_MEMORY, "cannot %s: no memory for the store %s", what, store->path);
    case SQLITE_CANTOPEN:
        return error_set(error, ERROR_SYSTEM, "cannot %s: cannot open %s: %s", what, store->path,
                         system_error ? strerror(system_error) : sqlite3_errmsg(store->database));
    case SQLITE_IOERR:
        if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG)
            return fail_full(store, error, what);
        /* SQLite does not always pass the reason on; it is seldom the device. */
        if (code == SQLITE_IOERR_WRITE && !system_error)
            return error_set(error, ERROR_SYSTEM,
                             "cannot %s: writing beside %s failed: a limit on the size of files, a quota or the device "
                             "(%llu KiB free)",
                             what, store->path, free_kib(store));
        return error_set(error, ERROR_SYSTEM, "cannot %s: reading or writing %s failed: %s", what, store->path,
                         system_error ? strerror(system_error) : sqlite3_errmsg(store->database));
    default:
        return error_set(error, ERROR_STATE, "cannot %s: %s (%s)", what, sqlite3_errmsg(store->database), store->path);
    }
}

bool store_failed_on_storage(const struct store *store)
{
    return store->storage_failure;
}

void store_clear_failure(struct store *store)
{
    store->storage_failure = false;
}

/* ---- opening ---- */

static bool set_up_connection(struct store *store, enum store_mode mode, struct error *error)
{
    char pragmas[300];
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MS);
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_snprintf(sizeof pragmas, pragmas,
                     "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%d",
                     mode == STORE_WRITE ? WRITER_CACHE_KIB : READER_CACHE_KIB);
    if (!store_execute(store, pragmas, error))
        return false;
    if (mode == STORE_READ)
        return store_execute(store, "PRAGMA query_only=ON", error);
    sqlite3_snprintf(sizeof pragmas, pragmas,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                     "PRAGMA wal_autocheckpoint=%d",
                     CHECKPOINT_PAGES);
    return store_execute(store, pragmas, error);
}

static struct store *fail_open(struct store *store, struct error *error, const char *why)
{
    if (why)
        store_fail(store, error, why);
    store_close(store);
    return NULL;
}

/* Where nobody can write the folder and no WAL is there, as after a clean stop on a medium that is now read-only, nothing
 * can change under a reader either; and SQLite could not make the files that it shares with writers. */
static bool is_still(const char *path)
{
    char folder[4096], wal[4096];
    struct stat status;
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    bool is_known = snprintf(wal, sizeof wal, "%s-wal", path) < (int)sizeof wal;
    bool has_wal = !is_known || (stat(wal, &status) == 0 ? status.st_size > 0 : errno != ENOENT);
    return !has_wal && access(folder, W_OK) != 0 && (errno == EROFS || errno == EACCES);
}

/* The path as a part of an SQLite URI. */
static void append_uri_path(struct buffer *uri, const char *path)
{
    for (const char *c = path; *c; c++) {
        if (strchr("%?#", *c))
            buffer_printf(uri, "%%%02X", (unsigned)(unsigned char)*c);
        else
            buffer_append_char(uri, *c);
    }
}

static int open_file(struct store *store, enum store_mode mode)
{
    int flags = mode == STORE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    struct buffer uri = BUFFER_INIT;
    buffer_append_text(&uri, store->path[0] == '/' ? "file://" : "file:");
    append_uri_path(&uri, store->path);
    if (mode == STORE_READ && is_still(store->path))
        buffer_append_text(&uri, "?immutable=1");
    /* A connection belongs to one thread at a time, so SQLite's own mutexes would only cost. */
    int code = uri.failed ? SQLITE_NOMEM
                          : sqlite3_open_v2(uri.bytes, &store->database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                                            NULL);
    buffer_free(&uri);
    return code;
}

struct store *store_open(const char *path, enum store_mode mode, struct error *error)
{
    struct stat status;
    if (mode == STORE_READ && stat(path, &status) != 0 && errno == ENOENT) {
        error_set(error, ERROR_MISSING, "there is no store at %s yet; entented makes it when it first runs", path);
        return NULL;
    }
    struct store *store = calloc(1, sizeof *store);
    if (store)
        store->path = strdup(path);
    if (!store || !store->path) {
        free(store);
        error_set(error, ERROR_MEMORY, "no memory to open %s", path);
        return NULL;
    }
    if (open_file(store, mode) != SQLITE_OK) {
        if (!store->database) {
            error_set(error, ERROR_MEMORY, "no memory to open %s", path);
            return fail_open(store, error, NULL);
        }
        return fail_open(store, error, "open the store");
    }
    /* SQLite opens a file that it may not write as a read-only one, without a word. */
    if (mode == STORE_WRITE && sqlite3_db_readonly(store->database, "main") == 1) {
        error_set(error, ERROR_STATE,
                  "cannot open the store: %s is read-only for this user; check its owner, mode and mount", path);
        return fail_open(store, error, NULL);
    }
    if (!set_up_connection(store, mode, error) || !schema_prepare(store, mode, &schema_current, error))
        return fail_open(store, error, NULL);
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->database);
    free(store->path);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

sqlite3 *store_database(struct store *store)
{
    return store->database;
}

/* ---- statements ---- */

/* A statement that is being stepped keeps what it reads until its end. */
static void renew_read(struct store *store)
{
    if (store->read_until == 0 || store->is_snapshot || clock_monotonic() < store->read_until)
        return;
    sqlite3_exec(store->database, "COMMIT; BEGIN", NULL, NULL, NULL);
    store->read_until = clock_monotonic() + store->read_limit_ms;
}

bool store_read_begin(struct store *store, int64_t limit_ms, struct error *error)
{
    if (!store_execute(store, "BEGIN", error))
        return false;
    store->read_limit_ms = limit_ms;
    store->read_until = clock_monotonic() + limit_ms;
    return true;
}

void store_read_end(struct store *store)
{
    if (store->read_until && store_in_transaction(store))
        sqlite3_exec(store->database, "COMMIT", NULL, NULL, NULL);
    store->read_until = 0;
}

bool store_snapshot_begin(struct store *store, struct error *error)
{
    renew_read(store);
    if (store->read_until == 0 && !store_execute(store, "BEGIN", error))
        return false;
    store->is_snapshot = true;
    return true;
}

void store_snapshot_end(struct store *store)
{
    store->is_snapshot = false;
    if (store->read_until == 0)
        store_rollback(store);
}

static sqlite3_stmt *prepare(struct store *store, const char *sql, struct error *error)
{
    sqlite3_stmt *statement;
    if (store->statement_count >= STATEMENTS_MAX - 1) {
        error_set(error, ERROR_LIMIT, "more than %d different statements on one store", STATEMENTS_MAX - 1);
        return NULL;
    }
    if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK) {
        store->statement_count++;
        return statement;
    }
    store_fail(store, error, "use the store");
    return NULL;
}

static bool is_of(sqlite3_stmt *statement, const char *sql)
{
    return strcmp(sqlite3_sql(statement), sql) == 0;
}

static sqlite3_stmt **find_slot(struct store *store, const char *sql)
{
    size_t slot = (size_t)hash_bytes(sql, strlen(sql)) & (STATEMENTS_MAX - 1);
    while (store->statements[slot] && !is_of(store->statements[slot], sql))
        slot = (slot + 1) & (STATEMENTS_MAX - 1);
    return &store->statements[slot];
}

sqlite3_stmt *store_statement(struct store *store, const char *sql, struct error *error)
{
    renew_read(store);
    sqlite3_stmt **lately = &store->lately[((uintptr_t)sql >> 4) & (LATELY - 1)];
    if (!*lately || !is_of(*lately, sql)) {
        sqlite3_stmt **slot = find_slot(store, sql);
        if (!*slot && !(*slot = prepare(store, sql, error)))
            return NULL;
        *lately = *slot;
    }
    sqlite3_reset(*lately);
    sqlite3_clear_bindings(*lately);
    return *lately;
}

bool store_run(struct store *store, sqlite3_stmt *statement, struct error *error, const char *what)
{
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_DONE || code == SQLITE_ROW;
    if (!done)
        store_fail(store, error, what);
    sqlite3_reset(statement);
    return done;
}

bool store_step(struct store *store, sqlite3_stmt *statement, bool *row, struct error *error, const char *what)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (*row)
        return true;
    if (code != SQLITE_DONE)
        store_fail(store, error, what);
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

void store_done(sqlite3_stmt *statement)
{
    if (statement)
        sqlite3_reset(statement);
}

bool store_execute(struct store *store, const char *sql, struct error *error)
{
    return sqlite3_exec(store->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           store_fail(store, error, "use the store");
}

void store_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text)
        sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, index);
}

const char *store_column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

struct ent_record *store_column_record(struct store *store, sqlite3_stmt *statement, int column, struct error *error)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    struct ent_record *record = record_from_bytes(bytes, (size_t)sqlite3_column_bytes(statement, column), error);
    if (!record)
        error_prefix(error, "reading a record from %s", store->path);
    return record;
}

void store_bind_record(sqlite3_stmt *statement, int index, struct record_view record)
{
    sqlite3_bind_blob64(statement, index, record.bytes, record.size, SQLITE_STATIC);
}

bool store_count(struct store *store, const char *sql, int64_t *value, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement || !store_step(store, statement, &row, error, "count in the store"))
        return false;
    *value = row ? sqlite3_column_int64(statement, 0) : 0;
    store_done(statement);
    return true;
}

/* ---- transactions ---- */

static bool run_text(struct store *store, const char *sql, struct error *error, const char *what)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    return statement && store_run(store, statement, error, what);
}

bool store_begin(struct store *store, struct error *error)
{
    int is_moved = 0;
    /* What is written to a file that bears its name no more would be lost with it. */
    if (sqlite3_file_control(store->database, "main", SQLITE_FCNTL_HAS_MOVED, &is_moved) == SQLITE_OK && is_moved)
        return error_set(error, ERROR_STATE,
                         "the store's file was moved away or replaced while it was open; put it back where it was, or stop the daemon");
    return run_text(store, "BEGIN IMMEDIATE", error, "begin a transaction");
}

bool store_commit(struct store *store, struct error *error)
{
    return run_text(store, "COMMIT", error, "commit a transaction");
}

void store_rollback(struct store *store)
{
    store->rollbacks++;
    if (store_in_transaction(store))
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

uint64_t store_rollbacks(const struct store *store)
{
    return store->rollbacks;
}

bool store_in_transaction(const struct store *store)
{
    return sqlite3_get_autocommit(store->database) == 0;
}

/* One name serves all: SQLite takes the innermost of equal names. */
bool store_savepoint(struct store *store, struct error *error)
{
    return run_text(store, "SAVEPOINT unit", error, "begin a unit of work");
}

bool store_release(struct store *store, struct error *error)
{
    return run_text(store, "RELEASE unit", error, "end a unit of work");
}

bool store_rollback_to(struct store *store, struct error *error)
{
    store->rollbacks++;
    return run_text(store, "ROLLBACK TO unit", error, "undo a unit of work") && store_release(store, error);
}

/* ---- backup ---- */

bool store_backup(struct store *store, const char *path, struct error *error)
{
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_STATE, "cannot back up the store: %s exists already; move it away", path);
    sqlite3 *copy = NULL;
    bool ok = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK;
    if (ok) {
        sqlite3_backup *backup = sqlite3_backup_init(copy, "main", store->database, "main");
        ok = backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE;
        if (backup && sqlite3_backup_finish(backup) != SQLITE_OK)
            ok = false;
    }
    if (!ok)
        error_set(error, ERROR_SYSTEM, "cannot back up %s to %s: %s", store->path, path,
                  copy ? sqlite3_errmsg(copy) : "no memory");
    sqlite3_close(copy);
    if (!ok)
        unlink(path);
    return ok;
}
