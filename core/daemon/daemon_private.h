/* What the files of core/daemon share: daemon.c (life), reload.c, once.c, commands.c (the control socket's handlers).
 */
#ifndef CORE_DAEMON_DAEMON_PRIVATE_H
#define CORE_DAEMON_DAEMON_PRIVATE_H

#include "core/control/server.h"
#include "core/daemon/assembly.h"
#include "core/daemon/daemon.h"
#include "core/host/runners.h"
#include "core/store/state.h"

#include <pthread.h>

enum { STOP_GRACE_MS = 1500, STOP_LIMIT_MS = 4000, RELOAD_NAME_SIZE = 300 };

struct daemon {
    const char *config;
    bool once;
    int signals;     /* signalfd */
    int wake;        /* eventfd: a command wants the main thread */
    int64_t started; /* by the clock */

    struct state_lock *state_lock;
    char *state_dir;
    struct http_client *http;
    struct runners *runners;
    struct pool *pool;
    struct control_server *control;
    struct service_ground services;

    pthread_mutex_t lock;      /* for what follows */
    struct assembly *assembly; /* swapped by the main thread only */
    bool is_swapping;          /* a reload is taking it down: its bus must not be asked */
    bool stop_wanted, reload_wanted;
    uint64_t reloads, reloads_begun;    /* finished ones; and with one that is under way */
    char reload_anew[RELOAD_NAME_SIZE]; /* with reload_wanted: which instances are to be made anew, "" for none */
    bool reload_good;
    char reload_text[2000];
    pthread_cond_t reload_over;
    unsigned changes;           /* of the store that are under way: the assembly stays until they are over */
    pthread_cond_t change_over;
};

struct assembly_ground daemon_ground(const struct daemon *daemon);
/* Loads and checks the configuration, printing what is wrong with it to stderr. NULL: *status (may be NULL) says which
 * exit status that means, `error` (may be NULL) what to tell. */
struct setup *daemon_load(const char *config, enum daemon_status *status, struct error *error);

/* Main thread: does it, logs and keeps what happened. */
void daemon_reload(struct daemon *daemon);
/* Main thread: waits until everything is done or given up, and tells what failed. */
enum daemon_status daemon_run_once(struct daemon *daemon);
/* Main thread: takes in signals and commands for at most `timeout_ms`; true where a stop is wanted. */
bool daemon_wait(struct daemon *daemon, int timeout_ms);
/* What stands behind the services' command/1; `context` is the daemon. Any thread. */
struct answer *daemon_command(void *context, const char *author, struct ent_str request);
/* Behind their tell_parked. */
bool daemon_tell_parked(void *context, const char *instance, const char *why, struct error *error);
/* For control_server_create. */
extern control_handler *const daemon_handlers[CONTROL_COMMAND_COUNT];

#endif
