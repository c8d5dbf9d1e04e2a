/* Each test makes a child of its own, which enters the sandbox and then tries one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/sandbox.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* What a child found: 0 where all went as its function says, else a number that tells the line. */
#define WANT(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            return give_up(__LINE__, #condition);                                                                      \
    } while (0)
#define REFUSED(call) WANT((errno = 0, (call)) < 0 && errno == EPERM)
#define OUT_OF_REACH(call) WANT((errno = 0, (call)) < 0 && errno == EACCES)

struct world {
    char folder[64];            /* a fresh one; "inside" within it is the policy's, "outside" is not */
    char told[8192];            /* what the sandbox reported */
    int status;                 /* as waitpid gives it */
    struct sandbox_state state; /* shared with the child */
};

static int give_up(int line, const char *what)
{
    fprintf(stderr, "line %d: %s does not hold (errno %d, %s)\n", line, what, errno, strerror(errno));
    return 1;
}

static void put_path(char *path, size_t size, const struct world *world, const char *name)
{
    snprintf(path, size, "%s/%s", world->folder, name);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **context)
{
    struct world *world = calloc(1, sizeof *world);
    char path[200];
    if (!world)
        return -1;
    strcpy(world->folder, "/tmp/entente-sandbox-XXXXXX");
    if (!mkdtemp(world->folder))
        return -1;
    static const char *const folders[] = {"inside", "outside"};
    for (size_t i = 0; i < 2; i++) {
        put_path(path, sizeof path, world, folders[i]);
        mkdir(path, 0700);
    }
    put_path(path, sizeof path, world, "outside/secret");
    write_file(path, "secret\n");
    put_path(path, sizeof path, world, "input");
    write_file(path, "input\n");
    put_path(path, sizeof path, world, "inside/there");
    write_file(path, "there\n");
    *context = world;
    return 0;
}

static int tear_down(void **context)
{
    struct world *world = *context;
    char command[200];
    snprintf(command, sizeof command, "rm -rf %s", world->folder);
    int status = system(command);
    free(world);
    return status;
}

static void collect(int from, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got;
    while (used + 1 < size && (got = read(from, text + used, size - used - 1)) > 0)
        used += (size_t)got;
    text[used] = '\0';
}

/* Runs `act` in a child under the policy, to which input (read), inside (a written folder) and output (a written file)
 * are added. */
static void run(struct world *world, struct sandbox_policy policy, int (*act)(const struct world *world))
{
    int ends[2];
    char input[200], inside[200], output[200];
    put_path(input, sizeof input, world, "input");
    put_path(inside, sizeof inside, world, "inside");
    put_path(output, sizeof output, world, "output");
    const struct sandbox_path paths[] = {{input, SANDBOX_READ},
                                         {inside, SANDBOX_FOLDER | SANDBOX_WRITE},
                                         {output, SANDBOX_WRITE},
                                         {"/nowhere/at/all", SANDBOX_READ}};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct sandbox_state *state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(state, MAP_FAILED);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct error error = ERROR_INIT;
        const int kept[] = {ends[1]};
        policy.paths = paths;
        policy.path_count = sizeof paths / sizeof *paths;
        policy.descriptors = kept;
        policy.descriptor_count = 1;
        policy.report = ends[1];
        alarm(20);
        signal(SIGSEGV, SIG_DFL); /* cmocka's handler would go on with the tests in here */
        if (!sandbox_enter(&policy, state, &error)) {
            dprintf(ends[1], "%s\n", error.text);
            _exit(9);
        }
        _exit(act(world));
    }
    assert_true(child > 0);
    close(ends[1]);
    collect(ends[0], world->told, sizeof world->told);
    close(ends[0]);
    assert_int_equal(waitpid(child, &world->status, 0), child);
    world->state = *state;
    munmap(state, sizeof *state);
}

static void run_sandboxed(struct world *world, int (*act)(const struct world *world))
{
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX}, act);
    if (world->status != 0)
        fail_msg("status %#x; told: %s", (unsigned)world->status, world->told);
}

static void assert_told(const struct world *world, const char *text)
{
    if (!strstr(world->told, text))
        fail_msg("\"%s\" should be told, and what is told is:\n%s", text, world->told);
}

