#include "core/host/runner.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/runner_death.h"
#include "core/host/runner_private.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVING_MAX = 512, EXIT_GRACE_MS = 1000 };

/* A member's request on its way to a thread of its own. */
struct serving {
    struct runner *runner;
    struct runner_member *member;
    struct wire_message *message;
};

/* ---- ending ---- */

void runner_kill_locked(struct runner *runner, const char *why)
{
    if (!*runner->killed_why)
        snprintf(runner->killed_why, sizeof runner->killed_why, "%s", why);
    if (!runner->is_reaped)
        kill(-runner->process.id, SIGKILL);
}

void runner_kill(struct runner *runner, const char *why)
{
    pthread_mutex_lock(&runner->lock);
    runner_kill_locked(runner, why);
    pthread_mutex_unlock(&runner->lock);
}

/* Its exit status. It is killed where it outlives its socket. */
static int reap(struct runner *runner)
{
    int64_t end = clock_monotonic() + EXIT_GRACE_MS;
    siginfo_t info;
    for (;;) {
        info.si_pid = 0;
        int status = waitid(P_PID, (id_t)runner->process.id, &info, WEXITED | WNOWAIT | WNOHANG);
        if ((status == 0 && info.si_pid != 0) || (status != 0 && errno != EINTR))
            break;
        if (clock_monotonic() >= end)
            kill(-runner->process.id, SIGKILL);
        poll(NULL, 0, 1);
    }
    int status = 0;
    pthread_mutex_lock(&runner->lock);
    runner->is_reaped = true;
    waitpid(runner->process.id, &status, 0);
    pthread_mutex_unlock(&runner->lock);
    return status;
}

/* What the kernel has killed for its memory. After it was reaped, the lock held. */
static void heed_kernel(struct runner *runner)
{
    if (runner->cgroup && !*runner->killed_why)
        cgroup_has_killed(runner->cgroup, runner->killed_why, sizeof runner->killed_why);
}

/* Says to each call that waits whose fault it was. The lock is held. */
static void blame_calls(struct runner *runner, struct runner_death *death)
{
    bool is_blamed = false;
    for (struct call *call = runner->calls; call; call = call->next)
        runner_death_add(death, call->number, call->is_hung);
    for (struct call *call = runner->calls; call; call = call->next) {
        call->shown->blame =
            runner_death_blame(death, call->number, call->shown->name, call->shown->why, sizeof call->shown->why);
        if (call->shown->blame == RUNNER_BLAME_FAULT && call->shown->member)
            call->shown->member->is_called_dead = true;
        is_blamed |= call->shown->blame == RUNNER_BLAME_FAULT;
        pthread_cond_broadcast(&call->changed);
    }
    runner->end = runner_death_end(death, is_blamed);
}

static void tell_members(struct runner *runner, const char *why)
{
    for (size_t i = 0; i < runner->member_count; i++)
        if (runner->members[i])
            runner->members[i]->lost(runner->members[i]->context, runner->members[i]->is_called_dead, why);
}

static void bury(struct runner *runner, const struct error *garbage)
{
    struct runner_death death;
    char text[300];
    if (garbage->kind) {
        char why[200];
        snprintf(why, sizeof why, "%.180s", garbage->text);
        runner_kill(runner, why);
    }
    int status = reap(runner);
    pthread_mutex_lock(&runner->lock);
    heed_kernel(runner);
    size_t users = runner->member_count;
    runner_death_begin(&death, status, runner->killed_why, runner->process.page);
    blame_calls(runner, &death);
    runner_death_print(&death, text, sizeof text);
    runner->is_alive = false;
    tell_members(runner, text);
    bool is_wanted = atomic_load(&runner->references) == 0;
    pthread_mutex_unlock(&runner->lock);
    if (!is_wanted && users > 0)
        log_write(LOG_ERROR, NULL, NULL, "process %d of plugin %s has ended: it %s", (int)runner->process.id,
                  runner->name, text);
}

/* ---- reading ---- */

