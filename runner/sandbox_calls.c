#include "runner/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* The sandbox is a list of what is allowed, since what the next kernel adds is not known today. Names that an
 * architecture or the installed libseccomp does not have are passed over. What stands in no list gives ENOSYS, as on a
 * kernel without it, so that a C library takes its older way; EPERM there has broken programs under container runtimes.
 */
static const char *const allowed[] = {
    /* memory */
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "mincore",
    "msync",
    "mlock",
    "mlock2",
    "munlock",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "membarrier",
    "memfd_create",
    "get_mempolicy",
    /* threads and time */
    "futex",
    "futex_waitv",
    "set_robust_list",
    "set_tid_address",
    "rseq",
    "gettid",
    "getpid",
    "getppid",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_getattr",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_rr_get_interval",
    "getpriority",
    "getcpu",
    "arch_prctl",
    "exit",
    "exit_group",
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_getres_time64",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "gettimeofday",
    "time",
    "times",
    "nanosleep",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_getoverrun",
    "timer_delete",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "alarm",
    "setitimer",
    "getitimer",
    "pause",
    "getrusage",
    "getrlimit",
    "ugetrlimit",
    "restart_syscall",
    /* signals to itself */
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "signalfd4",
    "signalfd",
    /* descriptors that it has, and waiting for them */
    "read",
    "readv",
    "pread64",
    "preadv",
    "preadv2",
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "lseek",
    "_llseek",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "pipe",
    "pipe2",
    "eventfd2",
    "eventfd",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "sendfile",
    "splice",
    "tee",
    "vmsplice",
    "copy_file_range",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "fallocate",
    "ftruncate",
    "flock",
    "fadvise64",
    "readahead",
    "fstat",
    "fstatfs",
    "fgetxattr",
    "flistxattr",
    "fchmod",
    /* sockets that were passed in */
    "accept",
    "accept4",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "shutdown",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    /* files, as far as Landlock lets it */
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getdents",
    "getcwd",
    "chdir",
    "fchdir",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "umask",
    "inotify_init",
    "inotify_init1",
    "inotify_rm_watch",
    /* who and where it is */
    "uname",
    "sysinfo",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpgrp",
    "getpgid",
    "getsid",
    "capget",
    "getrandom",
};

/* Beside those, for a program of exec. It may start others: a shell does little without. They are in the same sandbox,
 * and cannot leave its process group, so that they end with it. */
static const char *const allowed_to_programs[] = {
    "execve", "fork", "vfork", "wait4", "waitid", "waitpid", "symlink", "symlinkat", "fchmodat", "chmod", "utimensat",
};