/* ---- what must go on working ---- */

static void *count_up(void *number)
{
    ++*(int *)number;
    return number;
}

static int do_usual_things(const struct world *world)
{
    char text[64], path[200];
    int number = 0, ends[2];
    pthread_t thread;
    WANT(pthread_create(&thread, NULL, count_up, &number) == 0 && pthread_join(thread, NULL) == 0 && number == 1);
    for (size_t size = 16; size < 64u << 20; size *= 4) {
        void *memory = malloc(size);
        WANT(memory != NULL);
        memset(memory, 1, size);
        free(memory);
    }
    iconv_t converter = iconv_open("UTF-8", "WINDOWS-1251");
    WANT(converter != (iconv_t)-1);
    iconv_close(converter);
    setenv("TZ", "Asia/Tashkent", 1);
    tzset();
    struct tm parts;
    time_t now = 0;
    WANT(localtime_r(&now, &parts) && parts.tm_hour == 6);
    WANT(dlopen("libm.so.6", RTLD_NOW) != NULL);
    WANT(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], "x", 1) == 1 && read(ends[0], text, 1) == 1);
    int memory = memfd_create("large record", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    WANT(memory >= 0 && ftruncate(memory, 4096) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
    struct rlimit limit;
    WANT(getrlimit(RLIMIT_STACK, &limit) == 0);
    WANT(prctl(PR_SET_NAME, "plugin") == 0);
    WANT(snprintf(path, sizeof path, "%s/input", world->folder) > 0);
    return 0;
}

static void what_a_library_does_all_day_works(void **context)
{
    run_sandboxed(*context, do_usual_things);
    assert_string_equal(((struct world *)*context)->told, "");
}

static volatile sig_atomic_t caught;

static void on_signal(int signal)
{
    caught = signal;
}

static int signal_itself(const struct world *world)
{
    (void)world;
    WANT(signal(SIGUSR1, on_signal) != SIG_ERR && raise(SIGUSR1) == 0 && caught == SIGUSR1);
    WANT(signal(SIGUSR2, on_signal) != SIG_ERR && kill(getpid(), SIGUSR2) == 0 && caught == SIGUSR2);
    abort();
}

static void it_may_signal_itself_and_abort(void **context)
{
    struct world *world = *context;
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX}, signal_itself);
    assert_true(WIFSIGNALED(world->status));
    assert_int_equal(WTERMSIG(world->status), SIGABRT);
}

/* ---- files ---- */

static int use_its_paths(const struct world *world)
{
    char path[200], other[200];
    put_path(path, sizeof path, world, "input");
    WANT(open(path, O_RDONLY) >= 0);
    put_path(path, sizeof path, world, "output");
    WANT(open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) >= 0);
    int output = open(path, O_RDWR | O_TRUNC);
    WANT(output >= 0 && futimens(output, NULL) == 0 && fchmod(output, 0600) == 0);
    put_path(path, sizeof path, world, "inside/new");
    put_path(other, sizeof other, world, "inside/newer");
    WANT(open(path, O_WRONLY | O_CREAT, 0600) >= 0 && rename(path, other) == 0 && unlink(other) == 0);
    put_path(path, sizeof path, world, "inside/folder");
    WANT(mkdir(path, 0700) == 0 && rmdir(path) == 0);
    return 0;
}

static void its_paths_are_its_own(void **context)
{
    run_sandboxed(*context, use_its_paths);
}

