#include "plugins/files/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EVENTS = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR };

struct watch {
    int descriptor;
    char *file;       /* the one that is looked at; NULL for none */
    struct stat last; /* how it was */
};

struct watch *watch_create(struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    watch->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->descriptor < 0) {
        error_set_errno(error, errno, "cannot watch for changes");
        free(watch);
        return NULL;
    }
    return watch;
}

void watch_destroy(struct watch *watch)
{
    if (!watch)
        return;
    close(watch->descriptor);
    free(watch->file);
    free(watch);
}

static bool add_file(struct watch *watch, const char *path, const struct stat *now, struct error *error)
{
    if (watch->file && strcmp(watch->file, path) == 0)
        return true;
    free(watch->file);
    watch->file = strdup(path);
    watch->last = *now;
    return watch->file || error_set(error, ERROR_MEMORY, "%s: cannot be watched for changes: no memory", path);
}

bool watch_add(struct watch *watch, const char *path, struct error *error)
{
    struct stat now;
    if (stat(path, &now) == 0 && !S_ISDIR(now.st_mode))
        return add_file(watch, path, &now, error);
    return inotify_add_watch(watch->descriptor, path, EVENTS) >= 0 ||
           error_set_errno(error, errno, "%s: cannot be watched for changes", path);
}

static bool is_same_time(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

/* One that is gone for a moment, while it is replaced, has changed when it is there again. */
static bool has_file_changed(struct watch *watch)
{
    struct stat now;
    if (!watch->file || stat(watch->file, &now) != 0)
        return false;
    const struct stat *last = &watch->last;
    bool is_same = now.st_ino == last->st_ino && now.st_dev == last->st_dev && now.st_size == last->st_size &&
                   is_same_time(&now.st_mtim, &last->st_mtim) && is_same_time(&now.st_ctim, &last->st_ctim);
    watch->last = now;
    return !is_same;
}

bool watch_has_changes(struct watch *watch)
{
    _Alignas(struct inotify_event) char events[16 * 1024];
    bool has_changes = has_file_changed(watch);
    ssize_t got;
    while ((got = read(watch->descriptor, events, sizeof events)) > 0 || (got < 0 && errno == EINTR))
        has_changes |= got > 0;
    return has_changes;
}
