#include "core/host/runner_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

extern char **environ;

enum {
    CLEAR_OF_RUNNER = 16, /* descriptors that dup2 cannot run into */
    KEPT_MAX = 64,
    SEND_LIMIT_S = 10 /* a runner that takes nothing for so long is hung: its reader has nothing else to do */
};

/* Secrets come by environment (env:NAME), so little of it is passed on. */
static bool is_passed_on(const char *entry)
{
    static const char *const names[] = {
        "PATH=",         "LANG=",          "LC_",           "TZ=",    "TMPDIR=", "LD_LIBRARY_PATH=", "ASAN_OPTIONS=",
        "TSAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=", "MALLOC_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(entry, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static void clean_environment(char **kept)
{
    size_t count = 0;
    for (char **entry = environ; *entry && count < KEPT_MAX - 1; entry++)
        if (is_passed_on(*entry))
            kept[count++] = *entry;
    kept[count] = NULL;
}

/* The daemon blocks signals for its signalfd and ignores SIGPIPE; a child must not inherit that. */
static bool set_attributes(posix_spawnattr_t *attributes)
{
    static const int reset[] = {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
        sigaddset(&usual, reset[i]);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &usual) == 0 && posix_spawnattr_setpgroup(attributes, 0) == 0 &&
           posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP) == 0;
}

static int spawn_with(const char *program, pid_t *id, int socket, int page)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    char *arguments[] = {(char *)"entente-runner", (char *)"host", NULL};
    char *environment[KEPT_MAX];
    clean_environment(environment);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    int status = set_attributes(&attributes) &&
                         posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
                         posix_spawn_file_actions_adddup2(&files, socket, RUNNER_SOCKET) == 0 &&
                         posix_spawn_file_actions_adddup2(&files, page, RUNNER_PAGE) == 0 &&
                         posix_spawn_file_actions_addclosefrom_np(&files, RUNNER_PAGE + 1) == 0
                     ? posix_spawn(id, program, &files, &attributes, arguments, environment)
                     : ENOMEM;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return status;
}

/* Moves a descriptor out of the way of the runner's. */
static int move_clear(int descriptor)
{
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, CLEAR_OF_RUNNER);
    close(descriptor);
    return moved;
}

static bool make_page(struct runner_process *process, int *descriptor, struct error *error)
{
    *descriptor = memfd_create("entente-runner", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    /* Sealed against shrinking: reading it here must not fault. */
    if (*descriptor >= 0 && (*descriptor = move_clear(*descriptor)) >= 0 &&
        ftruncate(*descriptor, sizeof(struct runner_page)) == 0 &&
        fcntl(*descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
        void *page = mmap(NULL, sizeof(struct runner_page), PROT_READ, MAP_SHARED, *descriptor, 0);
        if (page != MAP_FAILED) {
            process->page = page;
            return true;
        }
    }
    return error_set_errno(error, errno, "cannot make the page shared with a runner");
}

static bool make_sockets(int ends[2], struct error *error)
{
    struct timeval limit = {.tv_sec = SEND_LIMIT_S};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set_errno(error, errno, "cannot make a socket to a runner");
    ends[0] = move_clear(ends[0]);
    ends[1] = move_clear(ends[1]);
    return (ends[0] >= 0 && ends[1] >= 0 && setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0) ||
           error_set_errno(error, errno, "cannot set up a socket to a runner");
}

static void close_open(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

/* ---- the thread that spawns ---- */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_running;
    const struct order {
        const char *program;
        int socket, page;
    } * order;    /* NULL: nothing to do */
    bool is_done; /* the order, with: */
    int status;
    pid_t id;
} spawner = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *spawn_orders(void *context)
{
    pthread_mutex_lock(&spawner.lock);
    for (;;) {
        while (!spawner.order || spawner.is_done)
            pthread_cond_wait(&spawner.changed, &spawner.lock);
        const struct order *order = spawner.order;
        spawner.status = spawn_with(order->program, &spawner.id, order->socket, order->page);
        spawner.is_done = true;
        pthread_cond_broadcast(&spawner.changed);
    }
    return context;
}

/* Never ended: its end would kill what it spawned. The lock is held. */
static int start_spawner(void)
{
    sigset_t all, before;
    pthread_t thread;
    if (spawner.is_running)
        return 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&thread, NULL, spawn_orders, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status != 0)
        return status;
    pthread_detach(thread);
    spawner.is_running = true;
    return 0;
}

static int have_spawned(const struct order *order, pid_t *id)
{
    pthread_mutex_lock(&spawner.lock);
    int status = start_spawner();
    while (status == 0 && spawner.order)
        pthread_cond_wait(&spawner.changed, &spawner.lock);
    if (status == 0) {
        spawner.order = order;
        pthread_cond_broadcast(&spawner.changed);
        while (!spawner.is_done)
            pthread_cond_wait(&spawner.changed, &spawner.lock);
        status = spawner.status;
        *id = spawner.id;
        spawner.order = NULL;
        spawner.is_done = false;
        pthread_cond_broadcast(&spawner.changed);
    }
    pthread_mutex_unlock(&spawner.lock);
    return status;
}

bool runner_spawn(const char *program, struct runner_process *process, struct error *error)
{
    int ends[2] = {-1, -1}, page = -1;
    *process = (struct runner_process){.socket = -1};
    bool is_good = make_sockets(ends, error) && make_page(process, &page, error);
    if (is_good) {
        int status = have_spawned(&(struct order){program, ends[1], page}, &process->id);
        is_good = status == 0 || error_set_errno(error, status, "cannot start %s", program);
    }
    close_open(page);
    close_open(ends[1]);
    process->socket = ends[0];
    if (!is_good)
        runner_process_close(process);
    return is_good;
}

void runner_process_close(struct runner_process *process)
{
    close_open(process->socket);
    if (process->page)
        munmap(process->page, sizeof *process->page);
}
