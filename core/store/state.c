#include "core/store/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

struct state_lock {
    int descriptor;
};

/* Makes `path` and what is missing above it. */
static bool make_directories(char *path, struct error *error)
{
    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        /* Any failure on the way up shows at the last part, with the path as the user wrote it. */
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        int reason = errno;
        if (!slash)
            return made || error_set_errno(error, reason, "cannot make the state directory %s", path);
        *slash = '/';
    }
}

/* Only a file made there tells that files can be: a read-only mount looks like any other. */
static bool try_writing(const char *directory, struct error *error)
{
    char path[PATH_SIZE];
    if (!state_path(path, sizeof path, directory, "lock", error))
        return false;
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return error_set_errno(error, errno,
                               "cannot write to the state directory %s; check its owner, mode and mount, or set "
                               "state_dir to another",
                               directory);
    close(descriptor);
    return true;
}

bool state_prepare(const char *directory, struct error *error)
{
    struct stat status;
    char path[PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s", directory);
    if (size <= 0 || (size_t)size >= sizeof path)
        return error_set(error, ERROR_CONFIG, "state_dir is empty or too long");
    while (size > 1 && path[size - 1] == '/')
        path[--size] = '\0';
    if (!make_directories(path, error))
        return false;
    if (stat(path, &status) != 0)
        return error_set_errno(error, errno, "cannot look at the state directory %s", path);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_CONFIG, "state_dir %s is no directory", path);
    return try_writing(path, error);
}

bool state_path(char *path, size_t size, const char *directory, const char *name, struct error *error)
{
    int written = snprintf(path, size, "%s/%s", directory, name);
    return (written > 0 && (size_t)written < size) ||
           error_set(error, ERROR_CONFIG, "the path of the state directory is too long: %s", directory);
}

static bool fail_locked(const char *directory, int descriptor, struct error *error)
{
    char holder[32] = "";
    ssize_t size = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[size > 0 ? strspn(holder, "0123456789") : 0] = '\0';
    return error_set(error, ERROR_STATE,
                     "the state directory %s is in use by process %s; stop that one, or set state_dir to another",
                     directory, holder[0] ? holder : "(unknown)");
}

/* For people and for the message above; the lock itself is the kernel's. */
static bool write_pid(int descriptor, struct error *error)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, text, (size_t)size, 0) != size)
        return error_set_errno(error, errno, "cannot write to the lock of the state directory");
    return true;
}

struct state_lock *state_lock(const char *directory, struct error *error)
{
    char path[PATH_SIZE];
    if (!state_path(path, sizeof path, directory, "lock", error))
        return NULL;
    struct state_lock *lock = malloc(sizeof *lock);
    if (!lock) {
        error_set(error, ERROR_MEMORY, "no memory to lock %s", directory);
        return NULL;
    }
    lock->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock->descriptor < 0) {
        error_set_errno(error, errno, "cannot open the lock %s", path);
        free(lock);
        return NULL;
    }
    bool ok;
    if (flock(lock->descriptor, LOCK_EX | LOCK_NB) == 0)
        ok = write_pid(lock->descriptor, error);
    else if (errno == EWOULDBLOCK)
        ok = fail_locked(directory, lock->descriptor, error);
    else
        ok = error_set_errno(error, errno, "cannot lock %s", path);
    if (!ok) {
        state_unlock(lock);
        return NULL;
    }
    return lock;
}

void state_unlock(struct state_lock *lock)
{
    if (!lock)
        return;
    close(lock->descriptor);
    free(lock);
}

int64_t state_free_bytes(const char *directory)
{
    struct statvfs disk;
    if (statvfs(directory, &disk) != 0)
        return -1;
    return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}
