/* Spawning an entente-runner from this threaded process: with its two descriptors and none else, a clean environment,
 * no signal blocked, in a process group of its own. It does not die with the thread that started it: it ends by itself
 * when its socket does. */
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