static int reach_out(const struct world *world)
{
    char path[200], other[200];
    OUT_OF_REACH(open("/etc/passwd", O_RDONLY));
    OUT_OF_REACH(open("/etc/hostname", O_RDONLY));
    OUT_OF_REACH(open("/root", O_RDONLY | O_DIRECTORY));
    OUT_OF_REACH(open("/home", O_RDONLY | O_DIRECTORY));
    OUT_OF_REACH(open("/tmp", O_RDONLY | O_DIRECTORY));
    OUT_OF_REACH(open("/proc/1/environ", O_RDONLY));
    OUT_OF_REACH(open("/proc/self/root/etc/passwd", O_RDONLY));
    OUT_OF_REACH(open("/proc/self/mem", O_RDWR));
    snprintf(path, sizeof path, "/proc/%d/cmdline", getppid());
    OUT_OF_REACH(open(path, O_RDONLY));
    OUT_OF_REACH(open("/dev/shm/entente-test", O_RDWR | O_CREAT, 0600));
    put_path(path, sizeof path, world, "outside/secret");
    OUT_OF_REACH(open(path, O_RDONLY));
    OUT_OF_REACH(open(path, O_WRONLY | O_TRUNC));
    OUT_OF_REACH(unlink(path));
    REFUSED(truncate(path, 0));
    put_path(path, sizeof path, world, "inside/../outside/secret");
    OUT_OF_REACH(open(path, O_RDONLY));
    put_path(path, sizeof path, world, "outside/new");
    OUT_OF_REACH(open(path, O_WRONLY | O_CREAT, 0600));
    put_path(path, sizeof path, world, "beside");
    OUT_OF_REACH(open(path, O_WRONLY | O_CREAT, 0600));
    put_path(path, sizeof path, world, "inside/there");
    put_path(other, sizeof other, world, "outside/there");
    WANT((errno = 0, rename(path, other)) < 0 && (errno == EACCES || errno == EXDEV));
    WANT((errno = 0, link(path, other)) < 0 && (errno == EACCES || errno == EXDEV));
    return 0;
}

static void all_other_files_are_out_of_reach(void **context)
{
    run_sandboxed(*context, reach_out);
}

static int be_nice(const struct world *world)
{
    int nicer = getpriority(PRIO_PROCESS, 0) + 1; /* no rights are needed to wait more than whoever started the test */
    (void)world;
    if (nicer < 20)
        WANT(setpriority(PRIO_PROCESS, 0, nicer) == 0 && getpriority(PRIO_PROCESS, 0) == nicer);
    REFUSED(setpriority(PRIO_PROCESS, (id_t)getppid(), 19));
    REFUSED(setpriority(PRIO_PGRP, 0, 19));
    REFUSED(setpriority(PRIO_USER, 0, 19));
    return 0;
}

static void its_own_thread_may_wait_for_others_and_no_others_for_it(void **context)
{
    run_sandboxed(*context, be_nice);
}

static int write_what_is_read(const struct world *world)
{
    char path[200], text[8] = "";
    put_path(path, sizeof path, world, "input");
    OUT_OF_REACH(open(path, O_RDWR));
    WANT(open(path, O_RDONLY | O_TRUNC) < 0);
    int descriptor = open(path, O_RDONLY);
    WANT(descriptor >= 0 && read(descriptor, text, 6) == 6 && strcmp(text, "input\n") == 0);
    REFUSED(chmod(path, 0777));
    REFUSED(utimensat(AT_FDCWD, path, NULL, 0));
    WANT((errno = 0, setxattr(path, "user.a", "b", 1, 0)) < 0 && errno == EPERM);
    return 0;
}

static void what_is_read_cannot_be_written_or_emptied(void **context)
{
    run_sandboxed(*context, write_what_is_read);
}

static int link_out(const struct world *world)
{
    char path[200];
    put_path(path, sizeof path, world, "inside/link");
    REFUSED(symlink("/etc/passwd", path));
    put_path(path, sizeof path, world, "inside/planted");
    OUT_OF_REACH(open(path, O_RDONLY));
    return 0;
}

static void a_link_leads_nowhere_else(void **context)
{
    struct world *world = *context;
    char path[200];
    put_path(path, sizeof path, world, "inside/planted");
    assert_int_equal(symlink("/etc/passwd", path), 0);
    run_sandboxed(world, link_out);
}

static int watch_folders(const struct world *world)
{
    int watch = inotify_init1(IN_CLOEXEC);
    WANT(watch >= 0);
    REFUSED(inotify_add_watch(watch, world->folder, IN_CREATE));
    return 0;
}

static void who_reads_no_folder_watches_none(void **context)
{
    run_sandboxed(*context, watch_folders);
}

static int watch_its_folder(const struct world *world)
{
    char path[200];
    int watch = inotify_init1(IN_CLOEXEC);
    put_path(path, sizeof path, world, "outside");
    WANT(watch >= 0 && inotify_add_watch(watch, path, IN_CREATE) >= 0);
    return 0;
}