static struct call *find_call(const struct runner *runner, uint64_t number)
{
    struct call *call = runner->calls;
    while (call && call->number != number)
        call = call->next;
    return call;
}

static struct runner_member *find_member(const struct runner *runner, uint32_t number)
{
    return number > 0 && number <= runner->member_count ? runner->members[number - 1] : NULL;
}

/* Gives the message to the thread that waits for its call; false where nobody does, or it has one already. */
static bool give_to_call(struct runner *runner, struct wire_message *message)
{
    struct call *call = find_call(runner, message->head.call);
    struct wire_message **place = !call ? NULL : message->head.type == WIRE_RESULT ? &call->result : &call->request;
    if (!place || *place)
        return false;
    *place = message;
    pthread_cond_broadcast(&call->changed);
    return true;
}

static void *serve(void *context)
{
    struct serving *serving = context;
    struct runner *runner = serving->runner;
    serving->member->serve(serving->member->context, runner, serving->message);
    wire_message_free(serving->message);
    pthread_mutex_lock(&runner->lock);
    serving->member->busy--;
    runner->serving--;
    pthread_cond_broadcast(&runner->served);
    pthread_mutex_unlock(&runner->lock);
    free(serving);
    return NULL;
}

/* One that has left is not answered: it may ask nothing any more. */
static bool serve_member(struct runner *runner, struct wire_message *message)
{
    struct runner_member *member = find_member(runner, message->head.instance);
    pthread_attr_t detached;
    pthread_t thread;
    if (runner->serving >= SERVING_MAX)
        return false;
    struct serving *serving = member && member->serve ? malloc(sizeof *serving) : NULL;
    if (!serving) {
        wire_message_free(message);
        return true;
    }
    *serving = (struct serving){runner, member, message};
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    bool is_started = pthread_create(&thread, &detached, serve, serving) == 0;
    pthread_attr_destroy(&detached);
    member->busy += is_started;
    runner->serving += is_started;
    if (!is_started)
        free(serving);
    return is_started;
}

/* What is said on behalf of no instance. */
static void hear_runner(const struct runner *runner, const struct wire_message *message)
{
    struct wire_reader reader = wire_read(message);
    uint32_t level = wire_get_u32(&reader);
    const char *text = wire_get_text(&reader);
    if (wire_is_done(&reader) && text && utf8_is_valid(text, strlen(text)))
        log_write(level == LOG_ERROR   ? LOG_WARNING
                  : level == LOG_DEBUG ? LOG_DEBUG
                                       : LOG_INFO,
                  NULL, NULL, "plugin %s: %s", runner->name, text);
}

static bool hear(struct runner *runner, struct wire_message *message)
{
    struct runner_member *member = find_member(runner, message->head.instance);
    if (member)
        member->hear(member->context, message);
    else if (message->head.instance == 0 && message->head.type == WIRE_LOG)
        hear_runner(runner, message);
    wire_message_free(message);
    return true;
}

/* Takes the message over. False where no runner of ours sends such a one now. */
static bool dispatch(struct runner *runner, struct wire_message *message)
{
    switch ((enum wire_type)message->head.type) {
    case WIRE_RESULT:
    case WIRE_KV_GET:
    case WIRE_KV_NEXT:
    case WIRE_SUBMIT:
    case WIRE_SUBMIT_MAIL:
        if (give_to_call(runner, message))
            return true;
        break;
    case WIRE_FOLDER:
    case WIRE_ASK:
    case WIRE_COMMAND:
    case WIRE_WAIT:
    case WIRE_LISTEN:
    case WIRE_CONNECT:
    case WIRE_SEND:
        if (serve_member(runner, message))
            return true;
        break;
    case WIRE_LOG:
    case WIRE_COUNT:
    case WIRE_GAUGE:
    case WIRE_WAKE:
        return hear(runner, message);
    default:
        break;
    }
    wire_message_free(message);
    return false;
}

