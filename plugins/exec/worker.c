#include "plugins/exec/worker.h"

#include "lib/program/child.h"
#include "lib/program/lines.h"
#include "plugins/exec/job.h"
#include "plugins/exec/mailbox.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    GRACE_MS = 2000,
    CLOSED_MS = 1000,
    PAUSE_FIRST_MS = 1000,
    PAUSE_MAX_MS = 60000,
    LOOK_MS = 500,
    DRAIN_READS = 64,
    READS_A_TURN = 8,
    LINE_MAX_SIZE = 8 * 1024 * 1024,
    ERROR_LINE_MAX_SIZE = 8 * 1024,
    UNSETTLED_MAX = 64 * 1024 * 1024,
    PART_RECORDS = 256, /* of a source: so much becomes durable before the fetch is over */
    PART_SIZE = 1024 * 1024,
    TOLD_MAX = 200, /* lines of a program for the log in TOLD_MS */
    TOLD_MS = 10000,
    CAREFUL_FOR = 20
};

struct worker {
    struct worker_settings settings;
    pthread_t thread;
    bool has_thread; /* from the first work on */
    struct mailbox *mailbox;
    /* The thread's own: */
    struct child child;
    struct lines output, errors;
    struct job *jobs;    /* the oldest first; those with sent > 0 are the program's */
    size_t unsettled;    /* bytes that the program handed over for jobs that are open */
    struct buffer start; /* the line that answers its hello, as far as it is not sent */
    size_t start_sent;
    struct hello *hello; /* of the program that runs; NULL: not yet said */
    char last_output[300], last_error[300];
    char why[300];         /* it is being ended, for this reason; empty: it is not */
    bool is_late;          /* … because it did not answer in time */
    int64_t started;       /* monotonic, as all that follow */
    int64_t waiting_since; /* the oldest that the program has is its turn since then; 0: it has none */
    int64_t kill_at;       /* it was told to end; 0: not */
    int64_t closed_at;     /* its output has ended, which mostly is its own end; 0: not */
    int64_t not_before;    /* it is not started again sooner */
    int64_t told_since;
    unsigned told, untold;
    uint64_t answers; /* of the program that runs */
    int failures;
    int careful; /* it died over one of several records: for so many more it gets them one by one */
};

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- telling ---- */

/* A program that never stops talking must not fill the log. */
static bool may_tell(struct worker *worker)
{
    int64_t now = now_ms();
    if (worker->told_since == 0 || now - worker->told_since >= TOLD_MS) {
        char text[100];
        snprintf(text, sizeof text, "%u more lines of the program were left out", worker->untold);
        if (worker->untold > 0)
            worker->settings.told(worker->settings.context, ENT_LOG_WARNING, text);
        worker->told_since = now;
        worker->told = worker->untold = 0;
    }
    if (worker->told < TOLD_MAX) {
        worker->told++;
        return true;
    }
    worker->untold++;
    return false;
}

static void tell(struct worker *worker, uint32_t level, const char *before, const char *text)
{
    char whole[1000];
    if (!may_tell(worker))
        return;
    snprintf(whole, sizeof whole, "%s%.900s", before, text);
    worker->settings.told(worker->settings.context, level, whole);
}

static void count(struct worker *worker, const char *name)
{
    worker->settings.counts(worker->settings.context, name, 1);
}

/* ---- results ---- */

static void push_result(struct worker *worker, struct worker_result *result)
{
    mailbox_put_result(worker->mailbox, result);
    worker->settings.settled(worker->settings.context);
}

static void take_off(struct worker *worker, const struct job *job)
{
    for (struct job **at = &worker->jobs; *at; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            return;
        }
}

/* Takes the job off the list and frees it. */
static void settle(struct worker *worker, struct job *job, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    take_off(worker, job);
    worker->unsettled -= job->result->bytes;
    push_result(worker, job_finish(job, code, retry_after_ms, text));
    job_free(job);
    worker->waiting_since = worker->jobs && worker->jobs->sent > 0 ? now_ms() : 0;
}

static void settle_sent(struct worker *worker, enum ent_code code, const char *text)
{
    while (worker->jobs && worker->jobs->sent > 0)
        settle(worker, worker->jobs, code, -1, text);
}

static void settle_all(struct worker *worker, enum ent_code code, const char *text)
{
    while (worker->jobs)
        settle(worker, worker->jobs, code, -1, text);
}

