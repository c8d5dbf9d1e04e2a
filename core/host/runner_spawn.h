/* Spawning an entente-runner from this threaded process: with its two descriptors and none else, a clean environment,
 * no signal blocked, in a process group of its own. It ends by itself when its socket does; should it not be able to, it
 * is killed when this process ends: all are spawned by one thread that lives until then, since the kernel counts the end
 * of the thread that spawned a process as its parent's. */
#ifndef CORE_HOST_RUNNER_SPAWN_H
#define CORE_HOST_RUNNER_SPAWN_H

#include "core/host/runner_hello.h"

#include <sys/types.h>

struct runner_process {
    pid_t id;
    int socket;               /* ours */
    struct runner_page *page; /* shared with it */
};

/* False with `error`, nothing left open. The process is the caller's to reap. */
bool runner_spawn(const char *program, struct runner_process *process, struct error *error);
/* Closes what is ours. After it was reaped. */
void runner_process_close(struct runner_process *process);

#endif
