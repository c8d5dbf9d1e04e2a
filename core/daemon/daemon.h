/* Daemon: entented's life, from the configuration to the clean stop.
 *
 *     daemon_run:  load the configuration → prepare and lock the state directory → HTTP, pool, control socket
 *                  → assembly (instances, bus, desk, watches) → run until a signal, or once through → stop
 *
 * The main thread waits for signals and commands and does all starting, reloading and stopping. */
#ifndef CORE_DAEMON_DAEMON_H
#define CORE_DAEMON_DAEMON_H

#include <stdbool.h>

struct daemon_arguments {
    const char *config; /* NULL: by config_default_path */
    bool once;
};

enum daemon_status {
    DAEMON_DONE = 0,
    DAEMON_FAILED = 1,
    DAEMON_UNREADABLE = 2,
    DAEMON_STUCK = 3 /* a callback would not end: leave by _exit with DAEMON_FAILED, without cleaning up */
};

/* Once a process. The exit status of the program, save for DAEMON_STUCK. */
enum daemon_status daemon_run(const struct daemon_arguments *arguments);

#endif
