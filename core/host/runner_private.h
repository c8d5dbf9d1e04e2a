/* What the files of a runner share: runner.c (its process, its reader, its members) and runner_calls.c (calls and
 * answers). Not for others. */
#ifndef CORE_HOST_RUNNER_PRIVATE_H
#define CORE_HOST_RUNNER_PRIVATE_H

#include "core/host/cgroup.h"
#include "core/host/runner.h"
#include "core/host/runner_spawn.h"

#include <pthread.h>
#include <stdatomic.h>

enum { RUNNER_STATE_SIZE = 200 };

/* A call under way: on the stack of whoever waits for it. */
struct call {
    struct call *next;
    uint64_t number;
    struct runner_call *shown;
    pthread_cond_t changed;
    struct wire_message *request, *result; /* one of each at most */
    bool is_hung;
};

struct runner {
    struct runner_process process;
    struct cgroup *cgroup; /* NULL for none */
    char *name;
    char state[RUNNER_STATE_SIZE];
    uint32_t callbacks;
    pthread_t reader;
    atomic_size_t references;
    pthread_mutex_t lock;  /* for what follows */
    pthread_cond_t served; /* a member's thread has ended */
    bool is_alive;
    enum runner_end end;
    bool is_reaped; /* its number may be another process's by now */
    char killed_why[200];
    uint64_t last_call;
    struct call *calls;
    struct runner_member **members; /* by number - 1; NULL: gone */
    size_t member_count, member_capacity;
    size_t serving;
};

/* runner_kill with the lock held. */
void runner_kill_locked(struct runner *runner, const char *why);

#endif
