#include "core/host/monitor.h"

#include "core/base/clock.h"
#include "core/base/condition.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    MEMORY_PERIOD_MS = 1000,
    GROUP_PERIOD_MS = 250, /* what multiplies does so quickly */
    CPU_PERIOD_MS = 50,
    BURST_MS = 500, /* what may be saved up of a share, so that short work is not chopped */
    STAT_SIZE = 1024,
    STATUS_SIZE = 4096
};

struct monitored {
    struct monitored *next;
    pid_t process;
    int folder; /* of /proc: it stays this process's, whoever gets its number next */
    int handle; /* pidfd */
    struct monitor_limits limits;
    void (*exceeded)(void *context, const char *why);
    void *context;
    struct monitor_use use;
    bool is_told;
    bool is_held;
    int64_t looked;   /* when its processor time was read last */
    double credit_ms; /* of processor time that it may still use */
};

struct monitor {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct monitored *first;
    bool is_ending;
};

/* ---- reading /proc ---- */

static bool read_small(int folder, const char *name, char *text, size_t size)
{
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, size - 1) : -1;
    if (file >= 0)
        close(file);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

struct usage {
    int64_t pages, ticks;
    int64_t bytes; /* beside the pages */
    unsigned processes;
};

/* Fields of /proc/PID/stat behind the name, which may hold anything: state, parent, group. */
static bool read_stat(const char *text, long *group, struct usage *usage, bool with_children)
{
    const char *behind = strrchr(text, ')');
    unsigned long long own, system, children, children_system;
    long resident;
    if (!behind ||
        sscanf(behind + 1,
               " %*c %*d %ld %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %*d %*d %*u %*u %ld", group,
               &own, &system, &children, &children_system, &resident) != 6)
        return false;
    usage->ticks += (int64_t)(own + system + (with_children ? children + children_system : 0));
    usage->pages += resident;
    usage->processes++;
    return true;
}

/* Bytes in memory files that the process holds open. What is written to them and not mapped is in no resident size. */
static int64_t memory_files(const struct monitored *monitored)
{
    int folder = openat(monitored->folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *descriptors = folder >= 0 ? fdopendir(folder) : NULL;
    struct dirent *entry;
    int64_t bytes = 0;
    if (folder >= 0 && !descriptors)
        close(folder);
    while (descriptors && (entry = readdir(descriptors))) {
        static const char prefix[] = "/memfd:";
        char target[sizeof prefix];
        struct stat status;
        if (readlinkat(folder, entry->d_name, target, sizeof target) == sizeof target &&
            memcmp(target, prefix, sizeof prefix - 1) == 0 && fstatat(folder, entry->d_name, &status, 0) == 0)
            bytes += (int64_t)status.st_blocks * 512;
    }
    if (descriptors)
        closedir(descriptors);
    return bytes;
}

/* Of those the ones that are mapped and resident. */
static int64_t resident_shared(const struct monitored *monitored)
{
    char text[STATUS_SIZE];
    const char *line = read_small(monitored->folder, "status", text, sizeof text) ? strstr(text, "\nRssShmem:") : NULL;
    return line ? strtoll(line + strlen("\nRssShmem:"), NULL, 10) * 1024 : 0;
}

static void use_of_one(const struct monitored *monitored, struct usage *usage)
{
    char text[STAT_SIZE];
    long group;
    if (!read_small(monitored->folder, "stat", text, sizeof text) || !read_stat(text, &group, usage, false) ||
        monitored->limits.memory_max == 0)
        return;
    int64_t files = memory_files(monitored), counted = files > 0 ? resident_shared(monitored) : 0;
    usage->bytes = files > counted ? files - counted : 0;
}

/* Goes over the members of a process group, this process left out; a signal is sent to each where there is one.
 * Processor time of members that ended is in that of those who waited for them. */
static void go_over_group(pid_t group, int signal, struct usage *usage)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    while (proc && (entry = readdir(proc))) {
        char path[300], text[STAT_SIZE];
        struct usage with_it = *usage;
        long number = strtol(entry->d_name, NULL, 10), its_group;
        snprintf(path, sizeof path, "%s/stat", entry->d_name);
        if (number <= 0 || number == getpid() || !read_small(dirfd(proc), path, text, sizeof text) ||
            !read_stat(text, &its_group, &with_it, true) || its_group != group)
            continue;
        *usage = with_it;
        if (signal)
            kill((pid_t)number, signal);
    }
    if (proc)
        closedir(proc);
}

