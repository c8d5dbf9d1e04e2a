/* A classifier that does what an item's title says behind "HOSTILE ": crashes, hangs, leaks, floods, breaks out. What
 * the system refuses it tells in its log as "VERB: refused (reason)", what it could do as "VERB: done". For the tests
 * of isolation. */
#include <entente/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct hostile {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* One doing: 0 where it could, else errno. `unit` and `index` for those that emit. */
struct deed {
    const char *verb;
    int (*act)(const struct hostile *self, struct ent_unit *unit, size_t index);
};

#define DEED(name) static int name(const struct hostile *self, struct ent_unit *unit, size_t index)
#define UNUSED_ALL (void)self, (void)unit, (void)index

static int reason_of(int result)
{
    return result < 0 ? errno : 0;
}

/* ---- ends ---- */

static volatile int *volatile nowhere = (volatile int *)(uintptr_t)8; /* where a compiler cannot see it */

DEED(crash)
{
    UNUSED_ALL;
    *nowhere = 1;
    return 0;
}

DEED(give_up)
{
    UNUSED_ALL;
    abort();
    return 0;
}

static volatile int depth;

static int overflow_from(int level);
static int (*volatile deeper)(int level) = overflow_from;

static int overflow_from(int level)
{
    volatile char stack[4096];
    stack[0] = (char)level;
    depth = level;
    return deeper(level + 1) + stack[0];
}

DEED(overflow)
{
    UNUSED_ALL;
    return overflow_from(1);
}

DEED(leave)
{
    UNUSED_ALL;
    exit(3);
    return 0;
}

static void *crash_thread(void *argument)
{
    *nowhere = 1;
    return argument;
}

DEED(crash_elsewhere)
{
    pthread_t thread;
    UNUSED_ALL;
    if (pthread_create(&thread, NULL, crash_thread, NULL) == 0)
        pthread_join(thread, NULL);
    return 0;
}

/* ---- hangs ---- */

DEED(hang)
{
    UNUSED_ALL;
    for (;;)
        pause();
    return 0;
}

/* Takes away the thread that would see the end of the daemon, and asks not to be killed with it. */
static void pause_for_ever(int signal)
{
    (void)signal;
    for (;;)
        pause();
}

DEED(deafen)
{
    struct sigaction action = {.sa_handler = pause_for_ever};
    sigaction(SIGUSR1, &action, NULL);
    prctl(PR_SET_PDEATHSIG, 0);
    tgkill(getpid(), getpid(), SIGUSR1); /* the first thread reads the socket */
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text("deafen: it is deaf"));
    return hang(self, unit, index);
}

DEED(spin)
{
    UNUSED_ALL;
    for (;;)
        depth = !depth;
    return 0;
}

DEED(stop)
{
    UNUSED_ALL;
    return reason_of(raise(SIGSTOP));
}

/* ---- takes too much ---- */

DEED(leak)
{
    UNUSED_ALL;
    /* Not for ever: where nothing holds it back the machine must survive the test. */
    for (int i = 0; i < 256; i++) {
        char *memory = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return errno;
        memset(memory, 1, 4 << 20);
        usleep(10000);
    }
    return hang(self, unit, index);
}

DEED(leak_file)
{
    UNUSED_ALL;
    static char block[1 << 16];
    memset(block, 1, sizeof block); /* memory of its own: what is read from the object may be thrown out and read again for ever */
    int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    for (size_t i = 0; file >= 0 && i < (256 << 20) / sizeof block; i++)
        if (write(file, block, sizeof block) < 0)
            return errno;
    return file < 0 ? errno : hang(self, unit, index);
}

DEED(leak_descriptors)
{
    UNUSED_ALL;
    for (int i = 0; i < 2000000; i++)
        if (open("/dev/null", O_RDONLY) < 0)
            return errno;
    return 0;
}

static struct ent_record *make_report(const struct hostile *self)
{
    struct ent_builder *report = self->host->build(self->instance, ENT_REPORT);
    ent_put_text(self->host, report, ENT_REPORT_TYPE, "training");
    return self->host->seal(report);
}

DEED(flood)
{
    size_t emitted = 0;
    struct ent_record *report;
    while ((report = make_report(self)) && self->host->emit(unit, index, report) == 0)
        emitted++;
    for (int i = 0; i < 2000; i++)
        self->host->log(self->instance, ENT_LOG_DEBUG, ent_text("flood"));
    return emitted > 0 ? ENOSPC : EIO;
}

