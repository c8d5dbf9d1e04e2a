#include "runner/confine.h"

#include "core/host/cgroup.h"
#include "core/host/monitor.h"
#include "runner/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATHS_MAX = 256, STATUS_REFUSED = 125, STATUS_NOT_STARTED = 127 };

struct confinement {
    struct sandbox_policy policy;
    struct sandbox_path paths[PATHS_MAX];
    struct monitor_limits limits;
    struct cgroup *cgroup; /* NULL for none */
    char **words;          /* the program's, ended by NULL */
    char *program_folder;
};

/* ---- arguments ---- */

enum value {
    VALUE_ISOLATION,
    VALUE_REQUIRED,
    VALUE_PATH,
    VALUE_SCRATCH, /* a folder that it may do anything in, and is told of by TMPDIR */
    VALUE_MEMORY,
    VALUE_CPU,
    VALUE_DESCRIPTORS,
    VALUE_PROCESSES
};

static const struct {
    const char *name;
    enum value value;
    unsigned access; /* of a path */
} names[] = {
    {"isolate", VALUE_ISOLATION, 0},
    {"required", VALUE_REQUIRED, 0},
    {"read", VALUE_PATH, SANDBOX_READ | SANDBOX_WATCH},
    {"write", VALUE_PATH, SANDBOX_READ | SANDBOX_WRITE},
    {"beside", VALUE_PATH, SANDBOX_READ | SANDBOX_WRITE | SANDBOX_BESIDE},
    {"folder", VALUE_PATH, SANDBOX_READ | SANDBOX_WRITE | SANDBOX_FOLDER},
    {"run", VALUE_PATH, SANDBOX_READ | SANDBOX_RUN},
    {"scratch", VALUE_SCRATCH, SANDBOX_READ | SANDBOX_WRITE | SANDBOX_FOLDER},
    {"memory_max", VALUE_MEMORY, 0},
    {"cpu_max", VALUE_CPU, 0},
    {"descriptors_max", VALUE_DESCRIPTORS, 0},
    {"processes_max", VALUE_PROCESSES, 0},
};

static bool add_path(struct confinement *confinement, const char *path, unsigned access)
{
    if (confinement->policy.path_count == PATHS_MAX)
        return false;
    confinement->paths[confinement->policy.path_count++] = (struct sandbox_path){path, access};
    return true;
}

static bool take_value(struct confinement *confinement, size_t name, const char *value)
{
    char *end = NULL;
    errno = 0;
    switch (names[name].value) {
    case VALUE_ISOLATION:
        confinement->policy.isolation = isolation_of(value);
        return confinement->policy.isolation != ISOLATION_COUNT;
    case VALUE_REQUIRED:
        confinement->policy.is_required = strcmp(value, "yes") == 0;
        return confinement->policy.is_required || strcmp(value, "no") == 0;
    case VALUE_PATH:
        return add_path(confinement, value, names[name].access);
    case VALUE_SCRATCH:
        return setenv("TMPDIR", value, 1) == 0 && add_path(confinement, value, names[name].access);
    case VALUE_MEMORY:
        confinement->limits.memory_max = strtoll(value, &end, 10);
        break;
    case VALUE_CPU:
        confinement->limits.cpu_max = strtod(value, &end);
        break;
    case VALUE_DESCRIPTORS:
        confinement->policy.descriptors_max = strtoul(value, &end, 10);
        break;
    case VALUE_PROCESSES:
        confinement->limits.processes_max = (unsigned)strtoul(value, &end, 10);
        break;
    }
    return end != value && *end == '\0' && errno == 0 && *value != '-';
}

static bool take_word(struct confinement *confinement, const char *word)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i].name);
        if (strncmp(word, names[i].name, size) == 0 && word[size] == '=')
            return take_value(confinement, i, word + size + 1);
    }
    return false;
}

static bool read_arguments(struct confinement *confinement, int count, char **arguments)
{
    int i = 0;
    confinement->policy.paths = confinement->paths;
    for (; i < count && strcmp(arguments[i], "--") != 0; i++)
        if (!take_word(confinement, arguments[i])) {
            fprintf(stderr, "entente-runner confine: \"%.200s\" is none of its words\n", arguments[i]);
            return false;
        }
    confinement->words = arguments + i + 1;
    if (i + 1 < count)
        return true;
    fputs("entente-runner confine: no program is named behind \"--\"\n", stderr);
    return false;
}

/* ---- where the program lies ---- */

static bool is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

/* As execvp looks for it; to be freed. NULL where there is none. */
static char *find_program(const char *name)
{
    const char *folders = getenv("PATH");
    char *path = NULL;
    if (strchr(name, '/'))
        return strdup(name);
    for (const char *folder = folders ? folders : "/usr/bin:/bin"; *folder;) {
        size_t size = strcspn(folder, ":");
        if (asprintf(&path, "%.*s/%s", (int)size, folder, name) < 0)
            return NULL;
        if (size > 0 && is_program(path))
            return path;
        free(path);
        folder += size + (folder[size] == ':');
    }
    return NULL;
}

