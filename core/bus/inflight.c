#include "core/bus/inflight.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_MAGIC 0x3154464c464e4945ll /* changes with the layout */
enum { INSTANCE_SIZE = 120 };

struct slot {
    _Atomic int32_t
        count; /* of records and one; 0: nothing is under way. Written last, so that it vouches for the rest */
    _Atomic int32_t fault; /* the signal by which its callback ended the process; 0: none */
    char instance[INSTANCE_SIZE];
    int64_t sequences[INFLIGHT_RECORDS_MAX];
};

/* The slot of the callback that runs on this thread, for the signal handler. */
static _Thread_local struct slot *running;

struct file {
    int64_t magic;
    int64_t run;
    struct slot slots[INFLIGHT_SLOTS];
};

struct inflight {
    struct file *file;
    pthread_mutex_t mutex; /* guards `taken` */
    bool taken[INFLIGHT_SLOTS];
};

static struct file *map_file(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        error_set_errno(error, errno, "cannot open %s", path);
        return NULL;
    }
    /* Blocks on disk before the mapping is used: a full disk must show here and not as a SIGBUS later. */
    int reason = posix_fallocate(descriptor, 0, sizeof(struct file));
    void *bytes = MAP_FAILED;
    if (reason == 0) {
        bytes = mmap(NULL, sizeof(struct file), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        reason = errno;
    }
    close(descriptor);
    if (bytes == MAP_FAILED) {
        error_set_errno(error, reason, "cannot map %s", path);
        return NULL;
    }
    return bytes;
}

struct inflight *inflight_open(const char *path, struct error *error)
{
    struct inflight *inflight = calloc(1, sizeof *inflight);
    if (!inflight) {
        error_set(error, ERROR_MEMORY, "no memory for the in-flight file");
        return NULL;
    }
    inflight->file = map_file(path, error);
    if (!inflight->file) {
        free(inflight);
        return NULL;
    }
    pthread_mutex_init(&inflight->mutex, NULL);
    struct file *file = inflight->file;
    if (file->magic != FILE_MAGIC) {
        if (file->magic != 0)
            log_write(LOG_WARNING, NULL, NULL, "%s is not as this version writes it and is made anew", path);
        memset(file, 0, sizeof *file);
        file->magic = FILE_MAGIC;
    }
    return inflight;
}

void inflight_close(struct inflight *inflight)
{
    if (!inflight)
        return;
    munmap(inflight->file, sizeof *inflight->file);
    pthread_mutex_destroy(&inflight->mutex);
    free(inflight);
}

int64_t inflight_last_run(const struct inflight *inflight)
{
    return inflight->file->run;
}

bool inflight_each(const struct inflight *inflight, inflight_callback *callback, void *context)
{
    for (size_t i = 0; i < INFLIGHT_SLOTS; i++) {
        struct slot *slot = &inflight->file->slots[i];
        int32_t count = atomic_load(&slot->count);
        if (count <= 0 || count > INFLIGHT_RECORDS_MAX + 1 || !memchr(slot->instance, 0, sizeof slot->instance))
            continue;
        struct inflight_death death = {atomic_load(&slot->fault) != 0, slot->instance, slot->sequences, (size_t)count - 1};
        if (!callback(context, &death))
            return false;
    }
    return true;
}

void inflight_begin_run(struct inflight *inflight)
{
    struct file *file = inflight->file;
    for (size_t i = 0; i < INFLIGHT_SLOTS; i++)
        atomic_store(&file->slots[i].count, 0);
    int64_t now = clock_now();
    file->run = now > file->run ? now : file->run + 1;
}

int inflight_enter(struct inflight *inflight, const char *instance, const int64_t *sequences, size_t count)
{
    int found = -1;
    pthread_mutex_lock(&inflight->mutex);
    for (int i = 0; i < INFLIGHT_SLOTS && found < 0; i++) {
        if (!inflight->taken[i])
            found = i;
    }
    if (found >= 0)
        inflight->taken[found] = true;
    pthread_mutex_unlock(&inflight->mutex);
    if (found < 0)
        return -1;
    struct slot *slot = &inflight->file->slots[found];
    size_t kept = count < INFLIGHT_RECORDS_MAX ? count : INFLIGHT_RECORDS_MAX;
    size_t size = strnlen(instance, sizeof slot->instance - 1);
    memcpy(slot->instance, instance, size);
    slot->instance[size] = '\0';
    if (kept)
        memcpy(slot->sequences, sequences, kept * sizeof *sequences);
    atomic_store(&slot->fault, 0);
    atomic_store(&slot->count, (int32_t)kept + 1);
    running = slot;
    return found;
}

void inflight_leave(struct inflight *inflight, int slot)
{
    if (slot < 0)
        return;
    running = NULL;
    atomic_store(&inflight->file->slots[slot].count, 0);
    pthread_mutex_lock(&inflight->mutex);
    inflight->taken[slot] = false;
    pthread_mutex_unlock(&inflight->mutex);
}

/* One store into the mapped file. */
void inflight_note_fault(int number)
{
    if (running)
        atomic_store(&running->fault, number);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void inflight_catch_faults(void)
{
}
#else
/* The default action follows, since the handler is gone by then. */
static void take_fault(int number)
{
    inflight_note_fault(number);
    raise(number);
}

void inflight_catch_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_handler = take_fault, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaction(faults[i], &action, NULL);
}
#endif