/* ---- limits ---- */

static void print_size(char *text, size_t size, int64_t bytes)
{
    const int64_t mebibyte = 1 << 20;
    if (bytes % mebibyte == 0)
        snprintf(text, size, "%lld MiB", (long long)(bytes / mebibyte));
    else
        snprintf(text, size, "%.1f MiB", (double)bytes / (double)mebibyte);
}

static void tell(struct monitored *monitored, const char *why)
{
    monitored->is_told = true;
    monitored->exceeded(monitored->context, why);
}

static void judge_memory(struct monitored *monitored)
{
    char why[200], used[40], most[40];
    if (monitored->is_told || monitored->limits.memory_max == 0 ||
        monitored->use.memory <= monitored->limits.memory_max)
        return;
    print_size(used, sizeof used, monitored->use.memory);
    print_size(most, sizeof most, monitored->limits.memory_max);
    snprintf(why, sizeof why, "used %s of memory, and memory_max is %s", used, most);
    tell(monitored, why);
}

static void judge_processes(struct monitored *monitored)
{
    char why[200];
    if (monitored->is_told || monitored->limits.processes_max == 0 ||
        monitored->use.processes <= monitored->limits.processes_max)
        return;
    snprintf(why, sizeof why, "started %u processes, and may have %u", monitored->use.processes,
             monitored->limits.processes_max);
    tell(monitored, why);
}

/* One whose process has ended is signalled in vain, which is as good. */
static void hold(struct monitored *monitored, bool held)
{
    int sent = held ? SIGSTOP : SIGCONT;
    struct usage usage = {0};
    if (monitored->limits.processes_max == 0)
        pidfd_send_signal(monitored->handle, sent, NULL, 0);
    else if (pidfd_send_signal(monitored->handle, 0, NULL, 0) == 0)
        go_over_group(monitored->process, sent, &usage);
    monitored->is_held = held;
}

static void judge_cpu(struct monitored *monitored, int64_t used_ms, int64_t now)
{
    double share = monitored->limits.cpu_max;
    int64_t passed = now - monitored->looked;
    monitored->looked = now;
    if (share <= 0)
        return;
    if (monitored->is_held)
        monitored->use.held_ms += passed;
    monitored->credit_ms += share * (double)passed - (double)(used_ms - monitored->use.cpu_ms);
    if (monitored->credit_ms > share * BURST_MS)
        monitored->credit_ms = share * BURST_MS;
    if (!monitored->is_held && monitored->credit_ms < 0)
        hold(monitored, true);
    else if (monitored->is_held && monitored->credit_ms >= 0)
        hold(monitored, false);
}

static void look_at(struct monitored *monitored, int64_t now)
{
    static long tick_ms, page_size; /* under the monitor's lock; the same for all */
    struct usage usage = {0};
    if (tick_ms == 0) {
        tick_ms = 1000 / sysconf(_SC_CLK_TCK);
        page_size = sysconf(_SC_PAGESIZE);
    }
    if (monitored->limits.processes_max > 0)
        go_over_group(monitored->process, 0, &usage);
    else
        use_of_one(monitored, &usage);
    if (usage.processes == 0)
        return;
    int64_t used_ms = usage.ticks * tick_ms;
    judge_cpu(monitored, used_ms, now);
    monitored->use.memory = usage.pages * page_size + usage.bytes;
    monitored->use.processes = usage.processes;
    /* That of a group falls when a member ends that nobody waits for. */
    if (used_ms > monitored->use.cpu_ms)
        monitored->use.cpu_ms = used_ms;
    judge_memory(monitored);
    judge_processes(monitored);
}

/* ---- the thread ---- */

/* When it looks again at the latest, 0 for never. */
static int64_t period_of(const struct monitored *monitored)
{
    return monitored->limits.cpu_max > 0         ? CPU_PERIOD_MS
           : monitored->limits.processes_max > 0 ? GROUP_PERIOD_MS
                                                 : MEMORY_PERIOD_MS;
}