static void who_reads_a_folder_may_watch_it(void **context)
{
    struct world *world = *context;
    char path[200];
    put_path(path, sizeof path, world, "outside");
    const struct sandbox_path paths[] = {{path, SANDBOX_READ | SANDBOX_WATCH}};
    struct sandbox_policy policy = {.isolation = ISOLATION_SANDBOX, .report = -1, .paths = paths, .path_count = 1};
    struct sandbox_state state;
    struct error error = ERROR_INIT;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(sandbox_enter(&policy, &state, &error) ? watch_its_folder(world) : 9);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int write_beside(const struct world *world)
{
    char path[200], other[200];
    put_path(path, sizeof path, world, "outside/feed.xml.new");
    put_path(other, sizeof other, world, "outside/feed.xml");
    WANT(open(path, O_WRONLY | O_CREAT, 0600) >= 0 && rename(path, other) == 0);
    put_path(path, sizeof path, world, "input");
    OUT_OF_REACH(open(path, O_RDONLY));
    return 0;
}

static void a_file_written_beside_itself_has_its_folder(void **context)
{
    struct world *world = *context;
    char path[200];
    put_path(path, sizeof path, world, "outside/feed.xml");
    const struct sandbox_path paths[] = {{path, SANDBOX_WRITE | SANDBOX_BESIDE}};
    struct sandbox_policy policy = {.isolation = ISOLATION_SANDBOX, .report = -1, .paths = paths, .path_count = 1};
    struct sandbox_state state;
    struct error error = ERROR_INIT;
    pid_t child = fork();
    if (child == 0)
        _exit(sandbox_enter(&policy, &state, &error) ? write_beside(world) : 9);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* ---- sockets ---- */

static int open_sockets(const struct world *world)
{
    int ends[2];
    (void)world;
    REFUSED(socket(AF_INET, SOCK_STREAM, 0));
    REFUSED(socket(AF_INET6, SOCK_DGRAM, 0));
    REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
    REFUSED(socket(AF_NETLINK, SOCK_RAW, 0));
    REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    REFUSED(connect(0, (struct sockaddr *)&address, sizeof address));
    REFUSED(bind(0, (struct sockaddr *)&address, sizeof address));
    REFUSED(listen(0, 1));
    return 0;
}

static void it_opens_no_socket(void **context)
{
    run_sandboxed(*context, open_sockets);
    assert_told(*context, "the sandbox refused socket(): it opens no socket; http/1, mail/1 and net/1");
    assert_told(*context, "connect()");
    /* Once, however often it tries. */
    assert_null(strstr(strstr(((struct world *)*context)->told, " socket()") + 1, " socket()"));
}

static int passed_listener = -1;

static int serve_one(const struct world *world)
{
    char text[8] = "";
    (void)world;
    int connection = accept4(passed_listener, NULL, NULL, SOCK_CLOEXEC);
    WANT(connection >= 0 && recv(connection, text, 4, MSG_WAITALL) == 4 && send(connection, "pong", 4, 0) == 4);
    return 0;
}

static void a_listener_that_was_passed_in_serves(void **context)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct sandbox_state state;
    struct error error = ERROR_INIT;
    char text[8] = "";
    passed_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(passed_listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(passed_listener, 1), 0);
    assert_int_equal(getsockname(passed_listener, (struct sockaddr *)&address, &size), 0);
    struct sandbox_policy policy = {
        .isolation = ISOLATION_SANDBOX, .report = -1, .descriptors = &passed_listener, .descriptor_count = 1};
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(sandbox_enter(&policy, &state, &error) ? serve_one(*context) : 9);
    }
    int status, client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval patience = {20, 0};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
    assert_int_equal(send(client, "ping", 4, MSG_NOSIGNAL), 4);
    assert_int_equal(recv(client, text, 4, MSG_WAITALL), 4);
    assert_string_equal(text, "pong");
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(client);
    close(passed_listener);
}

/* ---- processes ---- */