static void *read_messages(void *context)
{
    struct runner *runner = context;
    struct error error = ERROR_INIT;
    struct wire_message *message;
    while ((message = wire_receive(runner->process.socket, &error))) {
        pthread_mutex_lock(&runner->lock);
        bool is_good = dispatch(runner, message);
        pthread_mutex_unlock(&runner->lock);
        if (!is_good) {
            error_set(&error, ERROR_INPUT, "it sent a message that nobody waits for, or asks for too much at once");
            break;
        }
    }
    bury(runner, &error);
    return NULL;
}

/* ---- starting ---- */

static bool say_hello(const struct runner *runner, const struct runner_hello *hello, struct error *error)
{
    struct buffer payload = BUFFER_INIT;
    struct wire_head head = {.type = WIRE_HELLO};
    runner_hello_put(&payload, hello);
    bool is_sent = wire_send(runner->process.socket, &head, &payload, -1, error);
    buffer_free(&payload);
    return is_sent;
}

/* The runner's answer to the hello; NULL where none comes in time. What it logs meanwhile is told. */
static struct wire_message *await_ready(struct runner *runner, int64_t limit_ms, bool *is_late, struct error *error)
{
    int64_t end = clock_monotonic() + limit_ms;
    for (;;) {
        int64_t left = end - clock_monotonic();
        struct pollfd wait = {.fd = runner->process.socket, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        *is_late = ready == 0;
        struct wire_message *message = ready > 0 ? wire_receive(runner->process.socket, error) : NULL;
        if (!message || message->head.type == WIRE_READY)
            return message;
        if (message->head.type == WIRE_LOG)
            hear_runner(runner, message);
        wire_message_free(message);
    }
}

static bool heed_ready(struct runner *runner, const struct wire_message *message, struct error *error)
{
    struct wire_reader reader = wire_read(message);
    bool is_good = wire_get_u32(&reader) != 0;
    const char *text = wire_get_text(&reader);
    runner->callbacks = wire_get_u32(&reader);
    if (!wire_is_done(&reader) || !text)
        return error_set(error, ERROR_INPUT,
                         "its answer cannot be read; are entented and entente-runner of one version?");
    if (!is_good)
        return error_set(error, ERROR_INPUT, "%s", text);
    snprintf(runner->state, sizeof runner->state, "%s%s", text, runner->cgroup ? "; control group" : "");
    return true;
}

static void tell_why_not(struct runner *runner, bool is_late, int64_t limit_ms, struct error *error)
{
    char text[300];
    struct runner_death death;
    if (is_late)
        runner_kill(runner, "hung");
    int status = reap(runner);
    if (error->kind)
        return;
    pthread_mutex_lock(&runner->lock);
    if (!is_late)
        heed_kernel(runner);
    pthread_mutex_unlock(&runner->lock);
    runner_death_begin(&death, status, is_late ? "" : runner->killed_why, runner->process.page);
    runner_death_print(&death, text, sizeof text);
    enum error_kind kind = runner_death_end(&death, false) == RUNNER_END_OUTSIDE ? ERROR_STATE : ERROR_INPUT;
    if (is_late)
        error_set(error, ERROR_INPUT, "hung while it was being loaded, and was stopped after %lld ms",
                  (long long)limit_ms);
    else
        error_set(error, kind, "%s while it was being loaded", text);
}

static bool greet(struct runner *runner, const struct runner_settings *settings, struct error *error)
{
    bool is_late = false;
    struct wire_message *message = NULL;
    if (say_hello(runner, &settings->hello, error))
        message = await_ready(runner, settings->start_ms, &is_late, error);
    /* A socket that fails is one whose other end is gone: how that ended says more. */
    if (!message && error->kind == ERROR_SYSTEM)
        *error = (struct error)ERROR_INIT;
    bool is_good = message && heed_ready(runner, message, error);
    wire_message_free(message);
    if (is_good && pthread_create(&runner->reader, NULL, read_messages, runner) == 0)
        return true;
    if (is_good)
        error_set(error, ERROR_SYSTEM, "no thread can be made to read what a runner says");
    if (is_good || error->kind)
        runner_kill(runner, "refused");
    tell_why_not(runner, is_late, settings->start_ms, error);
    return false;
}

static void free_runner(struct runner *runner)
{
    cgroup_destroy(runner->cgroup);
    pthread_mutex_destroy(&runner->lock);
    pthread_cond_destroy(&runner->served);
    free(runner->members);
    free(runner->name);
    free(runner);
}

/* Before it loads anything: what was used by then is counted where it came from. */
static void bound(struct runner *runner, int64_t memory_max)
{
    struct error error = ERROR_INIT;
    struct cgroup *cgroup = memory_max > 0 ? cgroup_create(memory_max, &error) : NULL;
    if (cgroup && cgroup_enter(cgroup, runner->process.id, &error)) {
        runner->cgroup = cgroup;
        return;
    }
    cgroup_destroy(cgroup);
    if (error.kind)
        log_write(LOG_WARNING, NULL, NULL, "memory_max of plugin %s is held by samples alone: %s", runner->name,
                  error.text);
}

struct runner *runner_start(const struct runner_settings *settings, struct error *error)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (!runner || !(runner->name = strdup(settings->name))) {
        free(runner);
        error_set(error, ERROR_MEMORY, "no memory for a runner");
        return NULL;
    }
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->served, NULL);
    atomic_init(&runner->references, 1);
    runner->is_alive = true;
    if (!runner_spawn(settings->program, &runner->process, error)) {
        free_runner(runner);
        return NULL;
    }
    bound(runner, settings->hello.memory_max);
    if (greet(runner, settings, error))
        return runner;
    runner_process_close(&runner->process);
    free_runner(runner);
    return NULL;
}