/* What a plugin is told of by name where it tries: the call, and what there is instead. */
static const struct {
    const char *name;
    const char *instead;
} refused[] = {
    {"socket", "it opens no socket; http/1, mail/1 and net/1 do that for it"},
    {"socketpair", "it opens no socket; pipe() is there"},
    {"connect", "it connects to nothing; http/1, mail/1 and net/1 do that for it"},
    {"bind", "it binds no address; net/1 listens for it"},
    {"listen", "net/1 listens for it"},
    {"execve", "it runs no program; that is what the plugin exec is for"},
    {"execveat", "it runs no program; that is what the plugin exec is for"},
    {"ptrace", "it looks into no process"},
    {"process_vm_readv", "it looks into no process"},
    {"process_vm_writev", "it looks into no process"},
    {"process_madvise", "it looks into no process"},
    {"process_mrelease", "it looks into no process"},
    {"kcmp", "it looks into no process"},
    {"pidfd_open", "it reaches no other process"},
    {"pidfd_getfd", "it reaches no other process"},
    {"pidfd_send_signal", "it signals no other process"},
    {"tkill", "it signals no other process; tgkill() with its own number is there"},
    {"setpgid", "it stays in its process group"},
    {"setsid", "it stays in its session"},
    {"keyctl", NULL},
    {"add_key", NULL},
    {"request_key", NULL},
    {"bpf", NULL},
    {"perf_event_open", NULL},
    {"userfaultfd", NULL},
    {"personality", NULL},
    {"mount", NULL},
    {"umount2", NULL},
    {"pivot_root", NULL},
    {"chroot", NULL},
    {"move_mount", NULL},
    {"open_tree", NULL},
    {"fsopen", NULL},
    {"fsmount", NULL},
    {"mount_setattr", NULL},
    {"unshare", NULL},
    {"setns", NULL},
    {"fanotify_init", NULL},
    {"name_to_handle_at", NULL},
    {"open_by_handle_at", NULL},
    {"chmod", "it changes no file's mode by name; fchmod() is there"},
    {"fchmodat", "it changes no file's mode by name; fchmod() is there"},
    {"chown", NULL},
    {"fchown", NULL},
    {"lchown", NULL},
    {"fchownat", NULL},
    {"setxattr", NULL},
    {"lsetxattr", NULL},
    {"fsetxattr", NULL},
    {"removexattr", NULL},
    {"utimensat", "it sets no file's time by name; futimens() is there"},
    {"utime", "it sets no file's time by name"},
    {"utimes", "it sets no file's time by name"},
    {"futimesat", "it sets no file's time by name"},
    {"truncate", "ftruncate() is there"},
    {"mknod", NULL},
    {"mknodat", NULL},
    {"symlink", NULL},
    {"symlinkat", NULL},
    {"shmget", "it shares no memory"},
    {"shmat", "it shares no memory"},
    {"msgget", "it has no message queues"},
    {"semget", "it has no System V semaphores"},
    {"mq_open", "it has no message queues"},
    {"setrlimit", "its limits are the host's to set"},
    {"setpriority", "it may set the niceness of the calling thread only"},
    {"sched_setaffinity", "where it runs is the host's to say"},
    {"sched_setscheduler", "its priority is the host's to set"},
    {"sched_setparam", "its priority is the host's to set"},
    {"sched_setattr", "its priority is the host's to set"},
    {"ioprio_set", "its priority is the host's to set"},
    {"setuid", NULL},
    {"setgid", NULL},
    {"setreuid", NULL},
    {"setregid", NULL},
    {"setresuid", NULL},
    {"setresgid", NULL},
    {"setfsuid", NULL},
    {"setfsgid", NULL},
    {"setgroups", NULL},
    {"capset", NULL},
    {"init_module", NULL},
    {"finit_module", NULL},
    {"kexec_load", NULL},
    {"reboot", NULL},
    {"settimeofday", NULL},
    {"clock_settime", NULL},
    {"adjtimex", NULL},
    {"syslog", NULL},
    {"acct", NULL},
    {"quotactl", NULL},
    {"swapon", NULL},
    {"iopl", NULL},
    {"ioperm", NULL},
    {"modify_ldt", NULL},
};

/* ---- what a refused call gives ---- */

/* The architectures on which we know where a call's result goes. Elsewhere seccomp gives EPERM itself, without a word.
 */
#if defined(__x86_64__)
#define HAS_REPORT 1
static void set_result(ucontext_t *context, long result)
{
    context->uc_mcontext.gregs[REG_RAX] = result;
}
#elif defined(__aarch64__)
#define HAS_REPORT 1
static void set_result(ucontext_t *context, long result)
{
    context->uc_mcontext.regs[0] = (unsigned long long)result;
}
#elif defined(__riscv)
#define HAS_REPORT 1
static void set_result(ucontext_t *context, long result)
{
    context->uc_mcontext.__gregs[REG_A0] = (unsigned long)result;
}
#else
#define HAS_REPORT 0
#endif

enum { REFUSED_COUNT = sizeof refused / sizeof *refused, LINE_SIZE = 200 };

/* Written before the sandbox is entered, so that the handler of the signal has only to write a line out. */
static struct {
    int descriptor;
    int numbers[REFUSED_COUNT];
    char lines[REFUSED_COUNT][LINE_SIZE];
    atomic_bool is_told[REFUSED_COUNT];
} report;