static int make_processes(const struct world *world)
{
    char *const words[] = {(char *)"sh", (char *)"-c", (char *)"exit 0", NULL};
    pid_t other;
    (void)world;
    REFUSED(fork());
    REFUSED(vfork());
    WANT(posix_spawn(&other, "/bin/sh", NULL, NULL, words, environ) == EPERM);
    WANT(popen("true", "r") == NULL);
    WANT(system("true") == -1 || errno == EPERM);
    REFUSED(execv("/bin/sh", words));
    REFUSED(syscall(SYS_execveat, AT_FDCWD, "/bin/sh", words, environ, 0));
    REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    WANT((errno = 0, syscall(SYS_clone3, NULL, 0)) < 0 && errno == ENOSYS);
    return 0;
}

static void it_makes_no_process(void **context)
{
    run_sandboxed(*context, make_processes);
    assert_told(*context, "execve(): it runs no program; that is what the plugin exec is for");
}

static int make_process_freely(const struct world *world)
{
    char *const words[] = {(char *)"sh", NULL};
    pthread_t thread;
    int number = 0;
    (void)world;
    REFUSED(fork());
    REFUSED(execv("/bin/sh", words));
    WANT(open("/etc/passwd", O_RDONLY) >= 0);
    WANT(socket(AF_INET, SOCK_STREAM, 0) >= 0);
    WANT(pthread_create(&thread, NULL, count_up, &number) == 0 && pthread_join(thread, NULL) == 0);
    return 0;
}

static void a_process_of_its_own_makes_no_other_and_has_the_rest(void **context)
{
    struct world *world = *context;
    run(world, (struct sandbox_policy){.isolation = ISOLATION_PROCESS}, make_process_freely);
    assert_int_equal(world->status, 0);
    char text[200];
    sandbox_state_print(&world->state, text, sizeof text);
    assert_string_equal(text, "process (no new processes)");
}

static int look_at_others(const struct world *world)
{
    char bytes[8];
    struct iovec here = {bytes, sizeof bytes}, there = {(void *)(uintptr_t)0x1000, sizeof bytes};
    (void)world;
    REFUSED(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
    REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    REFUSED(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
    REFUSED(process_vm_writev(getppid(), &here, 1, &there, 1, 0));
    REFUSED(syscall(SYS_pidfd_open, getppid(), 0));
    REFUSED(kill(getppid(), 0));
    REFUSED(kill(getppid(), SIGKILL));
    REFUSED(kill(-1, SIGKILL));
    REFUSED(kill(0, SIGKILL));
    REFUSED(syscall(SYS_tgkill, getppid(), getppid(), SIGKILL));
    REFUSED(syscall(SYS_tkill, getppid(), SIGKILL));
    siginfo_t about = {.si_code = SI_QUEUE};
    REFUSED(syscall(SYS_rt_sigqueueinfo, getppid(), SIGKILL, &about));
    /* An upper half in the register must not hide the number from the filter. */
    REFUSED(syscall(SYS_kill, (1ull << 32) | (unsigned)getppid(), SIGKILL));
    /* Nor may the kernel send one on its behalf. */
    WANT(fcntl(0, F_SETOWN, getppid()) < 0);
    WANT(setsid() < 0 && setpgid(0, 0) < 0);
    return 0;
}

static void other_processes_are_out_of_reach(void **context)
{
    run_sandboxed(*context, look_at_others);
    assert_told(*context, "ptrace(): it looks into no process");
}

/* ---- the kernel's further corners ---- */

static int try_corners(const struct world *world)
{
    struct io_uring_params parameters = {0};
    (void)world;
    WANT(syscall(SYS_io_uring_setup, 8, &parameters) < 0);
    REFUSED(syscall(SYS_userfaultfd, 0));
    REFUSED(syscall(SYS_bpf, 0, NULL, 0));
    REFUSED(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    REFUSED(syscall(SYS_keyctl, 0, 0, 0, 0, 0));
    REFUSED(syscall(SYS_personality, 0xFFFFFFFF));
    REFUSED(mount("none", "/mnt", "tmpfs", 0, NULL));
    REFUSED(unshare(CLONE_NEWUSER));
    REFUSED(chroot("/tmp"));
    REFUSED(setuid(0));
    REFUSED(syscall(SYS_shmget, 1, 4096, 0600));
    WANT(sethostname("x", 1) < 0);
    struct rlimit limit = {100000, 100000};
    WANT(setrlimit(RLIMIT_NOFILE, &limit) < 0);
    char c = 'x';
    WANT(ioctl(0, TIOCSTI, &c) < 0);
    WANT(prctl(PR_SET_PDEATHSIG, 0) < 0);
    WANT(prctl(PR_SET_SECCOMP, 0) < 0);
    /* A call of a future kernel is as if it were not there. */
    WANT((errno = 0, syscall(1023)) < 0 && errno == ENOSYS);
    return 0;
}

static void the_kernel_has_no_other_way_out(void **context)
{
    run_sandboxed(*context, try_corners);
}

#if defined(__x86_64__)
/* getpid of the 32-bit table and of x32's: neither may be had past a filter for 64-bit calls. */
static int call_as_32_bits(const struct world *world)
{
    long result = 20;
    (void)world;
    signal(SIGSEGV, SIG_DFL); /* which the test's framework, or a sanitizer, would take for itself */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "rcx", "r8", "r9", "r10", "r11");
    return result == getpid() ? 3 : 0;
}

static int call_as_x32(const struct world *world)
{
    (void)world;
    return syscall(0x40000000 | SYS_getpid) == getpid() ? 3 : 0;
}

static void calls_of_32_bits_are_no_way_round(void **context)
{
    struct world *world = *context;
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX}, call_as_32_bits);
    /* SIGSYS by the filter; SIGSEGV on a kernel that has no such calls. */
    assert_true(WIFSIGNALED(world->status));
    assert_true(WTERMSIG(world->status) == SIGSYS || WTERMSIG(world->status) == SIGSEGV);
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX}, call_as_x32);
    assert_true(WIFSIGNALED(world->status) && WTERMSIG(world->status) == SIGSYS);
}
#endif