static size_t count_sent(const struct worker *worker)
{
    size_t sent = 0;
    for (const struct job *job = worker->jobs; job && job->sent > 0; job = job->next)
        sent++;
    return sent;
}

/* ---- ending a program ---- */

/* It has a moment before it is killed; what it still says is not listened to. */
static void end_because(struct worker *worker, const char *why)
{
    if (worker->kill_at)
        return;
    snprintf(worker->why, sizeof worker->why, "%.*s", (int)sizeof worker->why - 1, why);
    child_signal(&worker->child, SIGTERM);
    worker->kill_at = now_ms() + GRACE_MS;
}

/* ---- what it writes ---- */

static struct job *find_job(struct worker *worker, int64_t id)
{
    for (struct job *job = worker->jobs; job && job->sent > 0; job = job->next)
        if (job->id == id)
            return job;
    return NULL;
}

static void take_hello(struct worker *worker, struct message *message)
{
    struct error error = ERROR_INIT;
    if (worker->hello) {
        tell(worker, ENT_LOG_WARNING, "the program says hello twice", "");
        return;
    }
    char *state = mailbox_copy_state(worker->mailbox);
    bool is_good = worker->settings.begin(worker->settings.context, message->hello, state, &worker->start, &error);
    free(state);
    if (is_good && worker->start.failed)
        is_good = error_set(&error, ERROR_MEMORY, "no memory for its options");
    if (is_good) {
        worker->hello = message->hello;
        message->hello = NULL;
        return;
    }
    settle_all(worker, error.kind == ERROR_MEMORY ? ENT_RETRY : ENT_CONFIG, error.text);
    end_because(worker, error.text);
}

/* A source may bring more than should lie in memory. */
static void hand_on_part(struct worker *worker, struct job *job)
{
    struct worker_result *result = job->result;
    if (worker->settings.kind != HELLO_SOURCE || (result->record_count < PART_RECORDS && result->bytes < PART_SIZE))
        return;
    size_t bytes = result->bytes;
    struct worker_result *part = job_take_part(job);
    if (!part)
        return; /* with the next record, or the end */
    worker->unsettled -= bytes;
    push_result(worker, part);
}

static void take_output(struct worker *worker, struct job *job, struct message *message)
{
    struct error error = ERROR_INIT;
    size_t before = job->result->bytes;
    bool is_kept = message->type == MESSAGE_WITHDRAW ? job_add_withdrawal(job, message->report, &error)
                                                     : job_add_record(job, message->record, &error);
    message->record = NULL;
    worker->unsettled += job->result->bytes - before;
    if (!is_kept) {
        settle(worker, job, error.kind == ERROR_MEMORY ? ENT_RETRY : ENT_REJECT, -1, error.text);
        return;
    }
    hand_on_part(worker, job);
    if (job == worker->jobs)
        worker->waiting_since = now_ms();
    if (worker->unsettled > UNSETTLED_MAX)
        end_because(worker, "the program hands over more than 64 MiB without a result");
}

static void take_result(struct worker *worker, struct job *job, struct message *message)
{
    const char *text = message->text;
    worker->answers++;
    if (message->code == ENT_OK) {
        worker->failures = 0;
        worker->careful -= worker->careful > 0;
    } else if (!*text) {
        text = "the program does not say why";
    }
    if (message->code == ENT_OK && message->state) {
        /* Where memory is out, the next program is told of an older one. */
        mailbox_put_state(worker->mailbox, message->state, false);
        job->result->state = message->state;
        job->result->state_size = message->state_size;
        message->state = NULL;
    }
    job->result->passes = message->passes;
    job->result->next_fetch_ms = message->next_fetch_ms;
    enum ent_code code = message->code;
    settle(worker, job, code, message->retry_after_ms, text);
    if (code == ENT_FATAL)
        end_because(worker, "the program says that it is broken");
}

static void take_message(struct worker *worker, struct message *message)
{
    char text[100];
    struct job *job = message->id ? find_job(worker, message->id) : NULL;
    if (message->type == MESSAGE_HELLO)
        take_hello(worker, message);
    else if (message->type == MESSAGE_LOG)
        tell(worker, message->level, "", message->text);
    else if (message->type == MESSAGE_METRIC)
        worker->settings.counted(worker->settings.context, message);
    else if (job && message->type == MESSAGE_RESULT)
        take_result(worker, job, message);
    else if (job)
        take_output(worker, job, message);
    else {
        bool was_there = mailbox_knows_id(worker->mailbox, message->id);
        snprintf(text, sizeof text, "the program speaks of %" PRId64 ", which it has not%s", message->id,
                 was_there ? " any more; it may have answered twice" : "");
        tell(worker, ENT_LOG_WARNING, text, "");
        count(worker, "lines_refused");
    }
}

