#include "plugins/exec/worker_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    CLOSED_MS = 1000,
    LOOK_MS = 500,
    DRAIN_READS = 64,
    READS_A_TURN = 8,
    LINE_MAX_SIZE = 8 * 1024 * 1024,
    ERROR_LINE_MAX_SIZE = 8 * 1024
};

/* ---- pipes ---- */

/* Writes what is left of some bytes. False when the pipe takes no more, or never will: then it is closed. */
static bool send_bytes(struct worker *worker, const char *bytes, size_t size, size_t *sent)
{
    while (*sent < size) {
        ssize_t written = write(worker->child.input, bytes + *sent, size - *sent);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN)
            return false;
        if (written < 0) {
            /* It reads no more; its end, or the deadline, says what becomes of the line. */
            child_close_input(&worker->child);
            return false;
        }
        *sent += (size_t)written;
    }
    return true;
}

static size_t window(const struct worker *worker)
{
    if (worker->settings.is_once || worker->careful > 0)
        return 1;
    return worker->hello ? worker->hello->window : 0;
}

/* The next job that the program may have, or has a part of; NULL: none. */
static struct job *next_to_send(const struct worker *worker)
{
    size_t open = 0;
    for (struct job *job = worker->jobs; job; job = job->next, open++)
        if (job->sent < job->size)
            return job->sent > 0 || open < window(worker) ? job : NULL;
    return NULL;
}

static bool has_to_send(const struct worker *worker)
{
    if (worker->child.input < 0 || worker->kill_at || (!worker->settings.is_once && !worker->hello))
        return false;
    return worker->start_sent < worker->start.size || next_to_send(worker);
}

static void send_lines(struct worker *worker)
{
    while (has_to_send(worker)) {
        if (!send_bytes(worker, worker->start.bytes, worker->start.size, &worker->start_sent))
            return;
        struct job *job = next_to_send(worker);
        if (!job)
            return;
        if (worker->waiting_since == 0)
            worker->waiting_since = worker_now();
        bool is_whole = send_bytes(worker, job->line, job->size, &job->sent);
        /* Whatever came of the attempt, it is the program's now. */
        if (worker->child.input < 0 && job->sent == 0)
            job->sent = 1;
        if (!is_whole)
            return;
        if (worker->settings.is_once) {
            child_close_input(&worker->child);
            return;
        }
    }
}

/* False at its end. */
static bool read_pipe(struct lines *lines, int *descriptor, lines_callback *callback, struct worker *worker)
{
    if (*descriptor >= 0 && !lines_read(lines, *descriptor, callback, worker)) {
        close(*descriptor);
        *descriptor = -1;
        return false;
    }
    return true;
}

static void read_output(struct worker *worker)
{
    for (int i = 0; i < READS_A_TURN && worker->child.output >= 0 && mailbox_has_room(worker->mailbox); i++) {
        struct pollfd file = {worker->child.output, POLLIN, 0};
        if (poll(&file, 1, 0) <= 0)
            return;
        if (read_pipe(&worker->output, &worker->child.output, worker_take_line, worker))
            continue;
        worker->closed_at = worker_now();
    }
}

/* What it wrote before it ended; what it started may hold the pipes open, so not to their end. */
static void read_rest(struct worker *worker)
{
    for (int i = 0; i < DRAIN_READS; i++) {
        struct pollfd files[] = {{worker->child.output, POLLIN, 0}, {worker->child.errors, POLLIN, 0}};
        if (poll(files, 2, 0) <= 0)
            return;
        if (files[0].revents)
            read_pipe(&worker->output, &worker->child.output, worker_take_line, worker);
        if (files[1].revents)
            read_pipe(&worker->errors, &worker->child.errors, worker_take_error, worker);
    }
}

/* ---- the thread ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* When the program has had its time; 0: it is not waited for. */
static int64_t deadline(const struct worker *worker)
{
    if (worker->child.pid == 0 || worker->kill_at)
        return 0;
    /* One that was started for one record may well close what it has no use for. */
    if (!worker->settings.is_once && worker->closed_at)
        return worker->closed_at + CLOSED_MS;
    if (!worker->settings.is_once && !worker->hello)
        return worker->started + worker->settings.timeout_ms;
    return worker->waiting_since ? worker->waiting_since + worker->settings.timeout_ms : 0;
}

/* How long poll may wait: until the next thing falls due. */
static int wait_ms(const struct worker *worker, int64_t now)
{
    int64_t due = deadline(worker);
    if (worker->child.pid == 0)
        due = worker->jobs ? worker->not_before : 0;
    else if (worker->kill_at)
        due = worker->kill_at;
    if (worker->child.pid != 0 && worker->child.exit < 0)
        due = earlier(due, now + LOOK_MS);
    if (due == 0)
        return -1;
    return due <= now ? 0 : (int)(due - now < 3600000 ? due - now : 3600000);
}