#if HAS_REPORT
static void on_refusal(int signal, siginfo_t *about, void *context)
{
    int saved = errno;
    (void)signal;
    for (size_t i = 0; i < REFUSED_COUNT; i++) {
        if (report.numbers[i] != about->si_syscall || atomic_exchange(&report.is_told[i], true))
            continue;
        ssize_t written = write(report.descriptor, report.lines[i], strlen(report.lines[i]));
        (void)written; /* whoever reads the reports may be gone */
    }
    set_result(context, -EPERM);
    errno = saved;
}
#endif

static bool prepare_report(const struct sandbox_policy *policy)
{
#if HAS_REPORT
    report.descriptor = policy->report;
    for (size_t i = 0; i < REFUSED_COUNT; i++) {
        report.numbers[i] = seccomp_syscall_resolve_name(refused[i].name);
        snprintf(report.lines[i], LINE_SIZE, "the sandbox refused %s()%s%s\n", refused[i].name,
                 refused[i].instead ? ": " : "", refused[i].instead ? refused[i].instead : "");
    }
    /* Not for programs: what a handler is does not outlive exec, and without one the signal kills. */
    struct sigaction action = {.sa_sigaction = on_refusal,
                               .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART};
    return policy->report >= 0 && !policy->may_run && sigaction(SIGSYS, &action, NULL) == 0;
#else
    (void)policy;
    return false;
#endif
}

/* ---- building the filter ---- */

struct filter {
    scmp_filter_ctx context;
    int failure;     /* first negative answer of libseccomp */
    uint32_t usual;  /* what a call in no rule gives */
    uint32_t refuse; /* what a refused call gives */
};

static int number_of(const char *name)
{
    return seccomp_syscall_resolve_name(name);
}

/* Rules of one call must not overlap: whichever conditions hold, one of them at most decides. */
static void add(struct filter *filter, uint32_t action, const char *name, unsigned count,
                const struct scmp_arg_cmp *conditions)
{
    int number = number_of(name);
    /* libseccomp takes no rule whose action is the usual one. */
    if (number == __NR_SCMP_ERROR || action == filter->usual || filter->failure < 0)
        return;
    filter->failure = seccomp_rule_add_array(filter->context, action, number, count, conditions);
}

static void add_plain(struct filter *filter, uint32_t action, const char *name)
{
    add(filter, action, name, 0, NULL);
}

static void allow_where(struct filter *filter, const char *name, struct scmp_arg_cmp condition,
                        struct scmp_arg_cmp otherwise)
{
    add(filter, SCMP_ACT_ALLOW, name, 1, &condition);
    add(filter, filter->refuse, name, 1, &otherwise);
}

/* glibc makes threads by clone3, whose flags lie in memory, where a filter cannot look: ENOSYS sends it to clone.
 * fork() and posix_spawn() block all signals around their call, so that being refused by a signal would kill: plain
 * EPERM for them. */
static void add_processes(struct filter *filter, bool may_fork)
{
    const uint32_t plain = SCMP_ACT_ERRNO(EPERM), absent = SCMP_ACT_ERRNO(ENOSYS);
    const unsigned long long namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                          CLONE_NEWPID | CLONE_NEWNET | 0x80; /* CLONE_NEWTIME */
    add_plain(filter, absent, "clone3");
    if (may_fork) {
        struct scmp_arg_cmp without = SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespaces, 0);
        add(filter, SCMP_ACT_ALLOW, "clone", 1, &without);
        return;
    }
    struct scmp_arg_cmp thread = SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    struct scmp_arg_cmp process = SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
    add(filter, SCMP_ACT_ALLOW, "clone", 1, &thread);
    add(filter, plain, "clone", 1, &process);
    add_plain(filter, plain, "fork");
    add_plain(filter, plain, "vfork");
}

/* To itself only. A program and those that it starts have other numbers than now: there it is Landlock that keeps
 * signals in, and without that none are sent. */
static void add_signals(struct filter *filter, bool may_fork, bool has_scopes)
{
    static const char *const calls[] = {"kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"};
    scmp_datum_t self = (scmp_datum_t)getpid();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (may_fork)
            add_plain(filter, has_scopes ? SCMP_ACT_ALLOW : filter->refuse, calls[i]);
        else
            /* The number is an int: what stands in the register's upper half does not count. */
            allow_where(filter, calls[i], SCMP_A0_32(SCMP_CMP_EQ, self), SCMP_A0_32(SCMP_CMP_NE, self));
    }
}

