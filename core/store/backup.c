#include "core/store/backup.h"

#include "core/store/backup_files.h"
#include "core/store/schema.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/base/calendar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP_PAGES = 2048, RESTARTS_MAX = 3, NAMES_MAX = 100 };

static bool sync_path(const char *path, bool is_folder, struct error *error)
{
    int descriptor = open(path, (is_folder ? O_DIRECTORY : 0) | O_RDONLY | O_CLOEXEC);
    bool ok = descriptor >= 0 && fsync(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    return ok || error_set_errno(error, reason, "cannot make %s durable", path);
}

static bool sync_folder_of(const char *path, struct error *error)
{
    char folder[BACKUP_PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    return sync_path(slash ? folder : ".", true, error);
}

/* ---- copying ---- */

static bool fail_copy(sqlite3 *copy, const char *path, struct error *error)
{
    int system_error = copy ? sqlite3_system_errno(copy) : 0;
    return error_set(error, ERROR_SYSTEM, "cannot write the backup %s: %s", path,
                     system_error ? strerror(system_error)
                     : copy       ? sqlite3_errmsg(copy)
                                  : "out of memory");
}

/* A store that is written to all the time makes each step begin anew. */
static int step_all(sqlite3_backup *backup, void (*tell)(void *context, int64_t done, int64_t all), void *context)
{
    int code, restarts = 0, left = 0;
    do {
        code = sqlite3_backup_step(backup, restarts < RESTARTS_MAX ? STEP_PAGES : -1);
        int now = sqlite3_backup_remaining(backup), all = sqlite3_backup_pagecount(backup);
        restarts += left && now >= left;
        left = now;
        if (tell)
            tell(context, all - now, all);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            sqlite3_sleep(50);
    } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    return code;
}

static bool copy_database(sqlite3 *from, const char *path, void (*tell)(void *context, int64_t done, int64_t all),
                          void *context, struct error *error)
{
    sqlite3 *copy = NULL;
    bool ok = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK;
    sqlite3_backup *backup = ok ? sqlite3_backup_init(copy, "main", from, "main") : NULL;
    ok = backup && step_all(backup, tell, context) == SQLITE_DONE;
    if (backup && sqlite3_backup_finish(backup) != SQLITE_OK)
        ok = false;
    if (!ok)
        fail_copy(copy, path, error);
    sqlite3_close(copy);
    return ok && sync_path(path, false, error);
}

/* What a copy gets or gives beside the store's own tables. */
typedef bool copy_callback(void *context, sqlite3 *copy, struct error *error);

static bool change_copy(const char *path, copy_callback *callback, void *context, struct error *error)
{
    sqlite3 *copy = NULL;
    bool ok =
        (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK || fail_copy(copy, path, error)) &&
        callback(context, copy, error);
    sqlite3_close(copy);
    return ok && sync_path(path, false, error);
}

struct taking {
    sqlite3 *from;
    int count;
};

static bool take_files(void *context, sqlite3 *copy, struct error *error)
{
    struct taking *taking = context;
    return backup_files_take(taking->from, copy, &taking->count, error);
}

bool store_backup_take(struct store *store, const char *path, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context, struct backup_taken *taken, struct error *error)
{
    char part[BACKUP_PATH_MAX];
    struct stat status;
    struct taking taking = {store_database(store), 0};
    int size = snprintf(part, sizeof part, "%s.part", path);
    if (size < 0 || (size_t)size >= sizeof part)
        return error_set(error, ERROR_INPUT, "the path of the backup is too long");
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_STATE, "%s exists already: name another file, a backup is never written over", path);
    int descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return error_set_errno(error, errno, "cannot write the backup %s", part);
    close(descriptor);
    bool ok = copy_database(taking.from, part, tell, context, error) && change_copy(part, take_files, &taking, error);
    if (ok && rename(part, path) != 0)
        ok = error_set_errno(error, errno, "cannot give the backup its name %s", path);
    ok = ok && sync_folder_of(path, error);
    if (!ok)
        unlink(part);
    if (ok && taken)
        *taken = (struct backup_taken){stat(path, &status) == 0 ? (int64_t)status.st_size : 0, taking.count};
    return ok;
}

/* ---- restoring ---- */

static bool read_number(sqlite3 *database, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW;
    *number = ok ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return ok;
}

static bool is_whole(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(database, "PRAGMA integrity_check(1)", -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return ok;
}

static bool check_backup(sqlite3 *database, const char *path, struct error *error)
{
    int64_t version, tables;
    if (!read_number(database, "PRAGMA user_version", &version) ||
        !read_number(database, "SELECT count(*) FROM sqlite_schema WHERE name IN ('item', 'event', 'event_revision')",
                     &tables))
        return error_set(error, ERROR_INPUT, "%s is no store of Entente: %s", path, sqlite3_errmsg(database));
    if (version < 1 || tables != 3)
        return error_set(error, ERROR_INPUT, "%s is no store of Entente", path);
    if (version > schema_current.version)
        return error_set(error, ERROR_STATE,
                         "%s was written by a newer Entente (schema %lld; this one knows up to %d): restore it with that "
                         "version",
                         path, (long long)version, schema_current.version);
    return is_whole(database) ||
           error_set(error, ERROR_INPUT, "%s is damaged: 'entente store check %s' says more", path, path);
}

/* Brings what is in the log into the file, so that the file is the whole store. */
static void empty_log(const char *path)
{
    sqlite3 *database = NULL;
    int64_t tables;
    /* SQLite looks for a log when it first reads. */
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        read_number(database, "SELECT count(*) FROM sqlite_schema", &tables))
        sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(database);
}

/* The log of a store that cannot be opened must not be taken for the new one's. */
static bool move_log(const char *path, const char *kept, struct error *error)
{
    static const char *const endings[] = {"-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char from[BACKUP_PATH_MAX], to[BACKUP_PATH_MAX];
        int size = snprintf(from, sizeof from, "%s%s", path, endings[i]), other = snprintf(to, sizeof to, "%s%s", kept, endings[i]);
        if (size >= (int)sizeof from || other >= (int)sizeof to)
            return error_set(error, ERROR_INPUT, "the path of the store is too long");
        if (rename(from, to) != 0 && errno != ENOENT)
            return error_set_errno(error, errno, "cannot move %s away", from);
    }
    return true;
}

static bool keep_old(const char *path, int64_t now, char kept[BACKUP_PATH_MAX], struct error *error)
{
    char time[CALENDAR_TEXT_SIZE];
    size_t length = 0;
    *kept = '\0';
    if (access(path, F_OK) != 0)
        return move_log(path, "/nonexistent/entente", error);
    /* Where it cannot be, the log is moved along. */
    empty_log(path);
    calendar_print(time, now);
    for (const char *c = time; *c && *c != '.'; c++)
        if (*c != ':' && *c != '-')
            time[length++] = *c;
    time[length] = '\0';
    /* A second name for the same file: at no moment is there no store. */
    for (int i = 1; i <= NAMES_MAX; i++) {
        char number[16] = "";
        if (i > 1)
            snprintf(number, sizeof number, ".%d", i);
        int size = snprintf(kept, BACKUP_PATH_MAX, "%s.before-restore-%s%s", path, time, number);
        if (size < 0 || size >= BACKUP_PATH_MAX - 8)
            return error_set(error, ERROR_INPUT, "the path of the store is too long");
        if (link(path, kept) == 0)
            break;
        if (errno != EEXIST || i == NAMES_MAX)
            return error_set_errno(error, errno, "cannot keep the present store as %s", kept);
    }
    return move_log(path, kept, error);
}

struct unpacking {
    const char *state_dir;
    struct backup_restored *restored;
};

static bool unpack_files(void *context, sqlite3 *copy, struct error *error)
{
    struct unpacking *unpacking = context;
    struct backup_restored *restored = unpacking->restored;
    return backup_files_unpack(copy, unpacking->state_dir, &restored->has_watches, &restored->watches, error);
}

/* ".before-restore-TIME" as the kept store has it. */
static const char *ending_of(const char *kept)
{
    const char *ending = strstr(kept, ".before-restore-");
    return ending ? ending : ".before-restore";
}

bool store_backup_restore(const char *backup, const char *state_dir, int64_t now, struct backup_restored *restored,
                          struct error *error)
{
    char path[BACKUP_PATH_MAX], part[BACKUP_PATH_MAX], inflight[BACKUP_PATH_MAX];
    sqlite3 *from = NULL;
    struct unpacking unpacking = {state_dir, restored};
    *restored = (struct backup_restored){.has_watches = false};
    if (access(backup, R_OK) != 0)
        return error_set_errno(error, errno, "cannot read the backup %s", backup);
    if (!state_path(path, sizeof path, state_dir, STORE_FILE_NAME, error) ||
        !state_path(part, sizeof part, state_dir, STORE_FILE_NAME ".restoring", error) ||
        !state_path(inflight, sizeof inflight, state_dir, "inflight", error))
        return false;
    unlink(part);
    bool ok = sqlite3_open_v2(backup, &from, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK ||
              error_set(error, ERROR_INPUT, "cannot open the backup %s: %s", backup,
                        from ? sqlite3_errmsg(from) : "out of memory");
    ok = ok && check_backup(from, backup, error) && copy_database(from, part, NULL, NULL, error) &&
         change_copy(part, unpack_files, &unpacking, error) && chmod(part, 0600) == 0 &&
         keep_old(path, now, restored->kept, error) &&
         (!restored->has_watches || backup_files_place(state_dir, ending_of(restored->kept), error));
    sqlite3_close(from);
    if (ok && rename(part, path) != 0)
        ok = error_set_errno(error, errno, "cannot put the backup in the place of %s", path);
    if (!ok) {
        unlink(part);
        backup_files_discard(state_dir);
        return false;
    }
    /* It names records of the store that was. */
    unlink(inflight);
    return sync_folder_of(path, error);
}
