#include "runner/host/host.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "runner/host/executors.h"
#include "runner/host/faults.h"
#include "runner/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIM_MS = 15000 };

/* A question that waits for its answer: on the stack of whoever asks. */
struct question {
    struct question *next;
    uint64_t number;
    struct wire_message *answer;
    pthread_cond_t answered;
};

const struct plugin *host_plugin;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for what follows */
static struct question *questions;
static uint64_t last_question;

/* What runs in this thread just now. */
static _Thread_local uint64_t current_call;
static _Thread_local uint32_t current_instance;

/* ---- asking ---- */

/* The daemon is gone: the main thread is about to see that, and ends the process. */
static void await_end(void)
{
    for (;;)
        pause();
}

/* False where memory is out. */
static bool send_message(const struct wire_head *head, const struct buffer *payload)
{
    struct error error = ERROR_INIT;
    bool is_sent = wire_send(RUNNER_SOCKET, head, payload, -1, &error);
    if (!is_sent && error.kind == ERROR_SYSTEM)
        await_end();
    return is_sent;
}

void host_tell(enum wire_type type, uint32_t instance, const struct buffer *payload)
{
    struct wire_head head = {.type = (uint16_t)type, .instance = instance};
    send_message(&head, payload);
}

void host_tell_result(const struct wire_message *call, const struct buffer *payload)
{
    struct wire_head head = {.type = WIRE_RESULT, .instance = call->head.instance, .call = call->head.call};
    executors_publish();
    if (!send_message(&head, payload))
        host_give_up("a result cannot be told: memory is out");
}

void host_give_up(const char *why)
{
    log_write(LOG_ERROR, NULL, NULL, "%s", why);
    shutdown(RUNNER_SOCKET, SHUT_RDWR);
    await_end();
}

static void forget(struct question *question)
{
    struct question **at = &questions;
    while (*at != question)
        at = &(*at)->next;
    *at = question->next;
}

struct wire_message *host_ask(enum wire_type type, uint32_t instance, const struct buffer *payload)
{
    struct question question = {.answered = PTHREAD_COND_INITIALIZER};
    pthread_mutex_lock(&lock);
    question.number = ++last_question;
    question.next = questions;
    questions = &question;
    pthread_mutex_unlock(&lock);
    bool is_of_call = type == WIRE_KV_GET || type == WIRE_KV_NEXT || type == WIRE_SUBMIT || type == WIRE_SUBMIT_MAIL;
    struct wire_head head = {.type = (uint16_t)type,
                             .instance = instance,
                             .call = is_of_call ? current_call : 0,
                             .request = question.number};
    bool is_sent = send_message(&head, payload);
    pthread_mutex_lock(&lock);
    while (is_sent && !question.answer)
        pthread_cond_wait(&question.answered, &lock);
    forget(&question);
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&question.answered);
    return question.answer;
}

/* Gives an answer that has come to whoever waits for it; takes it over. */
static void host_take_answer(struct wire_message *answer)
{
    pthread_mutex_lock(&lock);
    struct question *question = questions;
    while (question && (question->number != answer->head.request || question->answer))
        question = question->next;
    if (question) {
        question->answer = answer;
        answer = NULL;
        pthread_cond_signal(&question->answered);
    }
    pthread_mutex_unlock(&lock);
    wire_message_free(answer);
}

static void tell_log(enum log_level level, const char *instance, const char *text)
{
    struct buffer payload = BUFFER_INIT;
    (void)instance;
    wire_put_u32(&payload, (uint32_t)level);
    wire_put_text(&payload, text);
    host_tell(WIRE_LOG, current_instance, &payload);
    buffer_free(&payload);
}

void host_enter_plugin(uint64_t call, uint32_t instance)
{
    current_call = call;
    current_instance = instance;
    host_error_clear();
    fault_enter(call);
}

void host_leave_plugin(void)
{
    fault_leave();
    current_call = 0;
    current_instance = 0;
}

/* ---- beginning ---- */

static struct sandbox_path sandbox_path_of(const struct runner_path *path)
{
    unsigned access = SANDBOX_READ | (path->access & RUNNER_WRITE ? 0 : SANDBOX_WATCH);
    if (path->access & RUNNER_WRITE)
        access |= SANDBOX_WRITE;
    if (path->access & RUNNER_FOLDER)
        access |= SANDBOX_FOLDER;
    if (path->access & RUNNER_BESIDE)
        access |= SANDBOX_BESIDE;
    return (struct sandbox_path){path->path, access};
}

/* What the sandbox refuses is told in the middle of a call of the plugin's, where little may be done: it goes into a
 * pipe, from which this thread logs it. */
static int reports[2] = {-1, -1};

static void *log_reports(void *context)
{
    FILE *file = fdopen(reports[0], "r");
    char line[300];
    (void)context;
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        log_write(LOG_ERROR, NULL, NULL, "%s", line);
    }
    return NULL;
}

static bool open_reports(struct error *error)
{
    return (pipe2(reports, O_CLOEXEC) == 0 && fcntl(reports[1], F_SETFL, O_NONBLOCK) == 0) ||
           error_set_errno(error, errno, "no pipe for what a sandbox refuses");
}

static bool start_reports(struct error *error)
{
    pthread_t thread;
    int status = pthread_create(&thread, NULL, log_reports, NULL);
    if (status != 0)
        return error_set_errno(error, status, "no thread for what a sandbox refuses");
    pthread_detach(thread);
    return true;
}