static int call_with_signals_blocked(const struct world *world)
{
    sigset_t all;
    (void)world;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    socket(AF_INET, SOCK_STREAM, 0);
    return 0;
}

static void whoever_blocks_the_report_dies_of_the_call(void **context)
{
    struct world *world = *context;
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX}, call_with_signals_blocked);
    assert_true(WIFSIGNALED(world->status));
    assert_int_equal(WTERMSIG(world->status), SIGSYS);
}

static int use_up_descriptors(const struct world *world)
{
    int count = 0, descriptor;
    (void)world;
    while ((descriptor = open("/dev/null", O_RDONLY)) >= 0)
        count++;
    WANT(errno == EMFILE && count > 50 && count < 64);
    return 0;
}

static void descriptors_are_limited(void **context)
{
    struct world *world = *context;
    run(world, (struct sandbox_policy){.isolation = ISOLATION_SANDBOX, .descriptors_max = 64}, use_up_descriptors);
    assert_int_equal(world->status, 0);
}

static int find_descriptors(const struct world *world)
{
    int count = 0;
    (void)world;
    for (int i = 0; i < 1000; i++)
        count += fcntl(i, F_GETFD) >= 0;
    WANT(count == 4); /* 0, 1, 2 and the one for reports */
    return 0;
}

static void no_descriptor_comes_along_by_chance(void **context)
{
    int stray = open("/etc/passwd", O_RDONLY), further = fcntl(stray, F_DUPFD, 500);
    assert_true(stray >= 0 && further >= 500);
    run_sandboxed(*context, find_descriptors);
    close(stray);
    close(further);
}

static int keep_no_capability(const struct world *world)
{
    char line[256];
    unsigned long long effective = ~0ull;
    (void)world;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "CapEff:", 7) == 0)
            effective = strtoull(line + 7, NULL, 16);
    WANT(file && (effective & ~(1ull << 1 | 1ull << 2 | 1ull << 3)) == 0);
    return 0;
}

static void root_has_no_power_but_over_files(void **context)
{
    run_sandboxed(*context, keep_no_capability);
}

/* ---- what is said ---- */

static int do_nothing(const struct world *world)
{
    (void)world;
    return 0;
}