DEED(multiply)
{
    int made = 0;
    UNUSED_ALL;
    for (int i = 0; i < 200; i++) {
        pid_t child = fork();
        if (child == 0) {
            sleep(30);
            _exit(0);
        }
        made += child > 0;
    }
    return made ? 0 : errno;
}

/* ---- lies to the daemon ---- */

static int write_everywhere(const void *bytes, size_t size, mode_t type)
{
    int written = 0;
    for (int descriptor = 3; descriptor < 64; descriptor++) {
        struct stat status;
        if (fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == type)
            written += write(descriptor, bytes, size) > 0;
    }
    return written;
}

DEED(speak_garbage)
{
    unsigned char bytes[512];
    UNUSED_ALL;
    srand(7);
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)rand();
        write_everywhere(bytes, sizeof bytes - (size_t)round, S_IFSOCK);
    }
    hang(self, unit, index);
    return 0;
}

DEED(hang_up)
{
    UNUSED_ALL;
    for (int descriptor = 3; descriptor < 64; descriptor++)
        close(descriptor);
    return 0;
}

/* ---- breaks out ---- */

static int open_one(const char *path, int flags)
{
    return reason_of(open(path, flags, 0600));
}

DEED(read_passwords)
{
    UNUSED_ALL;
    return open_one("/etc/passwd", O_RDONLY);
}

/* The path, which no option names, is the item's body. */
DEED(read_outside)
{
    return open_one(ent_get_str(self->host, self->host->input(unit, index), ENT_ITEM_BODY).data, O_RDONLY);
}

DEED(write_outside)
{
    return open_one(ent_get_str(self->host, self->host->input(unit, index), ENT_ITEM_BODY).data,
                    O_WRONLY | O_CREAT | O_TRUNC);
}

DEED(connect_out)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    UNUSED_ALL;
    return connection < 0 ? errno : reason_of(connect(connection, (struct sockaddr *)&address, sizeof address));
}

DEED(run_shell)
{
    char *const words[] = {(char *)"sh", (char *)"-c", (char *)"exit 0", NULL};
    char *const environment[] = {NULL};
    UNUSED_ALL;
    return reason_of(execve("/bin/sh", words, environment));
}

DEED(trace_parent)
{
    UNUSED_ALL;
    return reason_of((int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

DEED(kill_parent)
{
    UNUSED_ALL;
    return reason_of(kill(getppid(), SIGKILL));
}

static const struct deed deeds[] = {
    {"crash", crash},
    {"abort", give_up},
    {"overflow", overflow},
    {"exit", leave},
    {"crash-elsewhere", crash_elsewhere},
    {"hang", hang},
    {"deafen", deafen},
    {"spin", spin},
    {"stop", stop},
    {"leak", leak},
    {"leak-file", leak_file},
    {"leak-descriptors", leak_descriptors},
    {"flood", flood},
    {"multiply", multiply},
    {"garbage", speak_garbage},
    {"hang-up", hang_up},
    {"passwd", read_passwords},
    {"read", read_outside},
    {"write", write_outside},
    {"connect", connect_out},
    {"shell", run_shell},
    {"trace", trace_parent},
    {"kill", kill_parent},
};

/* ---- the plugin ---- */

static void do_deed(const struct hostile *self, struct ent_unit *unit, size_t index, const char *verb)
{
    char line[200];
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        if (strcmp(deeds[i].verb, verb) != 0)
            continue;
        int reason = deeds[i].act(self, unit, index);
        if (reason)
            snprintf(line, sizeof line, "%s: refused (%s)", verb, strerror(reason));
        else
            snprintf(line, sizeof line, "%s: done", verb);
        self->host->log(self->instance, ENT_LOG_WARNING, ent_text(line));
    }
}

static void *hostile_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct hostile *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct hostile){host, instance};
    return self;
}

static enum ent_code hostile_classify(void *context, struct ent_unit *unit)
{
    static const char prefix[] = "HOSTILE ";
    const struct hostile *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        struct ent_str title = ent_get_str(self->host, self->host->input(unit, i), ENT_ITEM_TITLE);
        if (title.data && strncmp(title.data, prefix, sizeof prefix - 1) == 0)
            do_deed(self, unit, i, title.data + sizeof prefix - 1);
    }
    return ENT_OK;
}

static void hostile_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .create = hostile_create, .classify = hostile_classify, .destroy = hostile_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "hostile",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "Does harm as it is told",
                                             .ops = &ops};
    return &plugin;
}