/* A record that is wrong makes its work wrong: a source's others still count, but nothing half-made is kept of an item.
 */
static void refuse_line(struct worker *worker, const struct message *message, const char *line,
                        const struct error *error)
{
    char text[700];
    struct job *job = message->id ? find_job(worker, message->id) : NULL;
    snprintf(text, sizeof text, "a line of the program is not understood (%.300s): %.300s", error->text, line);
    tell(worker, ENT_LOG_WARNING, text, "");
    count(worker, "lines_refused");
    if (!job || worker->settings.kind == HELLO_SOURCE)
        return;
    snprintf(text, sizeof text, "the program's answer is wrong: %.300s", error->text);
    settle(worker, job, ENT_REJECT, -1, text);
}

static void take_line(void *context, const char *line, size_t size, bool is_cut)
{
    struct worker *worker = context;
    struct message message;
    struct error error = ERROR_INIT;
    snprintf(worker->last_output, sizeof worker->last_output, "%s", line);
    if (worker->settings.is_once || worker->kill_at)
        return;
    if (is_cut) {
        end_because(worker, "the program wrote a line of more than 8 MiB");
        return;
    }
    if (size == 0)
        return;
    bool is_good = message_read(&message, line, size, worker->settings.emits, &error);
    if (is_good && !worker->hello && message.type != MESSAGE_HELLO && message.type != MESSAGE_LOG)
        is_good = error_set(&error, ERROR_INPUT, "the first line must be a hello");
    if (is_good) {
        take_message(worker, &message);
    } else if (worker->hello) {
        refuse_line(worker, &message, line, &error);
    } else {
        char text[400];
        snprintf(text, sizeof text, "the program does not speak the protocol of entente-exec(7): %.300s", error.text);
        end_because(worker, text);
    }
    message_free(&message);
}

static void take_error(void *context, const char *line, size_t size, bool is_cut)
{
    struct worker *worker = context;
    (void)is_cut;
    if (size == 0)
        return;
    snprintf(worker->last_error, sizeof worker->last_error, "%s", line);
    tell(worker, ENT_LOG_INFO, "the program says: ", line);
}

/* ---- the program's life ---- */