/* Looks at those whose time has come; how long until the next, -1 for none. */
static int64_t look_around(struct monitor *monitor)
{
    int64_t now = clock_monotonic(), next = -1;
    for (struct monitored *monitored = monitor->first; monitored; monitored = monitored->next) {
        if (now - monitored->looked >= period_of(monitored)) {
            look_at(monitored, now);
            monitored->looked = now;
        }
        int64_t left = monitored->looked + period_of(monitored) - now;
        if (next < 0 || left < next)
            next = left;
    }
    return next;
}

static void wait_for(struct monitor *monitor, int64_t milliseconds)
{
    if (milliseconds < 0) {
        pthread_cond_wait(&monitor->changed, &monitor->lock);
        return;
    }
    condition_wait_until(&monitor->changed, &monitor->lock, clock_monotonic() + milliseconds);
}

static void *watch(void *context)
{
    struct monitor *monitor = context;
    pthread_mutex_lock(&monitor->lock);
    while (!monitor->is_ending)
        wait_for(monitor, look_around(monitor));
    pthread_mutex_unlock(&monitor->lock);
    return NULL;
}

struct monitor *monitor_create(struct error *error)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor) {
        error_set(error, ERROR_MEMORY, "no memory to watch processes");
        return NULL;
    }
    pthread_mutex_init(&monitor->lock, NULL);
    condition_init(&monitor->changed);
    int status = pthread_create(&monitor->thread, NULL, watch, monitor);
    if (status == 0)
        return monitor;
    error_set_errno(error, status, "no thread to watch processes");
    pthread_mutex_destroy(&monitor->lock);
    pthread_cond_destroy(&monitor->changed);
    free(monitor);
    return NULL;
}

void monitor_destroy(struct monitor *monitor)
{
    if (!monitor)
        return;
    pthread_mutex_lock(&monitor->lock);
    monitor->is_ending = true;
    pthread_cond_signal(&monitor->changed);
    pthread_mutex_unlock(&monitor->lock);
    pthread_join(monitor->thread, NULL);
    pthread_mutex_destroy(&monitor->lock);
    pthread_cond_destroy(&monitor->changed);
    free(monitor);
}

/* ---- those watched ---- */

static bool open_process(struct monitored *monitored, struct error *error)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d", (int)monitored->process);
    monitored->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (monitored->folder < 0)
        return error_set_errno(error, errno, "process %d cannot be watched: %s", (int)monitored->process, path);
    monitored->handle = pidfd_open(monitored->process, 0);
    if (monitored->handle >= 0)
        return true;
    error_set_errno(error, errno, "process %d cannot be watched", (int)monitored->process);
    close(monitored->folder);
    return false;
}

struct monitored *monitor_add(struct monitor *monitor, pid_t process, const struct monitor_limits *limits,
                              void (*exceeded)(void *context, const char *why), void *context, struct error *error)
{
    struct monitored *monitored = calloc(1, sizeof *monitored);
    if (!monitored) {
        error_set(error, ERROR_MEMORY, "no memory to watch process %d", (int)process);
        return NULL;
    }
    *monitored = (struct monitored){.process = process,
                                    .limits = *limits,
                                    .exceeded = exceeded,
                                    .context = context,
                                    .looked = clock_monotonic(),
                                    .credit_ms = limits->cpu_max * BURST_MS};
    if (!open_process(monitored, error)) {
        free(monitored);
        return NULL;
    }
    pthread_mutex_lock(&monitor->lock);
    monitored->next = monitor->first;
    monitor->first = monitored;
    pthread_cond_signal(&monitor->changed);
    pthread_mutex_unlock(&monitor->lock);
    return monitored;
}

void monitor_remove(struct monitor *monitor, struct monitored *monitored)
{
    if (!monitored)
        return;
    pthread_mutex_lock(&monitor->lock);
    struct monitored **place = &monitor->first;
    while (*place != monitored)
        place = &(*place)->next;
    *place = monitored->next;
    if (monitored->is_held)
        hold(monitored, false);
    pthread_mutex_unlock(&monitor->lock);
    close(monitored->folder);
    close(monitored->handle);
    free(monitored);
}

void monitor_read(struct monitor *monitor, const struct monitored *monitored, struct monitor_use *use)
{
    pthread_mutex_lock(&monitor->lock);
    *use = monitored->use;
    pthread_mutex_unlock(&monitor->lock);
}
