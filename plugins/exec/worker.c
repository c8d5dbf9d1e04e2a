#include "plugins/exec/worker.h"

#include "plugins/exec/child.h"
#include "plugins/exec/lines.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { ID_SIZE = 64, GRACE_MS = 2000, PAUSE_FIRST_MS = 1000, PAUSE_MAX_MS = 60000, LOOK_MS = 500, DRAIN_READS = 64 };

struct job {
    struct job *next;
    uint64_t ticket;
    char id[ID_SIZE];
    char *line;
    size_t size, sent; /* bytes */
};

struct outcome {
    struct outcome *next;
    struct worker_result result;
};

struct worker {
    struct worker_settings settings;
    pthread_t thread;
    int wake; /* eventfd */
    pthread_mutex_t mutex; /* for the four below */
    struct job *inbox, **inbox_end;
    struct outcome *outcomes, **outcomes_end;
    bool is_stopping;
    /* The thread's own: */
    struct child child;
    struct lines output, errors;
    struct job *jobs; /* the oldest first; those with sent > 0 are the program's */
    char last_output[300], last_error[300];
    int64_t waiting_since; /* monotonic: the oldest that the program has is its turn since then; 0: it has none */
    int64_t kill_at;       /* it was told to end; 0: not */
    int64_t not_before;    /* it is not started again sooner */
    int failures;
};

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- results ---- */

/* Takes the job off the list and frees it. */
static void settle(struct worker *worker, struct job *job, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    struct outcome *outcome = calloc(1, sizeof *outcome);
    for (struct job **at = &worker->jobs; *at; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            break;
        }
    bool is_first = false;
    if (outcome) { /* else the host settles it when no answer comes in time */
        outcome->result = (struct worker_result){job->ticket, code, retry_after_ms, ""};
        snprintf(outcome->result.text, sizeof outcome->result.text, "%s", text);
        pthread_mutex_lock(&worker->mutex);
        is_first = !worker->outcomes;
        *worker->outcomes_end = outcome;
        worker->outcomes_end = &outcome->next;
        pthread_mutex_unlock(&worker->mutex);
    }
    free(job->line);
    free(job);
    worker->waiting_since = worker->jobs && worker->jobs->sent > 0 ? now_ms() : 0;
    if (is_first)
        worker->settings.settled(worker->settings.context);
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

/* ---- answers ---- */

static struct job *find_job(struct worker *worker, const char *id)
{
    for (struct job *job = worker->jobs; job && job->sent > 0; job = job->next)
        if (strcmp(job->id, id) == 0)
            return job;
    return NULL;
}

static bool code_of(const char *word, enum ent_code *code)
{
    static const struct {
        const char *word;
        enum ent_code code;
    } words[] = {{"ok", ENT_OK}, {"retry", ENT_RETRY}, {"reject", ENT_REJECT}};
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0) {
            *code = words[i].code;
            return true;
        }
    return false;
}

static void tell(struct worker *worker, uint32_t level, const char *before, const char *text)
{
    char whole[600];
    snprintf(whole, sizeof whole, "%s%.500s", before, text);
    worker->settings.told(worker->settings.context, level, whole);
}

static void take_answer(void *context, const char *line, size_t size)
{
    struct worker *worker = context;
    enum ent_code code;
    snprintf(worker->last_output, sizeof worker->last_output, "%s", line);
    if (worker->settings.is_once)
        return;
    json_t *answer = json_loadb(line, size, 0, NULL);
    const char *id = json_string_value(json_object_get(answer, "delivery"));
    const char *text = json_string_value(json_object_get(answer, "text"));
    const json_t *after = json_object_get(answer, "retry_after");
    struct job *job = id ? find_job(worker, id) : NULL;
    if (!id || !code_of(json_string_value(json_object_get(answer, "result")), &code)) {
        tell(worker, ENT_LOG_WARNING, "the program's answer is not understood: ", line);
    } else if (!job) {
        tell(worker, ENT_LOG_WARNING, "the program answers to what it has not: ", line);
    } else {
        if (code == ENT_OK)
            worker->failures = 0;
        int64_t wait_ms = json_is_integer(after) && json_integer_value(after) >= 0 && json_integer_value(after) < 86400
                              ? json_integer_value(after) * 1000
                              : -1;
        settle(worker, job, code, wait_ms, text ? text : code == ENT_OK ? "" : "the program does not say why");
    }
    json_decref(answer);
}