/* A script's folder holds what it is made of. Its name may be a link: what it leads to counts. */
static bool add_program(struct confinement *confinement)
{
    char *found = find_program(confinement->words[0]);
    char *real = found ? realpath(found, NULL) : NULL;
    char *slash = real ? strrchr(real, '/') : NULL;
    free(found);
    if (!slash) {
        free(real);
        return true; /* exec will say what is wrong */
    }
    slash[slash == real] = '\0';
    confinement->program_folder = real;
    return add_path(confinement, real, SANDBOX_READ | SANDBOX_RUN);
}

/* ---- the program's side ---- */

_Noreturn static void become_program(struct confinement *confinement, int report, pid_t parent)
{
    struct error error = ERROR_INIT;
    struct sandbox_state state;
    static const int usual[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        signal(usual[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    confinement->policy.may_run = true;
    confinement->policy.report = -1;
    confinement->policy.descriptors = &report;
    confinement->policy.descriptor_count = 1;
    int status = STATUS_REFUSED;
    if (getppid() != parent)
        error_set(&error, ERROR_STATE, "it was ended before it began");
    else if ((!confinement->cgroup || cgroup_enter(confinement->cgroup, 0, &error)) &&
             sandbox_enter(&confinement->policy, &state, &error)) {
        execvp(confinement->words[0], confinement->words);
        error_set_errno(&error, errno, "%s cannot be started", confinement->words[0]);
        status = STATUS_NOT_STARTED;
    }
    dprintf(report, "%s", error.text);
    _exit(status);
}

/* ---- this side ---- */

/* On the monitor's thread. The whole group goes, this process in it. */
static void end_group(void *context, const char *why)
{
    (void)context;
    dprintf(STDERR_FILENO, "the program was ended: it %s\n", why);
    kill(0, SIGKILL);
}

static bool tell_failure(int report)
{
    struct error error = ERROR_INIT;
    ssize_t got = read(report, error.text, sizeof error.text - 1);
    if (got > 0)
        fprintf(stderr, "%.*s\n", (int)got, error.text);
    return got > 0;
}

/* What is at the program's end of the pipes must be the program alone, so that its peer sees when it is gone. */
static void let_go_of_pipes(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
        close(nothing);
    }
}

/* The program's end, as this process's own. */
static int end_as(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    /* Without a core of this process, whose program it was not. */
    prctl(PR_SET_DUMPABLE, 0);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

static bool has_limits(const struct monitor_limits *limits)
{
    return limits->memory_max > 0 || limits->cpu_max > 0 || limits->processes_max > 0;
}

static bool watch_group(struct confinement *confinement, struct monitor **monitor)
{
    struct error error = ERROR_INIT;
    if (!has_limits(&confinement->limits))
        return true;
    /* So that it is the group that is counted. */
    if (confinement->limits.processes_max == 0)
        confinement->limits.processes_max = UINT32_MAX;
    *monitor = monitor_create(&error);
    if (*monitor && monitor_add(*monitor, getpid(), &confinement->limits, end_group, NULL, &error))
        return true;
    fprintf(stderr, "%s\n", error.text);
    return false;
}

static void make_group(struct confinement *confinement)
{
    struct error error = ERROR_INIT;
    if (confinement->limits.memory_max == 0)
        return;
    cgroup_inherit();
    confinement->cgroup = cgroup_create(confinement->limits.memory_max, &error);
    if (error.kind)
        fprintf(stderr, "memory_max is held by samples alone: %s\n", error.text);
}

/* What it leaves behind where it is killed itself is removed by whoever makes the next group. */
static void unmake_group(struct confinement *confinement)
{
    char why[200];
    if (confinement->cgroup && cgroup_has_killed(confinement->cgroup, why, sizeof why))
        fprintf(stderr, "the program was ended: it %s\n", why);
    cgroup_destroy(confinement->cgroup);
}

int confine_run(int argument_count, char **arguments)
{
    static struct confinement confinement;
    struct monitor *monitor = NULL;
    int report[2], status = 0;
    if (!read_arguments(&confinement, argument_count, arguments) || !add_program(&confinement))
        return STATUS_REFUSED;
    static const int left_to_program[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof left_to_program / sizeof *left_to_program; i++)
        signal(left_to_program[i], SIG_IGN);
    if (getpgrp() != getpid() && setpgid(0, 0) != 0) {
        perror("entente-runner confine: no process group");
        return STATUS_REFUSED;
    }
    make_group(&confinement);
    pid_t self = getpid(), program = pipe2(report, O_CLOEXEC) == 0 ? fork() : -1;
    if (program == 0)
        become_program(&confinement, report[1], self);
    if (program < 0) {
        perror("entente-runner confine: no process for the program");
        return STATUS_REFUSED;
    }
    close(report[1]);
    let_go_of_pipes();
    tell_failure(report[0]);
    close(report[0]);
    /* Only now: the sandbox wants a process with one thread, and so does fork. */
    if (!watch_group(&confinement, &monitor))
        kill(program, SIGKILL);
    while (waitpid(program, &status, 0) < 0 && errno == EINTR)
        continue;
    unmake_group(&confinement);
    return end_as(status);
}
