#include "core/config/option_files.h"

#include "lib/base/digest.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_MAX = 64 * 1024, CONTENT_MAX = 256 * 1024 * 1024 };

static bool is_same_path(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);
    while (a_size > 1 && a[a_size - 1] == '/')
        a_size--;
    while (b_size > 1 && b[b_size - 1] == '/')
        b_size--;
    return a_size == b_size && !memcmp(a, b, a_size);
}

/* A file that does not exist yet is made in its folder, so that must be there and be writable. */
static bool check_folder_of(const char *path, const char *made_folder, struct error *error)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash ? snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path)
                       : snprintf(folder, sizeof folder, ".");
    if (length < 0 || (size_t)length >= sizeof folder)
        return error_set(error, ERROR_LIMIT, "the path is too long");
    struct stat status;
    if (stat(folder, &status) != 0 && errno == ENOENT && made_folder && is_same_path(folder, made_folder))
        return true;
    if (stat(folder, &status) != 0)
        return error_set_errno(error, errno, "its folder %s cannot be used", folder);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INPUT, "%s is not a folder", folder);
    if (access(folder, W_OK | X_OK) != 0)
        return error_set_errno(error, errno, "cannot write in %s", folder);
    return true;
}

bool option_path_check(const struct ent_option *option, const char *path, const char *made_folder, struct error *error)
{
    struct stat status;
    bool wants_read = option->flags & ENT_PATH_READ, wants_write = option->flags & ENT_PATH_WRITE;
    bool wants_folder = option->flags & ENT_PATH_DIR;
    if (!wants_read && !wants_write && !wants_folder)
        return true;
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && wants_write && !wants_read)
            return check_folder_of(path, made_folder, error);
        return error_set_errno(error, errno, "cannot use %s", path);
    }
    if (wants_folder && !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INPUT, "%s is not a folder", path);
    if (wants_write && !wants_folder && S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INPUT, "%s is a folder, not a file", path);
    if (wants_read && access(path, S_ISDIR(status.st_mode) ? R_OK | X_OK : R_OK) != 0)
        return error_set_errno(error, errno, "cannot read %s", path);
    if (wants_write && access(path, S_ISDIR(status.st_mode) ? W_OK | X_OK : W_OK) != 0)
        return error_set_errno(error, errno, "cannot write %s", path);
    return true;
}

static void mix(uint64_t *content, const void *bytes, size_t size)
{
    *content = (*content ^ hash_bytes(bytes, size)) * 0x9E3779B97F4A7C15u + 1;
}

static bool mix_file(const char *path, uint64_t *content, struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    if (!config_read_file(path, CONTENT_MAX, &bytes, &size, error))
        return false;
    mix(content, path, strlen(path));
    mix(content, bytes, size);
    free(bytes);
    return true;
}

static int is_visible(const struct dirent *row)
{
    return row->d_name[0] != '.';
}

static bool mix_folder(const char *path, uint64_t *content, struct error *error)
{
    struct dirent **rows = NULL;
    int count = scandir(path, &rows, is_visible, alphasort);
    if (count < 0)
        return error_set_errno(error, errno, "cannot read the folder %s", path);
    bool good = true;
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        struct stat status;
        if (good && snprintf(below, sizeof below, "%s/%s", path, rows[i]->d_name) >= (int)sizeof below)
            good = error_set(error, ERROR_LIMIT, "a path in %s is too long", path);
        else if (good && stat(below, &status) == 0 && S_ISREG(status.st_mode))
            good = mix_file(below, content, error);
        free(rows[i]);
    }
    free(rows);
    return good;
}

bool option_path_content(const char *path, uint64_t *content, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_set_errno(error, errno, "cannot use %s", path);
    return S_ISDIR(status.st_mode) ? mix_folder(path, content, error) : mix_file(path, content, error);
}

static bool read_secret_file(const char *path, struct arena *arena, struct ent_str *secret, struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    if (!config_read_file(path, SECRET_MAX, &bytes, &size, error))
        return false;
    if (size > 0 && bytes[size - 1] == '\n')
        size--;
    if (size > 0 && bytes[size - 1] == '\r')
        size--;
    bool whole = !memchr(bytes, '\0', size);
    char *copy = whole ? arena_copy(arena, bytes, size) : NULL;
    explicit_bzero(bytes, size);
    free(bytes);
    if (!whole)
        return error_set(error, ERROR_INPUT, "%s holds a NUL byte: not a secret as text", path);
    if (!copy)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (size == 0)
        return error_set(error, ERROR_INPUT, "%s is empty", path);
    *secret = (struct ent_str){copy, size};
    return true;
}

bool option_secret_resolve(struct source_place place, const char *text, struct arena *arena, struct ent_str *secret,
                           struct error *error)
{
    if (!strncmp(text, "file:", 5)) {
        char path[PATH_MAX];
        if (!config_resolve_path(place, text + 5, path, sizeof path))
            return error_set(error, ERROR_LIMIT, "the path of the secret is too long");
        return read_secret_file(path, arena, secret, error);
    }
    const char *found = text;
    if (!strncmp(text, "env:", 4)) {
        found = getenv(text + 4);
        if (!found)
            return error_set(error, ERROR_MISSING, "the environment has no variable %s", text + 4);
    }
    size_t size = strlen(found);
    char *copy = arena_copy(arena, found, size);
    if (!copy)
        return error_set(error, ERROR_MEMORY, "out of memory");
    *secret = (struct ent_str){copy, size};
    return true;
}