static void pause_before_next(struct worker *worker)
{
    int64_t pause = PAUSE_FIRST_MS;
    for (int i = 0; i < worker->failures && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    worker->failures++;
    worker->not_before = now_ms() + (pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
}

static void forget_program(struct worker *worker)
{
    hello_destroy(worker->hello);
    worker->hello = NULL;
    buffer_free(&worker->start);
    worker->start_sent = 0;
    lines_clear(&worker->output);
    lines_clear(&worker->errors);
    worker->kill_at = worker->waiting_since = worker->closed_at = 0;
    worker->is_late = false;
    worker->answers = 0;
}

static void start(struct worker *worker)
{
    struct error error = ERROR_INIT;
    *worker->last_output = *worker->last_error = *worker->why = '\0';
    forget_program(worker);
    worker->started = now_ms();
    if (child_start(&worker->child, worker->settings.words, worker->settings.environment, worker->settings.directory,
                    &error)) {
        count(worker, "starts");
        return;
    }
    pause_before_next(worker);
    settle_all(worker, ENT_RETRY, error.text);
}

/* sysexits.h: what the exit status of a program that was started for one delivery says. */
static enum ent_code code_of_status(int status)
{
    if (!WIFEXITED(status))
        return ENT_RETRY;
    switch (WEXITSTATUS(status)) {
    case EX_OK:
        return ENT_OK;
    case EX_DATAERR:
        return ENT_REJECT;
    case EX_CONFIG:
        return ENT_CONFIG;
    default:
        return ENT_RETRY;
    }
}

static void end_once(struct worker *worker, enum ent_code code, const char *text)
{
    bool was_ended = *worker->why;
    if (code == ENT_OK && !was_ended) {
        worker->failures = 0;
        settle_sent(worker, ENT_OK, worker->last_output);
        return;
    }
    settle_sent(worker, was_ended ? ENT_RETRY : code, text);
}

/* What becomes of the records that a program had when it ended without being asked to. One that it had alone is at
 * fault where it died, and where it hung over it; a receiver of alerts that does not answer is no fault of the alert.
 */
static enum ent_code code_of_unanswered(struct worker *worker, int status, size_t sent)
{
    bool has_died =
        !*worker->why && !(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EX_TEMPFAIL));
    bool is_at_fault = has_died || (worker->is_late && worker->settings.kind != HELLO_SINK);
    if (!is_at_fault || worker->settings.kind == HELLO_SOURCE)
        return ENT_RETRY;
    if (sent == 1)
        return ENT_FATAL;
    worker->careful = CAREFUL_FOR;
    return ENT_RETRY;
}

static void end_stream(struct worker *worker, int status, const char *text)
{
    bool refuses = !*worker->why && WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG;
    size_t sent = count_sent(worker);
    bool did_nothing = worker->answers == 0;
    bool is_failure = sent > 0 || did_nothing || *worker->why || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (!is_failure)
        return;
    tell(worker, ENT_LOG_WARNING, "", text);
    if (sent > 0)
        settle_sent(worker, refuses ? ENT_CONFIG : code_of_unanswered(worker, status, sent), text);
    /* One that ends before it has done anything would be started for ever while the records wait. */
    if (did_nothing)
        settle_all(worker, refuses ? ENT_CONFIG : ENT_RETRY, text);
    pause_before_next(worker);
}

static void take_end(struct worker *worker, int status)
{
    char how[100], text[800];
    child_print_status(status, how, sizeof how);
    snprintf(text, sizeof text, "%s (%s)%s%s", *worker->why ? worker->why : "the program ended", how,
             *worker->last_error ? ": " : "", worker->last_error);
    if (worker->settings.is_once)
        end_once(worker, code_of_status(status), text);
    else
        end_stream(worker, status, text);
    forget_program(worker);
}

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
            worker->waiting_since = now_ms();
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
        if (read_pipe(&worker->output, &worker->child.output, take_line, worker))
            continue;
        worker->closed_at = now_ms();
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
            read_pipe(&worker->output, &worker->child.output, take_line, worker);
        if (files[1].revents)
            read_pipe(&worker->errors, &worker->child.errors, take_error, worker);
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
    int64_t now = now_ms(), due = deadline(worker);
    if (worker->child.pid == 0)
        return;
    if (worker->kill_at && now >= worker->kill_at) {
        child_signal(&worker->child, SIGKILL);
        worker->kill_at = now + GRACE_MS;
    } else if (due && now >= due && worker->closed_at && !worker->settings.is_once) {
        end_because(worker, "the program closed its standard output and so cannot answer");
    } else if (due && now >= due) {
        bool has_said_hello = worker->settings.is_once || worker->hello;
        end_because(worker, has_said_hello
                                ? "the program did not answer in time and was ended"
                                : "the program did not say hello in time and was ended; entente-exec(7) says how");
        worker->is_late = has_said_hello;
    }
}

static void turn(struct worker *worker)
{
    int status;
    if (worker->child.pid == 0 && worker->jobs && now_ms() >= worker->not_before)
        start(worker);
    if (worker->child.pid != 0)
        send_lines(worker);
    struct pollfd files[] = {{mailbox_wait_file(worker->mailbox), POLLIN, 0},
                             {has_to_send(worker) ? worker->child.input : -1, POLLOUT, 0},
                             {mailbox_has_room(worker->mailbox) ? worker->child.output : -1, POLLIN, 0},
                             {worker->child.errors, POLLIN, 0},
                             {worker->child.exit, POLLIN, 0}};
    if (poll(files, sizeof files / sizeof *files, wait_ms(worker, now_ms())) < 0 && errno != EINTR)
        return;
    if (files[0].revents)
        mailbox_clear_wait(worker->mailbox);
    if (files[2].revents)
        read_output(worker);
    if (files[3].revents)
        read_pipe(&worker->errors, &worker->child.errors, take_error, worker);
    keep_deadlines(worker);
    if (worker->child.pid != 0 && (files[4].revents || worker->child.exit < 0)) {
        read_rest(worker);
        if (child_has_ended(&worker->child, &status))
            take_end(worker, status);
    }
}

/* The program's input ends, which is how it is told to; then it has a moment. */
static void end_program(struct worker *worker)
{
    int status;
    int64_t until = now_ms() + GRACE_MS;
    child_close_input(&worker->child);
    while (worker->child.pid != 0 && now_ms() < until) {
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
    forget_program(worker);
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
