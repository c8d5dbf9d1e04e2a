#include "core/store/backup_files.h"

#include "core/config/config.h"
#include "core/store/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4300, NAME_SIZE = 80, FILE_MAX = 256 * 1024, FILES_MAX = 10000 };

#define UNPACKED_FOLDER CONFIG_SAVED_FOLDER ".restoring"

/* "central-asia.ini": nothing that leads out of the folder, or is hidden in it. */
static bool is_watch_file(const char *name)
{
    size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return stem > 0 && stem < NAME_SIZE - 8 && name[0] != '-' && strcmp(name + stem, ".ini") == 0;
}

static bool join(char path[PATH_SIZE], const char *folder, const char *name, struct error *error)
{
    int size = snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return (size > 0 && size < PATH_SIZE) || error_set(error, ERROR_INPUT, "the path %s is too long", folder);
}

static bool fail_sql(sqlite3 *database, const char *what, struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "cannot %s: %s", what, sqlite3_errmsg(database));
}

/* ---- taking ---- */

static bool read_file(const char *path, char *text, size_t *size, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = 1;
    *size = 0;
    if (descriptor < 0)
        return error_set_errno(error, errno, "cannot read the saved watch %s", path);
    while (*size < FILE_MAX && (got = read(descriptor, text + *size, FILE_MAX - *size)) > 0)
        *size += (size_t)got;
    int reason = errno;
    close(descriptor);
    if (got < 0)
        return error_set_errno(error, reason, "cannot read the saved watch %s", path);
    return *size < FILE_MAX ||
           error_set(error, ERROR_INPUT, "the saved watch %s is larger than any watch can be", path);
}

static bool put_file(sqlite3 *copy, const char *name, const char *text, size_t size, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(copy, "INSERT INTO backup_file(name, text) VALUES(?1, ?2)", -1, &statement, NULL) ==
                  SQLITE_OK &&
              sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_bind_blob(statement, 2, text, (int)size, SQLITE_STATIC) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_DONE;
    if (!ok)
        fail_sql(copy, "put a saved watch into the backup", error);
    sqlite3_finalize(statement);
    return ok;
}

static bool put_folder(sqlite3 *copy, DIR *folder, const char *path, int *count, struct error *error)
{
    char *text = malloc(FILE_MAX), file[PATH_SIZE];
    bool ok = text != NULL || error_set(error, ERROR_MEMORY, "no memory for the saved watches");
    const struct dirent *entry;
    while (ok && (entry = readdir(folder))) {
        size_t size;
        if (!is_watch_file(entry->d_name))
            continue;
        ok = (*count < FILES_MAX || error_set(error, ERROR_STATE, "%s holds more than %d watches", path, FILES_MAX)) &&
             join(file, path, entry->d_name, error) && read_file(file, text, &size, error) &&
             put_file(copy, entry->d_name, text, size, error);
        *count += ok;
    }
    free(text);
    return ok;
}

bool backup_files_take(sqlite3 *from, sqlite3 *copy, int *count, struct error *error)
{
    const char *store = sqlite3_db_filename(from, "main");
    char state_dir[PATH_SIZE], path[PATH_SIZE];
    *count = 0;
    /* A store in memory has nothing beside it. */
    if (!store || !*store)
        return true;
    snprintf(state_dir, sizeof state_dir, "%s", store);
    char *slash = strrchr(state_dir, '/');
    if (slash)
        *slash = '\0';
    if (!join(path, slash ? state_dir : ".", CONFIG_SAVED_FOLDER, error))
        return false;
    if (sqlite3_exec(copy, "CREATE TABLE backup_file(name TEXT PRIMARY KEY, text BLOB NOT NULL) WITHOUT ROWID", NULL,
                     NULL, NULL) != SQLITE_OK)
        return fail_sql(copy, "make room for the saved watches in the backup", error);
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT || error_set_errno(error, errno, "cannot read the saved watches in %s", path);
    bool ok = put_folder(copy, folder, path, count, error);
    closedir(folder);
    return ok;
}

/* ---- restoring ---- */

static bool write_file(const char *folder, const char *name, const void *text, size_t size, struct error *error)
{
    char path[PATH_SIZE];
    if (!is_watch_file(name))
        return error_set(error, ERROR_INPUT, "the backup holds a file that is no watch: %.60s", name);
    if (!join(path, folder, name, error))
        return false;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = descriptor >= 0 && write(descriptor, text ? text : "", size) == (ssize_t)size && fsync(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    return ok || error_set_errno(error, reason, "cannot write the saved watch %s", path);
}

static bool has_table(sqlite3 *copy)
{
    sqlite3_stmt *statement = NULL;
    bool has = sqlite3_prepare_v2(copy, "SELECT 1 FROM sqlite_schema WHERE type='table' AND name='backup_file'", -1,
                                  &statement, NULL) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return has;
}

static bool write_files(sqlite3 *copy, const char *folder, int *count, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(copy, "SELECT name, text FROM backup_file", -1, &statement, NULL);
    bool ok = code == SQLITE_OK;
    while (ok && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const void *text = sqlite3_column_blob(statement, 1);
        ok = write_file(folder, name ? name : "", text, (size_t)sqlite3_column_bytes(statement, 1), error);
        *count += ok;
    }
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        ok = fail_sql(copy, "read the saved watches of the backup", error);
    sqlite3_finalize(statement);
    return ok;
}

void backup_files_discard(const char *state_dir)
{
    char path[PATH_SIZE], file[PATH_SIZE];
    struct error error = ERROR_INIT;
    if (!state_path(path, sizeof path, state_dir, UNPACKED_FOLDER, &error))
        return;
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (is_watch_file(entry->d_name) && join(file, path, entry->d_name, &error))
            unlink(file);
    if (folder)
        closedir(folder);
    rmdir(path);
}

bool backup_files_unpack(sqlite3 *copy, const char *state_dir, bool *has, int *count, struct error *error)
{
    char path[PATH_SIZE];
    *count = 0;
    *has = has_table(copy);
    if (!*has)
        return true;
    backup_files_discard(state_dir);
    if (!state_path(path, sizeof path, state_dir, UNPACKED_FOLDER, error))
        return false;
    if (mkdir(path, 0700) != 0)
        return error_set_errno(error, errno, "cannot make the folder %s", path);
    return write_files(copy, path, count, error) &&
           (sqlite3_exec(copy, "DROP TABLE backup_file", NULL, NULL, NULL) == SQLITE_OK ||
            fail_sql(copy, "take the saved watches out of the store", error));
}

bool backup_files_place(const char *state_dir, const char *ending, struct error *error)
{
    char unpacked[PATH_SIZE], path[PATH_SIZE], kept[PATH_SIZE];
    if (!state_path(unpacked, sizeof unpacked, state_dir, UNPACKED_FOLDER, error) ||
        !state_path(path, sizeof path, state_dir, CONFIG_SAVED_FOLDER, error))
        return false;
    int size = snprintf(kept, sizeof kept, "%s%s", path, ending);
    if (size < 0 || size >= (int)sizeof kept)
        return error_set(error, ERROR_INPUT, "the path %s is too long", path);
    /* An empty one is nothing to keep. */
    if (rmdir(path) != 0 && errno != ENOENT && rename(path, kept) != 0)
        return error_set_errno(error, errno, "cannot keep the present watches as %s", kept);
    return rename(unpacked, path) == 0 ||
           error_set_errno(error, errno, "cannot put the watches of the backup in %s", path);
}
