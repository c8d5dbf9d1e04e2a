#include "lib/files/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static bool has_ending(const struct walk *walk, const char *name)
{
    size_t size = strlen(name);
    for (const char *const *ending = walk->endings; *ending; ending++) {
        size_t ending_size = strlen(*ending);
        if (size > ending_size && strcasecmp(name + size - ending_size, *ending) == 0)
            return true;
    }
    return false;
}

/* Takes `path` over. */
static bool add_path(struct walk *walk, char *path, struct error *error)
{
    if (walk->count == WALK_FILES_MAX) {
        free(path);
        return error_set(error, ERROR_LIMIT, "more than %d files; split the folder over several sources",
                         WALK_FILES_MAX);
    }
    if (walk->count == walk->capacity) {
        size_t capacity = walk->capacity ? 2 * walk->capacity : 64;
        char **paths = realloc(walk->paths, capacity * sizeof *paths);
        if (!paths) {
            free(path);
            return error_set(error, ERROR_MEMORY, "no memory for the list of files");
        }
        walk->paths = paths;
        walk->capacity = capacity;
    }
    walk->paths[walk->count++] = path;
    return true;
}

static bool gather_folder(struct walk *walk, const char *folder, bool recursive, int depth, struct error *error);

static bool gather_entry(struct walk *walk, char *path, const char *name, bool recursive, int depth,
                         struct error *error)
{
    struct stat status;
    bool is_there = lstat(path, &status) == 0, is_good = true;
    if (is_there && S_ISLNK(status.st_mode))
        is_there = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    if (is_there && S_ISREG(status.st_mode) && has_ending(walk, name))
        return add_path(walk, path, error);
    if (is_there && recursive && S_ISDIR(status.st_mode))
        is_good = depth < WALK_DEPTH_MAX
                      ? gather_folder(walk, path, recursive, depth + 1, error)
                      : error_set(error, ERROR_LIMIT, "%s: folders are nested more than %d deep", path, WALK_DEPTH_MAX);
    free(path);
    return is_good;
}

static bool gather_folder(struct walk *walk, const char *folder, bool recursive, int depth, struct error *error)
{
    if (walk->on_folder)
        walk->on_folder(walk->context, folder);
    DIR *stream = opendir(folder);
    if (!stream)
        return error_set_errno(error, errno, "%s: cannot open the folder", folder);
    bool is_good = true;
    for (struct dirent *entry; is_good && (entry = readdir(stream));) {
        char *path;
        if (entry->d_name[0] == '.')
            continue;
        if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            is_good = error_set(error, ERROR_MEMORY, "no memory for the list of files");
        else
            is_good = gather_entry(walk, path, entry->d_name, recursive, depth, error);
    }
    closedir(stream);
    return is_good;
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

bool walk_gather(struct walk *walk, const char *root, bool recursive, struct error *error)
{
    struct stat status;
    if (stat(root, &status) != 0)
        return error_set_errno(error, errno, "%s: cannot open", root);
    if (!S_ISDIR(status.st_mode)) {
        char *copy = strdup(root);
        if (walk->on_folder)
            walk->on_folder(walk->context, root);
        return copy ? add_path(walk, copy, error) : error_set(error, ERROR_MEMORY, "no memory for the list of files");
    }
    if (!gather_folder(walk, root, recursive, 1, error))
        return false;
    if (walk->count > 0)
        qsort(walk->paths, walk->count, sizeof *walk->paths, compare_paths);
    return true;
}

void walk_clear(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++)
        free(walk->paths[i]);
    free(walk->paths);
    walk->paths = NULL;
    walk->count = walk->capacity = 0;
}