/* Opening for reading must not empty a file: Landlock keeps that from its third ABI on only. openat2 takes its flags
 * from memory: it stays absent. */
static void add_opening(struct filter *filter)
{
    static const unsigned ways[] = {O_WRONLY, O_RDWR};
    struct scmp_arg_cmp kept = SCMP_A1_64(SCMP_CMP_MASKED_EQ, O_TRUNC, 0);
    struct scmp_arg_cmp kept_at = SCMP_A2_64(SCMP_CMP_MASKED_EQ, O_TRUNC, 0);
    add(filter, SCMP_ACT_ALLOW, "open", 1, &kept);
    add(filter, SCMP_ACT_ALLOW, "openat", 1, &kept_at);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct scmp_arg_cmp written = SCMP_A1_64(SCMP_CMP_MASKED_EQ, O_TRUNC | O_ACCMODE, O_TRUNC | ways[i]);
        struct scmp_arg_cmp written_at = SCMP_A2_64(SCMP_CMP_MASKED_EQ, O_TRUNC | O_ACCMODE, O_TRUNC | ways[i]);
        add(filter, SCMP_ACT_ALLOW, "open", 1, &written);
        add(filter, SCMP_ACT_ALLOW, "openat", 1, &written_at);
    }
    add_plain(filter, SCMP_ACT_ALLOW, "creat");
}

/* Calls with many uses, of which some are harmless. Else they give what the filter gives by itself. */
static void add_some_uses(struct filter *filter, bool may_run)
{
    static const unsigned long long ioctls[] = {FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ};
    static const unsigned long long prctls[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA,
                                                PR_GET_NO_NEW_PRIVS};
    for (size_t i = 0; i < sizeof ioctls / sizeof *ioctls; i++) {
        struct scmp_arg_cmp is_one = SCMP_A1_32(SCMP_CMP_EQ, (uint32_t)ioctls[i]);
        add(filter, SCMP_ACT_ALLOW, "ioctl", 1, &is_one);
    }
    for (size_t i = 0; i < sizeof prctls / sizeof *prctls; i++) {
        struct scmp_arg_cmp is_one = SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)prctls[i]);
        add(filter, SCMP_ACT_ALLOW, "prctl", 1, &is_one);
    }
    /* Without a name it is the file of a descriptor, which was opened by the rules. */
    if (!may_run)
        allow_where(filter, "utimensat", SCMP_A1_64(SCMP_CMP_EQ, 0), SCMP_A1_64(SCMP_CMP_NE, 0));
    /* A thread may stand back behind others. By 0 it is the one that calls; by number it could be any of this user. */
    struct scmp_arg_cmp own[] = {SCMP_A0_32(SCMP_CMP_EQ, PRIO_PROCESS), SCMP_A1_32(SCMP_CMP_EQ, 0)};
    struct scmp_arg_cmp others = SCMP_A1_32(SCMP_CMP_NE, 0), groups = SCMP_A0_32(SCMP_CMP_NE, PRIO_PROCESS);
    add(filter, SCMP_ACT_ALLOW, "setpriority", 2, own);
    add(filter, filter->refuse, "setpriority", 1, &others);
    add(filter, filter->refuse, "setpriority", 1, &groups);
    /* Limits may be read, of this process. */
    struct scmp_arg_cmp read_own[] = {SCMP_A0_32(SCMP_CMP_EQ, 0), SCMP_A2_64(SCMP_CMP_EQ, 0)};
    add(filter, SCMP_ACT_ALLOW, "prlimit64", 2, read_own);
    /* Not F_SETOWN, F_SETOWN_EX and F_SETSIG, by which the kernel would send a signal of choice to a process of choice.
     */
    static const unsigned fcntls[] = {
        F_DUPFD,     F_GETFD,     F_SETFD,      F_GETFL,         F_SETFL,      F_GETLK,      F_SETLK,     F_SETLKW,
        F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS};
    for (size_t i = 0; i < sizeof fcntls / sizeof *fcntls; i++) {
        struct scmp_arg_cmp is_one = SCMP_A1_32(SCMP_CMP_EQ, fcntls[i]);
        add(filter, SCMP_ACT_ALLOW, "fcntl", 1, &is_one);
        add(filter, SCMP_ACT_ALLOW, "fcntl64", 1, &is_one);
    }
}