static void the_state_says_what_is_in_force(void **context)
{
    struct world *world = *context;
    char text[300];
    run_sandboxed(world, do_nothing);
    sandbox_state_print(&world->state, text, sizeof text);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "sandbox (Landlock %d, seccomp)", world->state.landlock);
    assert_string_equal(text, wanted);
    struct sandbox_state bare = {.isolation = ISOLATION_SANDBOX, .has_calls = true};
    strcpy(bare.missing, "this kernel has no Landlock");
    sandbox_state_print(&bare, text, sizeof text);
    assert_string_equal(text, "sandbox (seccomp): this kernel has no Landlock");
}

/* As on a kernel without it. */
static void take_landlock_away(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SYS_landlock_create_ruleset, 0) != 0 ||
        seccomp_load(filter) != 0)
        _exit(8);
    seccomp_release(filter);
}

static int be_half_sandboxed(const struct sandbox_state *state)
{
    char text[400];
    sandbox_state_print(state, text, sizeof text);
    WANT(strstr(text, "sandbox (seccomp): this kernel has no Landlock"));
    WANT(open("/etc/passwd", O_RDONLY) >= 0);
    REFUSED(socket(AF_INET, SOCK_STREAM, 0));
    return 0;
}

static void where_the_kernel_cannot_it_says_so_or_refuses(void **context)
{
    int status;
    (void)context;
    for (int required = 0; required < 2; required++) {
        pid_t child = fork();
        if (child == 0) {
            struct sandbox_policy policy = {.isolation = ISOLATION_SANDBOX, .report = -1, .is_required = required};
            struct sandbox_state state;
            struct error error = ERROR_INIT;
            take_landlock_away();
            bool is_entered = sandbox_enter(&policy, &state, &error);
            if (required)
                _exit(!is_entered && strstr(error.text, "isolate = sandbox is required and cannot be kept: this kernel")
                          ? 0
                          : 7);
            _exit(is_entered ? be_half_sandboxed(&state) : 9);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

static void words_and_isolations_agree(void **context)
{
    (void)context;
    assert_int_equal(isolation_of("sandbox"), ISOLATION_SANDBOX);
    assert_int_equal(isolation_of("sandbo"), ISOLATION_COUNT);
    assert_int_equal(isolation_of(NULL), ISOLATION_COUNT);
    assert_string_equal(isolation_word(ISOLATION_PROCESS), "process");
}

int main(void)
{
    struct sandbox_state state;
    sandbox_probe(&state);
    if (state.missing[0]) {
        fprintf(stderr, "skipped: %s\n", state.missing);
        return 77;
    }
#define SANDBOX_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(what_a_library_does_all_day_works),
        SANDBOX_TEST(it_may_signal_itself_and_abort),
        SANDBOX_TEST(its_paths_are_its_own),
        SANDBOX_TEST(all_other_files_are_out_of_reach),
        SANDBOX_TEST(what_is_read_cannot_be_written_or_emptied),
        SANDBOX_TEST(its_own_thread_may_wait_for_others_and_no_others_for_it),
        SANDBOX_TEST(a_link_leads_nowhere_else),
        SANDBOX_TEST(a_file_written_beside_itself_has_its_folder),
        SANDBOX_TEST(who_reads_no_folder_watches_none),
        SANDBOX_TEST(who_reads_a_folder_may_watch_it),
        SANDBOX_TEST(it_opens_no_socket),
        SANDBOX_TEST(a_listener_that_was_passed_in_serves),
        SANDBOX_TEST(it_makes_no_process),
        SANDBOX_TEST(a_process_of_its_own_makes_no_other_and_has_the_rest),
        SANDBOX_TEST(other_processes_are_out_of_reach),
        SANDBOX_TEST(the_kernel_has_no_other_way_out),
#if defined(__x86_64__)
        SANDBOX_TEST(calls_of_32_bits_are_no_way_round),
#endif
        SANDBOX_TEST(whoever_blocks_the_report_dies_of_the_call),
        SANDBOX_TEST(descriptors_are_limited),
        SANDBOX_TEST(no_descriptor_comes_along_by_chance),
        SANDBOX_TEST(root_has_no_power_but_over_files),
        SANDBOX_TEST(the_state_says_what_is_in_force),
        SANDBOX_TEST(where_the_kernel_cannot_it_says_so_or_refuses),
        SANDBOX_TEST(words_and_isolations_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