void runner_hold(struct runner *runner)
{
    atomic_fetch_add(&runner->references, 1);
}

void runner_release(struct runner *runner)
{
    if (!runner || atomic_fetch_sub(&runner->references, 1) > 1)
        return;
    /* Its end of the socket is all that keeps it. */
    shutdown(runner->process.socket, SHUT_RDWR);
    pthread_join(runner->reader, NULL);
    runner_process_close(&runner->process);
    free_runner(runner);
}

/* ---- looking ---- */

bool runner_is_alive(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool is_alive = runner->is_alive;
    pthread_mutex_unlock(&runner->lock);
    return is_alive;
}

enum runner_end runner_end(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    enum runner_end end = runner->end;
    pthread_mutex_unlock(&runner->lock);
    return end;
}

pid_t runner_process(const struct runner *runner)
{
    return runner->process.id;
}

int64_t runner_memory(struct runner *runner)
{
    char path[64];
    long long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)runner->process.id);
    FILE *file = runner_is_alive(runner) ? fopen(path, "re") : NULL;
    if (!file)
        return 0;
    if (fscanf(file, "%lld %lld", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

const char *runner_state(const struct runner *runner)
{
    return runner->state;
}

uint32_t runner_callbacks(const struct runner *runner)
{
    return runner->callbacks;
}

/* ---- members ---- */

static bool grow_members(struct runner *runner)
{
    if (runner->member_count < runner->member_capacity)
        return true;
    size_t wanted = runner->member_capacity ? runner->member_capacity * 2 : 16;
    struct runner_member **grown = realloc(runner->members, wanted * sizeof(struct runner_member *));
    if (!grown)
        return false;
    runner->members = grown;
    runner->member_capacity = wanted;
    return true;
}

bool runner_join(struct runner *runner, struct runner_member *member)
{
    pthread_mutex_lock(&runner->lock);
    bool is_in = runner->is_alive && runner->member_count < UINT32_MAX && grow_members(runner);
    if (is_in) {
        runner->members[runner->member_count++] = member;
        member->number = (uint32_t)runner->member_count;
        member->busy = 0;
        member->is_called_dead = false;
    }
    pthread_mutex_unlock(&runner->lock);
    return is_in;
}

void runner_leave(struct runner *runner, struct runner_member *member)
{
    pthread_mutex_lock(&runner->lock);
    runner->members[member->number - 1] = NULL;
    while (member->busy > 0)
        pthread_cond_wait(&runner->served, &runner->lock);
    pthread_mutex_unlock(&runner->lock);
}