/* Decided by a function of its own, which looks at arguments. */
static bool is_conditional(const char *name)
{
    return strcmp(name, "utimensat") == 0 || strcmp(name, "setpriority") == 0;
}

static bool is_allowed_to_programs(const char *name)
{
    for (size_t i = 0; i < sizeof allowed_to_programs / sizeof *allowed_to_programs; i++)
        if (strcmp(allowed_to_programs[i], name) == 0)
            return true;
    return false;
}

static bool may_watch(const struct sandbox_policy *policy)
{
    struct stat status;
    for (size_t i = 0; i < policy->path_count; i++)
        if (policy->paths[i].access & SANDBOX_WATCH && stat(policy->paths[i].path, &status) == 0 &&
            S_ISDIR(status.st_mode))
            return true;
    return false;
}

static void fill_sandbox(struct filter *filter, const struct sandbox_policy *policy, bool has_scopes)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        add_plain(filter, SCMP_ACT_ALLOW, allowed[i]);
    for (size_t i = 0; policy->may_run && i < sizeof allowed_to_programs / sizeof *allowed_to_programs; i++)
        add_plain(filter, SCMP_ACT_ALLOW, allowed_to_programs[i]);
    for (size_t i = 0; i < REFUSED_COUNT; i++)
        if (!is_conditional(refused[i].name) && !(policy->may_run && is_allowed_to_programs(refused[i].name)))
            add_plain(filter, filter->refuse, refused[i].name);
    add_processes(filter, policy->may_run);
    add_signals(filter, policy->may_run, has_scopes);
    add_plain(filter, may_watch(policy) ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM), "inotify_add_watch");
    add_opening(filter);
    add_some_uses(filter, policy->may_run);
}

static void fill_process(struct filter *filter)
{
    add_processes(filter, false);
    add_plain(filter, filter->refuse, "execve");
    add_plain(filter, filter->refuse, "execveat");
    /* By this it ends with the daemon. */
    struct scmp_arg_cmp deathsig = SCMP_A0_32(SCMP_CMP_EQ, PR_SET_PDEATHSIG);
    add(filter, SCMP_ACT_ERRNO(EPERM), "prctl", 1, &deathsig);
}

bool calls_are_supported(void)
{
    /* With a NULL filter EFAULT tells a kernel that would have taken one. */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == -1 && errno == EFAULT;
}

bool calls_enter(const struct sandbox_policy *policy, bool has_scopes, struct error *error)
{
    bool is_sandbox = policy->isolation == ISOLATION_SANDBOX;
    struct filter filter = {.usual = is_sandbox ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW,
                            .refuse = prepare_report(policy) ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(EPERM)};
    filter.context = seccomp_init(filter.usual);
    if (!filter.context)
        return error_set(error, ERROR_MEMORY, "sandbox: no memory for the filter of system calls");
    /* By 32-bit calls one would get round a filter that knows 64-bit ones: whoever makes one is killed. */
    filter.failure = seccomp_attr_set(filter.context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    /* A binary tree instead of a chain of some hundred comparisons. */
    if (filter.failure == 0 && is_sandbox)
        filter.failure = seccomp_attr_set(filter.context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (filter.failure == 0 && is_sandbox)
        fill_sandbox(&filter, policy, has_scopes);
    else if (filter.failure == 0)
        fill_process(&filter);
    if (filter.failure == 0)
        filter.failure = seccomp_load(filter.context);
    seccomp_release(filter.context);
    return filter.failure == 0 ||
           error_set_errno(error, -filter.failure, "sandbox: the kernel does not take the filter of system calls");
}
