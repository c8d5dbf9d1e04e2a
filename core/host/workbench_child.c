#include "core/host/workbench_child.h"

#include "core/base/clock.h"
#include "lib/base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "entente-workbench"

enum { ARGUMENTS_MAX = 300, STEP_SIZE = 200, PIPE = 3, PENDING_MAX = 4 * 1024 * 1024 };

extern char **environ;

struct child {
    const struct workbench_child_settings *settings;
    pid_t process;
    int pipe;
    struct buffer pending; /* what has come and is no whole line yet */
    char step[STEP_SIZE];
    int64_t step_began;
    bool is_idle; /* it waits for us, not for the plugin */
    bool is_done, is_late;
};

static bool find_program(const char *runner, char path[PATH_MAX], struct error *error)
{
    const char *slash = strrchr(runner, '/');
    int folder = slash ? (int)(slash - runner) + 1 : 0;
    int size = snprintf(path, PATH_MAX, "%.*s" PROGRAM, folder, runner);
    if (size > 0 && size < PATH_MAX && access(path, X_OK) == 0)
        return true;
    return error_set_errno(error, errno, "%s, which holds the plugin, cannot be run; install or build all of Entente", path);
}

static bool set_files(posix_spawn_file_actions_t *files, bool has_terminal, int end)
{
    if (!has_terminal && (posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
                          posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
                          posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0))
        return false;
    return posix_spawn_file_actions_adddup2(files, end, PIPE) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(files, PIPE + 1) == 0;
}

static bool start(struct child *child, struct error *error)
{
    char path[PATH_MAX];
    char *arguments[ARGUMENTS_MAX + 2] = {(char *)PROGRAM};
    int ends[2], status = ENOMEM;
    size_t count = 0;
    for (; child->settings->arguments[count]; count++) {
        if (count == ARGUMENTS_MAX)
            return error_set(error, ERROR_LIMIT, "more than %d arguments", ARGUMENTS_MAX);
        arguments[count + 1] = (char *)child->settings->arguments[count];
    }
    if (!find_program(child->settings->runner, path, error))
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, errno, "cannot make a pipe to " PROGRAM);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    /* dup2 of a descriptor onto itself would leave it close-on-exec. */
    int end = fcntl(ends[1], F_DUPFD_CLOEXEC, PIPE + 1);
    if (end >= 0 && set_files(&files, child->settings->has_terminal, end))
        status = posix_spawn(&child->process, path, &files, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (end >= 0)
        close(end);
    close(ends[1]);
    child->pipe = ends[0];
    if (status == 0)
        return true;
    close(ends[0]);
    return error_set_errno(error, status, "%s cannot be started", path);
}

/* ---- listening ---- */

static void heed_line(struct child *child, const char *line, size_t size)
{
    json_error_t problem;
    json_t *object = json_loadb(line, size, 0, &problem);
    const char *member;
    json_t *value;
    json_object_foreach(object, member, value)
    {
        const char *text = json_string_value(value);
        if (!text)
            continue;
        child->is_idle = strcmp(member, "idle") == 0;
        if (strcmp(member, "step") == 0 || child->is_idle)
            snprintf(child->step, sizeof child->step, "%s", text);
        else if (strcmp(member, "done") == 0)
            child->is_done = true;
        else if (child->settings->tell)
            child->settings->tell(child->settings->context, member, text);
    }
    json_decref(object);
    child->step_began = clock_monotonic();
}

static void heed_lines(struct child *child)
{
    size_t begin = 0;
    for (size_t i = 0; i < child->pending.size; i++) {
        if (child->pending.bytes[i] != '\n')
            continue;
        heed_line(child, child->pending.bytes + begin, i - begin);
        begin = i + 1;
    }
    if (begin > 0)
        memmove(child->pending.bytes, child->pending.bytes + begin, child->pending.size - begin);
    child->pending.size -= begin;
}

static int poll_time(const struct child *child)
{
    if (child->settings->patience_ms <= 0 || child->is_idle)
        return -1;
    int64_t left = child->step_began + child->settings->patience_ms - clock_monotonic();
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void listen_to(struct child *child)
{
    char bytes[4096];
    for (;;) {
        struct pollfd pipe = {.fd = child->pipe, .events = POLLIN};
        int ready = poll(&pipe, 1, poll_time(child));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0) {
            child->is_late = true;
            return;
        }
        ssize_t got = ready > 0 ? read(child->pipe, bytes, sizeof bytes) : -1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        buffer_append(&child->pending, bytes, (size_t)got);
        if (child->pending.failed)
            return;
        heed_lines(child);
    }
}

static int reap(const struct child *child)
{
    int status = 0;
    if (child->is_late || child->pending.failed)
        kill(child->process, SIGKILL);
    while (waitpid(child->process, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static int judge(const struct child *child, int status, struct error *error)
{
    const char *step = child->step[0] ? child->step : "before it was loaded";
    if (child->is_late)
        error_set(error, ERROR_INPUT, "hung %s and was stopped after %lld ms", step,
                  (long long)child->settings->patience_ms);
    else if (child->pending.failed)
        error_set(error, ERROR_LIMIT, "said more in one line than can be read, %s", step);
    else if (WIFSIGNALED(status))
        error_set(error, ERROR_INPUT, "crashed %s: SIG%s (%s)", step,
                  sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?",
                  sigdescr_np(WTERMSIG(status)) ? sigdescr_np(WTERMSIG(status)) : "unknown signal");
    else if (!child->is_done)
        error_set(error, ERROR_INPUT, "ended the process %s (exit status %d); a plugin must not call exit", step,
                  WEXITSTATUS(status));
    else
        return WEXITSTATUS(status);
    return -1;
}

int workbench_child_run(const struct workbench_child_settings *settings, struct error *error)
{
    struct child child = {.settings = settings, .pending = {.limit = PENDING_MAX}, .step_began = clock_monotonic()};
    if (!start(&child, error))
        return -1;
    listen_to(&child);
    int status = reap(&child);
    close(child.pipe);
    buffer_free(&child.pending);
    return judge(&child, status, error);
}