/* From here on the kernel holds this process to what its isolation says. */
static bool confine(const struct runner_hello *hello, char *text, size_t size, struct error *error)
{
    const int descriptors[] = {RUNNER_SOCKET, RUNNER_PAGE, reports[0], reports[1]};
    struct sandbox_state state = {.isolation = hello->isolation};
    /* What came with the program: lexicons and tables. In a build tree these folders are links to the sources. */
    static const char *const linked[] = {"", "/lexicon", "/templates"};
    char data[sizeof linked / sizeof *linked][PATH_MAX];
    struct sandbox_path *paths = calloc(hello->path_count + sizeof linked / sizeof *linked, sizeof *paths);
    size_t count = 0;
    if (!paths)
        return error_set(error, ERROR_MEMORY, "no memory for the paths of a sandbox");
    while (count < hello->path_count) {
        paths[count] = sandbox_path_of(&hello->paths[count]);
        count++;
    }
    for (size_t i = 0; i < sizeof linked / sizeof *linked; i++) {
        snprintf(data[i], sizeof data[i], "%s%s", paths_get()->data, linked[i]);
        paths[count++] = (struct sandbox_path){data[i], SANDBOX_READ | SANDBOX_FOLDER};
    }
    struct sandbox_policy policy = {.isolation = hello->isolation,
                                    .is_required = hello->is_sandbox_required,
                                    .descriptors_max = hello->descriptors_max,
                                    .object = hello->object,
                                    .paths = paths,
                                    .path_count = count,
                                    .descriptors = descriptors,
                                    .descriptor_count = sizeof descriptors / sizeof *descriptors,
                                    .report = reports[1]};
    bool is_confined = sandbox_enter(&policy, &state, error);
    free(paths);
    sandbox_state_print(&state, text, size);
    return is_confined;
}

static bool begin(const struct wire_message *message, char *text, size_t size, struct error *error)
{
    struct runner_hello hello;
    struct wire_reader reader = wire_read(message);
    if (message->head.type != WIRE_HELLO || !runner_hello_get(&reader, &hello))
        return error_set(error, ERROR_INPUT, "the daemon's greeting cannot be read; are both of one version?");
    bool is_good = fault_begin(error) && open_reports(error) && confine(&hello, text, size, error) &&
                   start_reports(error) &&
                   (host_plugin = plugin_load(&(struct plugin_info){.path = hello.object, .file = hello.file}, error));
    free((void *)(uintptr_t)hello.paths);
    return is_good;
}

static uint32_t rare_callbacks(void)
{
    const struct ent_ops *ops = host_plugin->descriptor->ops;
    return (ops->start ? RUNNER_HAS_START : 0) | (ops->drain ? RUNNER_HAS_DRAIN : 0) |
           (ops->stop ? RUNNER_HAS_STOP : 0) | (ops->check ? RUNNER_HAS_CHECK : 0);
}

/* False: there is nothing to host. */
static bool greet(void)
{
    char text[300] = "";
    struct error error = ERROR_INIT;
    struct buffer payload = BUFFER_INIT;
    struct wire_head head = {.type = WIRE_READY};
    struct wire_message *message = wire_receive(RUNNER_SOCKET, &error);
    if (!message)
        return false;
    bool is_good = begin(message, text, sizeof text, &error);
    wire_put_u32(&payload, is_good);
    wire_put_text(&payload, is_good ? text : error.text);
    wire_put_u32(&payload, is_good ? rare_callbacks() : 0);
    is_good = wire_send(RUNNER_SOCKET, &head, &payload, -1, &error) && is_good;
    buffer_free(&payload);
    wire_message_free(message);
    return is_good;
}

/* A plugin that runs wild must not fill the disk with its core, nor outlive the daemon by keeping this thread from
 * seeing that it is gone. */
static void restrain(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    fcntl(RUNNER_SOCKET, F_SETFD, FD_CLOEXEC);
    fcntl(RUNNER_PAGE, F_SETFD, FD_CLOEXEC);
}

/* Executors are as many as there are calls at once; a heap for each would keep what one call took once. */
static void share_heaps(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    mallopt(M_ARENA_MAX, cores > 1 ? (int)cores : 1);
}

/* The next message. Between them, now and then, what calls have taken is given back to the system. */
static struct wire_message *receive(int64_t *trimmed_at, bool *has_worked, struct error *error)
{
    struct pollfd wait = {.fd = RUNNER_SOCKET, .events = POLLIN};
    int64_t left = *trimmed_at + TRIM_MS - clock_monotonic();
    if (*has_worked && (left <= 0 || poll(&wait, 1, (int)left) == 0)) {
        malloc_trim(0);
        *trimmed_at = clock_monotonic();
        *has_worked = false;
    }
    struct wire_message *message = wire_receive(RUNNER_SOCKET, error);
    *has_worked = true;
    return message;
}

void host_run(void)
{
    struct error error = ERROR_INIT;
    struct wire_message *message;
    int64_t trimmed_at = clock_monotonic();
    bool has_worked = false;
    share_heaps();
    restrain();
    log_divert(tell_log);
    hosted_table_prepare();
    if (!greet())
        return;
    while ((message = receive(&trimmed_at, &has_worked, &error))) {
        if (message->head.type == WIRE_ANSWER) {
            host_take_answer(message);
            continue;
        }
        host_note_call(message);
        if (message->head.call == 0)
            wire_message_free(message);
        else
            executors_give(message);
    }
}
