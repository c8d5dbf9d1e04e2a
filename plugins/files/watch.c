#include "plugins/files/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { EVENTS = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR };

struct watch {
    int descriptor;
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
    free(watch);
}

bool watch_add(struct watch *watch, const char *path, struct error *error)
{
    int added = inotify_add_watch(watch->descriptor, path, EVENTS);
    if (added < 0 && errno == ENOTDIR)
        added = inotify_add_watch(watch->descriptor, path, EVENTS & ~IN_ONLYDIR);
    return added >= 0 || error_set_errno(error, errno, "%s: cannot be watched for changes", path);
}

bool watch_has_changes(struct watch *watch)
{
    _Alignas(struct inotify_event) char events[16 * 1024];
    bool has_changes = false;
    ssize_t got;
    while ((got = read(watch->descriptor, events, sizeof events)) > 0 || (got < 0 && errno == EINTR))
        has_changes |= got > 0;
    return has_changes;
}