static void keep_deadlines(struct worker *worker)
{
    int64_t now = worker_now(), due = deadline(worker);
    if (worker->child.pid == 0)
        return;
    if (worker->kill_at && now >= worker->kill_at) {
        child_signal(&worker->child, SIGKILL);
        worker->kill_at = now + WORKER_GRACE_MS;
    } else if (due && now >= due && worker->closed_at && !worker->settings.is_once) {
        worker_end_because(worker, "the program closed its standard output and so cannot answer");
    } else if (due && now >= due) {
        bool has_said_hello = worker->settings.is_once || worker->hello;
        worker_end_because(
            worker, has_said_hello ? "the program did not answer in time and was ended"
                                   : "the program did not say hello in time and was ended; entente-exec(7) says how");
        worker->is_late = has_said_hello;
    }
}

static void turn(struct worker *worker)
{
    int status;
    if (worker->child.pid == 0 && worker->jobs && worker_now() >= worker->not_before)
        worker_start(worker);
    if (worker->child.pid != 0)
        send_lines(worker);
    struct pollfd files[] = {{mailbox_wait_file(worker->mailbox), POLLIN, 0},
                             {has_to_send(worker) ? worker->child.input : -1, POLLOUT, 0},
                             {mailbox_has_room(worker->mailbox) ? worker->child.output : -1, POLLIN, 0},
                             {worker->child.errors, POLLIN, 0},
                             {worker->child.exit, POLLIN, 0}};
    if (poll(files, sizeof files / sizeof *files, wait_ms(worker, worker_now())) < 0 && errno != EINTR)
        return;
    if (files[0].revents)
        mailbox_clear_wait(worker->mailbox);
    if (files[2].revents)
        read_output(worker);
    if (files[3].revents)
        read_pipe(&worker->errors, &worker->child.errors, worker_take_error, worker);
    keep_deadlines(worker);
    if (worker->child.pid != 0 && (files[4].revents || worker->child.exit < 0)) {
        read_rest(worker);
        if (child_has_ended(&worker->child, &status))
            worker_take_end(worker, status);
    }
}

/* The program's input ends, which is how it is told to; then it has a moment. */
static void end_program(struct worker *worker)
{
    int status;
    int64_t until = worker_now() + WORKER_GRACE_MS;
    child_close_input(&worker->child);
    while (worker->child.pid != 0 && worker_now() < until) {
        read_rest(worker);
        if (child_has_ended(&worker->child, &status))
            break;
        struct pollfd ending = {worker->child.exit, POLLIN, 0};
        poll(&ending, 1, 20);
    }
    child_kill(&worker->child);
}

static void *run(void *context)
{
    struct worker *worker = context;
    sigset_t pipe;
    /* A program that reads no more is told by EPIPE. */
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    while (mailbox_take_jobs(worker->mailbox, &worker->jobs))
        turn(worker);
    end_program(worker);
    return NULL;
}

/* ---- outside ---- */

struct worker *worker_create(const struct worker_settings *settings, struct error *error)
{
    struct worker *worker = calloc(1, sizeof *worker);
    if (!worker) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    worker->settings = *settings;
    worker->child = (struct child)CHILD_INIT;
    worker->output.limit = LINE_MAX_SIZE;
    worker->errors.limit = ERROR_LINE_MAX_SIZE;
    worker->mailbox = mailbox_create(error);
    if (worker->mailbox)
        return worker;
    free(worker);
    return NULL;
}

void worker_destroy(struct worker *worker)
{
    if (!worker)
        return;
    mailbox_stop(worker->mailbox);
    if (worker->has_thread)
        pthread_join(worker->thread, NULL);
    mailbox_free_jobs(worker->jobs, worker->settings.release, worker->settings.context);
    mailbox_destroy(worker->mailbox, worker->settings.release, worker->settings.context);
    worker_forget_program(worker);
    free(worker);
}

bool worker_set_state(struct worker *worker, const char *state)
{
    return mailbox_put_state(worker->mailbox, state, true);
}

bool worker_submit(struct worker *worker, const struct worker_job *work)
{
    worker->has_thread = worker->has_thread || pthread_create(&worker->thread, NULL, run, worker) == 0;
    int64_t id = mailbox_next_id(worker->mailbox);
    struct job *job = worker->has_thread ? job_create(work, id, worker->settings.is_once) : NULL;
    if (job)
        mailbox_put_job(worker->mailbox, job);
    return job != NULL;
}

struct worker_result *worker_take(struct worker *worker)
{
    return mailbox_take_result(worker->mailbox);
}
