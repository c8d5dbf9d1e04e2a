#include "lib/program/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipes {
    int input[2], output[2], errors[2];
};

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static void close_pipes(struct pipes *pipes)
{
    int *all[] = {&pipes->input[0],  &pipes->input[1],  &pipes->output[0],
                  &pipes->output[1], &pipes->errors[0], &pipes->errors[1]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        close_one(all[i]);
}

static bool open_pipes(struct pipes *pipes)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes->input, O_CLOEXEC) != 0 || pipe2(pipes->output, O_CLOEXEC) != 0 ||
        pipe2(pipes->errors, O_CLOEXEC) != 0)
        return false;
    /* Our ends only: a program expects its own to block. */
    return fcntl(pipes->input[1], F_SETFL, O_NONBLOCK) == 0 && fcntl(pipes->output[0], F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Signals as a program expects them, whatever this process has made of them. */
static int spawn(pid_t *pid, const struct pipes *pipes, char *const *words, char *const *environment,
                 const char *directory)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, pipes->input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes->output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes->errors[1], STDERR_FILENO);
    int reason = directory ? posix_spawn_file_actions_addchdir_np(&actions, directory) : 0;
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    if (reason == 0)
        reason = posix_spawnp(pid, words[0], &actions, &attributes, words, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return reason;
}

bool child_start(struct child *child, char *const *words, char *const *environment, const char *directory,
                 struct error *error)
{
    struct pipes pipes;
    if (!open_pipes(&pipes)) {
        error_set_errno(error, errno, "%s: no pipes for it", words[0]);
        close_pipes(&pipes);
        return false;
    }
    int reason = spawn(&child->pid, &pipes, words, environment, directory);
    if (reason != 0) {
        child->pid = 0;
        close_pipes(&pipes);
        return error_set_errno(error, reason, "%s cannot be started", words[0]);
    }
    close_one(&pipes.input[0]);
    close_one(&pipes.output[1]);
    close_one(&pipes.errors[1]);
    child->input = pipes.input[1];
    child->output = pipes.output[0];
    child->errors = pipes.errors[0];
    child->exit = pidfd_open(child->pid, 0);
    return true;
}

void child_close_input(struct child *child)
{
    close_one(&child->input);
}

static void close_all(struct child *child)
{
    close_one(&child->input);
    close_one(&child->output);
    close_one(&child->errors);
    close_one(&child->exit);
    child->pid = 0;
}

bool child_has_ended(struct child *child, int *status)
{
    siginfo_t about = {.si_pid = 0};
    if (child->pid == 0 || waitid(P_PID, (id_t)child->pid, &about, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        about.si_pid == 0)
        return false;
    /* What it started must not go on in its name; it is waited for afterwards, so that the number is still its own. */
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, status, 0) < 0 && errno == EINTR)
        continue;
    close_all(child);
    return true;
}

void child_signal(const struct child *child, int signal)
{
    if (child->pid != 0)
        kill(-child->pid, signal);
}

void child_kill(struct child *child)
{
    int status;
    if (child->pid == 0)
        return;
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close_all(child);
}

void child_print_status(int status, char *text, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(text, size, "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "exit status %d", WEXITSTATUS(status));
}
