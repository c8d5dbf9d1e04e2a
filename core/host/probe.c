#include "core/host/probe.h"

#include "core/base/clock.h"
#include "lib/base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_SIZE_MAX = 4 * 1024 * 1024, EXIT_GRACE_MS = 1000, TRIES_MAX = 3 };

extern char **environ;

struct probe {
    const char *runner, *path;
    pid_t process;
    int pipe;
    int64_t deadline;
    int64_t timeout_ms;
    struct buffer answer;
};

/* The daemon blocks signals for its signalfd; a child must not inherit that. */
static bool set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGHUP);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &usual) == 0 && posix_spawnattr_setpgroup(attributes, 0) == 0 &&
           posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP) == 0;
}

/* What the plugin prints is of no use here and would spoil the caller's output. */
static bool set_files(posix_spawn_file_actions_t *files, int answer_end)
{
    return posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(files, answer_end, PROBE_PIPE) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(files, PROBE_PIPE + 1) == 0;
}

static bool spawn_runner(struct probe *probe, const char *runner, struct error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, errno, "%s: cannot make a pipe to entente-runner", probe->path);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    char *arguments[] = {(char *)"entente-runner", (char *)"probe", (char *)probe->path, NULL};
    /* dup2 of a descriptor onto itself would leave it close-on-exec. */
    int answer_end = ends[1] == PROBE_PIPE ? fcntl(ends[1], F_DUPFD_CLOEXEC, PROBE_PIPE + 1) : ends[1];
    int status = answer_end >= 0 && set_attributes(&attributes) && set_files(&files, answer_end)
                     ? posix_spawn(&probe->process, runner, &files, &attributes, arguments, environ)
                     : ENOMEM;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (answer_end >= 0 && answer_end != ends[1])
        close(answer_end);
    close(ends[1]);
    if (status != 0) {
        close(ends[0]);
        return error_set_errno(error, status, "%s: cannot start %s to try it", probe->path, runner);
    }
    probe->pipe = ends[0];
    return true;
}

/* Reads until the end of the pipe; false when time or size ran out. */
static bool read_answer(struct probe *probe)
{
    for (;;) {
        int64_t left = probe->deadline - clock_monotonic();
        struct pollfd wait = {.fd = probe->pipe, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        char bytes[16384];
        ssize_t got = read(probe->pipe, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        buffer_append(&probe->answer, bytes, (size_t)got);
        if (probe->answer.failed)
            return false;
    }
}

/* The runner's exit status. It is killed where it outlives its answer. */
static int reap_runner(struct probe *probe, bool is_killed)
{
    int status = 0;
    int64_t end = clock_monotonic() + EXIT_GRACE_MS;
    for (;;) {
        if (is_killed || clock_monotonic() >= end)
            kill(-probe->process, SIGKILL);
        pid_t reaped = waitpid(probe->process, &status, is_killed ? 0 : WNOHANG);
        if (reaped == probe->process)
            return status;
        if (reaped < 0 && errno != EINTR)
            return 0;
        if (reaped == 0)
            poll(NULL, 0, 1);
    }
}

static const char *step_words(char step)
{
    switch (step) {
    case PROBE_STEP_LOAD:
        return "while it was being loaded (in a constructor of it or of a library it needs)";
    case PROBE_STEP_QUERY:
        return "in ent_plugin_query()";
    case PROBE_STEP_CHECK:
        return "while its descriptor was being read (a pointer in it is wrong)";
    case PROBE_STEP_ASK:
        return "while it was asked for its hello";
    default:
        return "before it was loaded";
    }
}

static json_t *read_description(const struct probe *probe, const char *text, size_t size, struct error *error)
{
    json_error_t problem;
    json_t *description = json_loadb(text, size, 0, &problem);
    const char *refused = json_string_value(json_object_get(description, "refused"));
    if (!json_is_object(description))
        error_set(error, ERROR_INPUT, "%s: entente-runner's answer cannot be read (%s); are both of one version?",
                  probe->path, problem.text);
    else if (refused)
        error_set(error, ERROR_INPUT, "%s: %s", probe->path, refused);
    else
        return description;
    json_decref(description);
    return NULL;
}

static json_t *judge(const struct probe *probe, int status, bool is_late, struct error *error)
{
    const char *bytes = probe->answer.bytes;
    size_t steps = 0;
    while (steps < probe->answer.size && bytes[steps] != PROBE_STEP_ANSWER)
        steps++;
    char step = steps > 0 ? bytes[steps - 1] : '\0';
    if (steps < probe->answer.size && !is_late && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return read_description(probe, bytes + steps + 1, probe->answer.size - steps - 1, error);
    if (is_late && probe->answer.failed)
        error_set(error, ERROR_LIMIT, "%s: its description is larger than %d bytes", probe->path, ANSWER_SIZE_MAX);
    else if (is_late)
        error_set(error, ERROR_INPUT, "%s: hung %s and was stopped after %lld ms", probe->path, step_words(step),
                  (long long)probe->timeout_ms);
    else if (WIFSIGNALED(status))
        error_set(error, ERROR_INPUT, "%s: crashed %s: SIG%s (%s)", probe->path, step_words(step),
                  sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?",
                  sigdescr_np(WTERMSIG(status)) ? sigdescr_np(WTERMSIG(status)) : "unknown signal");
    else
        error_set(error, ERROR_INPUT, "%s: ended the process %s (exit status %d); a plugin must not call exit",
                  probe->path, step_words(step), WEXITSTATUS(status));
    return NULL;
}

struct probe *probe_begin(const char *runner, const char *path, int64_t timeout_ms, struct error *error)
{
    struct probe *probe = calloc(1, sizeof *probe);
    if (!probe) {
        error_set(error, ERROR_MEMORY, "%s: no memory to try it", path);
        return NULL;
    }
    *probe =
        (struct probe){.runner = runner, .path = path, .timeout_ms = timeout_ms, .answer = {.limit = ANSWER_SIZE_MAX}};
    if (spawn_runner(probe, runner, error))
        return probe;
    free(probe);
    return NULL;
}

/* The runner's exit status. */
static int wait_for_end(struct probe *probe, bool *is_late)
{
    /* From now on, not from its start: one that was waited for before it may have used up the time. */
    probe->deadline = clock_monotonic() + probe->timeout_ms;
    *is_late = !read_answer(probe);
    int status = reap_runner(probe, *is_late);
    close(probe->pipe);
    return status;
}

json_t *probe_end(struct probe *probe, struct error *error)
{
    bool is_late;
    int status = wait_for_end(probe, &is_late);
    /* What somebody else has killed, the kernel for want of memory among them, says nothing of the object. */
    for (int i = 1; !is_late && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && i < TRIES_MAX; i++) {
        buffer_free(&probe->answer);
        probe->answer = (struct buffer){.limit = ANSWER_SIZE_MAX};
        if (!spawn_runner(probe, probe->runner, error)) {
            free(probe);
            return NULL;
        }
        status = wait_for_end(probe, &is_late);
    }
    json_t *description = judge(probe, status, is_late, error);
    buffer_free(&probe->answer);
    free(probe);
    return description;
}