static void take_error(void *context, const char *line, size_t size)
{
    struct worker *worker = context;
    (void)size;
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

static void start(struct worker *worker)
{
    struct error error = ERROR_INIT;
    *worker->last_output = *worker->last_error = '\0';
    worker->kill_at = 0;
    if (child_start(&worker->child, worker->settings.words, worker->settings.environment, worker->settings.directory,
                    &error))
        return;
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

static void take_end(struct worker *worker, int status)
{
    char how[100], text[500];
    enum ent_code code = code_of_status(status);
    bool was_killed = worker->kill_at != 0;
    child_print_status(status, how, sizeof how);
    lines_clear(&worker->output);
    lines_clear(&worker->errors);
    if (worker->settings.is_once && code == ENT_OK) {
        worker->failures = 0;
        settle_sent(worker, ENT_OK, worker->last_output);
        return;
    }
    snprintf(text, sizeof text, "%s (%s)%s%s", was_killed ? "the program did not answer in time and was ended" : "the program ended",
             how, *worker->last_error ? ": " : "", worker->last_error);
    bool had_work = worker->jobs && worker->jobs->sent > 0;
    if (worker->settings.is_once || code == ENT_CONFIG)
        settle_sent(worker, was_killed ? ENT_RETRY : code, text);
    else
        settle_sent(worker, ENT_RETRY, text);
    if (!worker->settings.is_once && (had_work || code != ENT_OK)) {
        tell(worker, ENT_LOG_WARNING, "", text);
        pause_before_next(worker);
    }
}

/* ---- pipes ---- */

static void send_lines(struct worker *worker)
{
    for (struct job *job = worker->jobs; job && worker->child.input >= 0; job = job->next) {
        if (worker->waiting_since == 0)
            worker->waiting_since = now_ms();
        while (job->sent < job->size) {
            ssize_t written = write(worker->child.input, job->line + job->sent, job->size - job->sent);
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0 && errno == EAGAIN)
                return;
            if (written < 0) {
                /* It reads no more; its end, or the deadline, says what becomes of the line. */
                job->sent = job->sent ? job->sent : 1;
                child_close_input(&worker->child);
                break;
            }
            job->sent += (size_t)written;
        }
        if (worker->settings.is_once) {
            child_close_input(&worker->child);
            return;
        }
    }
}

static bool has_unsent(const struct worker *worker)
{
    for (const struct job *job = worker->jobs; job; job = job->next)
        if (job->sent < job->size)
            return true;
    return false;
}

static void read_pipe(struct lines *lines, int *descriptor, lines_callback *callback, struct worker *worker)
{
    if (*descriptor >= 0 && !lines_read(lines, *descriptor, callback, worker)) {
        close(*descriptor);
        *descriptor = -1;
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
            read_pipe(&worker->output, &worker->child.output, take_answer, worker);
        if (files[1].revents)
            read_pipe(&worker->errors, &worker->child.errors, take_error, worker);
    }
}

/* ---- the thread ---- */

static bool take_inbox(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    struct job **end = &worker->jobs;
    while (*end)
        end = &(*end)->next;
    *end = worker->inbox;
    worker->inbox = NULL;
    worker->inbox_end = &worker->inbox;
    bool goes_on = !worker->is_stopping;
    pthread_mutex_unlock(&worker->mutex);
    return goes_on;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* How long poll may wait: until the next thing falls due. */
static int wait_ms(const struct worker *worker, int64_t now)
{
    int64_t due = 0;
    if (worker->child.pid == 0)
        due = worker->jobs ? worker->not_before : 0;
    else if (worker->kill_at)
        due = worker->kill_at;
    else if (worker->waiting_since)
        due = worker->waiting_since + worker->settings.timeout_ms;
    if (worker->child.pid != 0 && worker->child.exit < 0)
        due = earlier(due, now + LOOK_MS);
    if (due == 0)
        return -1;
    return due <= now ? 0 : (int)(due - now < 3600000 ? due - now : 3600000);
}

static void keep_deadlines(struct worker *worker)
{
    int64_t now = now_ms();
    if (worker->child.pid == 0)
        return;
    if (worker->kill_at && now >= worker->kill_at) {
        child_signal(&worker->child, SIGKILL);
        worker->kill_at = now + GRACE_MS;
    } else if (!worker->kill_at && worker->waiting_since && now >= worker->waiting_since + worker->settings.timeout_ms) {
        child_signal(&worker->child, SIGTERM);
        worker->kill_at = now + GRACE_MS;
    }
}

static void turn(struct worker *worker)
{
    int status;
    if (worker->child.pid == 0 && worker->jobs && now_ms() >= worker->not_before)
        start(worker);
    if (worker->child.pid != 0)
        send_lines(worker);
    bool wants_room = worker->child.input >= 0 && has_unsent(worker);
    struct pollfd files[] = {{worker->wake, POLLIN, 0},
                             {wants_room ? worker->child.input : -1, POLLOUT, 0},
                             {worker->child.output, POLLIN, 0},
                             {worker->child.errors, POLLIN, 0},
                             {worker->child.exit, POLLIN, 0}};
    if (poll(files, sizeof files / sizeof *files, wait_ms(worker, now_ms())) < 0 && errno != EINTR)
        return;
    uint64_t count;
    if (files[0].revents && read(worker->wake, &count, sizeof count) < 0 && errno != EAGAIN)
        return;
    if (files[2].revents)
        read_pipe(&worker->output, &worker->child.output, take_answer, worker);
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
    while (take_inbox(worker))
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
    worker->inbox_end = &worker->inbox;
    worker->outcomes_end = &worker->outcomes;
    pthread_mutex_init(&worker->mutex, NULL);
    worker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int reason = worker->wake < 0 ? errno : pthread_create(&worker->thread, NULL, run, worker);
    if (reason == 0)
        return worker;
    error_set_errno(error, reason, "no thread for the program");
    if (worker->wake >= 0)
        close(worker->wake);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
    return NULL;
}

static void poke(const struct worker *worker)
{
    const uint64_t one = 1;
    /* Fails only when it is awake already. */
    ssize_t written = write(worker->wake, &one, sizeof one);
    (void)written;
}

static void free_jobs(struct job *job)
{
    while (job) {
        struct job *next = job->next;
        free(job->line);
        free(job);
        job = next;
    }
}

void worker_destroy(struct worker *worker)
{
    struct worker_result ignored;
    if (!worker)
        return;
    pthread_mutex_lock(&worker->mutex);
    worker->is_stopping = true;
    pthread_mutex_unlock(&worker->mutex);
    poke(worker);
    pthread_join(worker->thread, NULL);
    while (worker_take(worker, &ignored))
        continue;
    free_jobs(worker->jobs);
    free_jobs(worker->inbox);
    lines_clear(&worker->output);
    lines_clear(&worker->errors);
    close(worker->wake);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

bool worker_submit(struct worker *worker, uint64_t ticket, const char *id, const char *line, size_t size)
{
    struct job *job = calloc(1, sizeof *job);
    char *copy = malloc(size);
    if (!job || !copy) {
        free(job);
        free(copy);
        return false;
    }
    memcpy(copy, line, size);
    *job = (struct job){.ticket = ticket, .line = copy, .size = size};
    snprintf(job->id, sizeof job->id, "%s", id);
    pthread_mutex_lock(&worker->mutex);
    *worker->inbox_end = job;
    worker->inbox_end = &job->next;
    pthread_mutex_unlock(&worker->mutex);
    poke(worker);
    return true;
}

bool worker_take(struct worker *worker, struct worker_result *result)
{
    pthread_mutex_lock(&worker->mutex);
    struct outcome *outcome = worker->outcomes;
    if (outcome) {
        worker->outcomes = outcome->next;
        if (!worker->outcomes)
            worker->outcomes_end = &worker->outcomes;
    }
    pthread_mutex_unlock(&worker->mutex);
    if (!outcome)
        return false;
    *result = outcome->result;
    free(outcome);
    return true;
}
