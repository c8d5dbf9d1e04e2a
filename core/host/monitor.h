/* Monitor: holds child processes to the memory and the processor time that their instances may use.
 *
 * One thread looks at all of them. Memory: the resident size, once a second, files that are mapped and memory files
 * that are open included; past the limit whoever added the process is told, with words, and is expected to end it.
 * Processor: a process that has used up its share is stopped until it has earned the next stretch, twenty times a
 * second; so it gets slower and loses nothing, and one that hangs is still caught by its deadline.
 *
 * The limits that need no watching (descriptors, core files) are set once, in runner/sandbox.h. RLIMIT_AS would count
 * address space that is reserved and never used (sanitizers, GLib, threads' arenas), RLIMIT_DATA nearly so;
 * RLIMIT_NPROC counts all processes of the user, other daemons' included, and not root's at all. So none of them is
 * used.
 *
 * Any thread. */
#ifndef CORE_HOST_MONITOR_H
#define CORE_HOST_MONITOR_H

#include "lib/base/error.h"

#include <stdint.h>
#include <sys/types.h>

struct monitor;
struct monitored;

struct monitor_limits {
    int64_t memory_max; /* bytes; 0: none */
    double cpu_max;     /* share of one core, 0.5 for half of one, 2 for two; 0: none */
    /* Of the process's group; 0: none. Where there is one, all limits are on the group together, the process that
     * watches left out where it is of that group. Whoever sets it has made the group for it. */
    unsigned processes_max;
};

struct monitor_use {
    int64_t memory;     /* bytes, at the last look */
    int64_t cpu_ms;     /* since its start */
    int64_t held_ms;    /* how long it was stopped for cpu_max in all */
    unsigned processes; /* at the last look; 1 where no group is watched */
};

/* NULL with `error`: no memory, or no thread. */
struct monitor *monitor_create(struct error *error);
void monitor_destroy(struct monitor *monitor); /* after all were removed; NULL does nothing */

/* `process` is a child of this process that has not been waited for, or leads the group that is watched. `exceeded` is
 * called on the monitor's thread, at most once, with why it must end ("used 80 MiB of memory, and memory_max is 64
 * MiB"). It must not call the monitor, and no lock that it takes may be held around monitor_remove, which waits for it.
 * NULL with `error`. */
struct monitored *monitor_add(struct monitor *monitor, pid_t process, const struct monitor_limits *limits,
                              void (*exceeded)(void *context, const char *why), void *context, struct error *error);
/* Before or after it was waited for; one that is stopped goes on. NULL does nothing. */
void monitor_remove(struct monitor *monitor, struct monitored *monitored);

/* What it used at the last look. */
void monitor_read(struct monitor *monitor, const struct monitored *monitored, struct monitor_use *use);

#endif
