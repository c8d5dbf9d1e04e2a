#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/host/monitor.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the monitor has said of one child. */
struct told {
    pthread_mutex_t lock;
    char why[200];
    int count;
};

#define TOLD_INIT                                                                                                      \
    {                                                                                                                  \
        PTHREAD_MUTEX_INITIALIZER, "", 0                                                                               \
    }

static void on_exceeded(void *context, const char *why)
{
    struct told *told = context;
    pthread_mutex_lock(&told->lock);
    strncpy(told->why, why, sizeof told->why - 1);
    told->count++;
    pthread_mutex_unlock(&told->lock);
}

static bool wait_until_told(struct told *told)
{
    for (int i = 0; i < 2000; i++) {
        pthread_mutex_lock(&told->lock);
        bool is_told = told->count > 0;
        pthread_mutex_unlock(&told->lock);
        if (is_told)
            return true;
        poll(NULL, 0, 10);
    }
    return false;
}

static void end(pid_t child)
{
    int status;
    kill(-child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
}

/* A child in a group of its own, which ends with this test at the latest. */
static pid_t start(void (*act)(void))
{
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        alarm(60);
        act();
        _exit(0);
    }
    assert_true(child > 0);
    setpgid(child, child);
    return child;
}

static void sleep_on(void)
{
    for (;;)
        pause();
}

static void fill(size_t size)
{
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        _exit(1);
    memset(memory, 1, size);
}

static void leak(void)
{
    for (int i = 0; i < 64; i++) {
        fill(4u << 20);
        poll(NULL, 0, 20);
    }
    sleep_on();
}

static void leak_into_files(void)
{
    static char bytes[1 << 20];
    int file = memfd_create("leak", MFD_CLOEXEC);
    memset(bytes, 1, sizeof bytes);
    for (int i = 0; i < 256; i++)
        if (write(file, bytes, sizeof bytes) < 0)
            _exit(1);
    sleep_on();
}

static void spin(void)
{
    for (;;)
        continue;
}

static void multiply(void)
{
    for (int i = 0; i < 40; i++)
        if (fork() == 0)
            sleep_on();
    sleep_on();
}

static struct monitor *make(void)
{
    struct error error = ERROR_INIT;
    struct monitor *monitor = monitor_create(&error);
    if (!monitor)
        fail_msg("%s", error.text);
    return monitor;
}

static struct monitored *add(struct monitor *monitor, pid_t child, struct monitor_limits limits, struct told *told)
{
    struct error error = ERROR_INIT;
    struct monitored *monitored = monitor_add(monitor, child, &limits, on_exceeded, told, &error);
    if (!monitored)
        fail_msg("%s", error.text);
    return monitored;
}

static void memory_past_its_limit_is_told_once(void **state)
{
    struct monitor *monitor = make();
    struct told greedy = TOLD_INIT, modest = TOLD_INIT;
    pid_t leaking = start(leak), sleeping = start(sleep_on);
    struct monitored *first = add(monitor, leaking, (struct monitor_limits){.memory_max = 128 << 20}, &greedy);
    struct monitored *second = add(monitor, sleeping, (struct monitor_limits){.memory_max = 128 << 20}, &modest);
    (void)state;
    assert_true(wait_until_told(&greedy));
    assert_non_null(strstr(greedy.why, "MiB of memory, and memory_max is 128 MiB"));
    poll(NULL, 0, 1500);
    struct monitor_use use;
    monitor_read(monitor, first, &use);
    assert_true(use.memory > 128 << 20);
    assert_int_equal(use.processes, 1);
    monitor_remove(monitor, first);
    monitor_remove(monitor, second);
    assert_int_equal(greedy.count, 1);
    assert_int_equal(modest.count, 0);
    end(leaking);
    end(sleeping);
    monitor_destroy(monitor);
}

static void memory_that_is_in_no_process_counts_too(void **state)
{
    struct monitor *monitor = make();
    struct told told = TOLD_INIT;
    pid_t child = start(leak_into_files);
    struct monitored *monitored = add(monitor, child, (struct monitor_limits){.memory_max = 128 << 20}, &told);
    (void)state;
    assert_true(wait_until_told(&told));
    assert_non_null(strstr(told.why, "MiB of memory, and memory_max is 128 MiB"));
    monitor_remove(monitor, monitored);
    end(child);
    monitor_destroy(monitor);
}

static void a_share_of_a_core_is_kept(void **state)
{
    struct monitor *monitor = make();
    struct told told = TOLD_INIT;
    pid_t child = start(spin);
    struct monitored *monitored = add(monitor, child, (struct monitor_limits){.cpu_max = 0.1}, &told);
    (void)state;
    int64_t began = clock_monotonic();
    poll(NULL, 0, 3000);
    struct monitor_use use;
    monitor_read(monitor, monitored, &use);
    int64_t passed = clock_monotonic() - began;
    /* Twice its share, so that a busy machine does not fail the test: unheld it would have had about all of a core. */
    assert_true(use.cpu_ms <= passed / 5);
    assert_true(use.held_ms > 0);
    monitor_remove(monitor, monitored);
    /* It goes on when nobody watches it any more. */
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_null(strstr(text, ") T "));
    assert_int_equal(told.count, 0);
    end(child);
    monitor_destroy(monitor);
}

static void a_group_is_counted_together(void **state)
{
    struct monitor *monitor = make();
    struct told told = TOLD_INIT;
    pid_t child = start(multiply);
    struct monitored *monitored = add(monitor, child, (struct monitor_limits){.processes_max = 16}, &told);
    (void)state;
    assert_true(wait_until_told(&told));
    assert_non_null(strstr(told.why, " processes, and may have 16"));
    monitor_remove(monitor, monitored);
    end(child);
    monitor_destroy(monitor);
}

static void one_that_has_ended_is_left_alone(void **state)
{
    struct monitor *monitor = make();
    struct told told = TOLD_INIT;
    struct error error = ERROR_INIT;
    int status;
    pid_t child = start(sleep_on);
    struct monitor_limits limits = {.memory_max = 1, .cpu_max = 0.01};
    (void)state;
    kill(child, SIGKILL);
    /* Dead, but not waited for: its number is still its own. */
    siginfo_t about;
    assert_int_equal(waitid(P_PID, (id_t)child, &about, WEXITED | WNOWAIT), 0);
    struct monitored *monitored = add(monitor, child, limits, &told);
    assert_int_equal(waitpid(child, &status, 0), child);
    poll(NULL, 0, 1200);
    monitor_remove(monitor, monitored);
    assert_int_equal(told.count, 0);
    assert_null(monitor_add(monitor, child, &limits, on_exceeded, &told, &error));
    assert_non_null(strstr(error.text, "cannot be watched"));
    monitor_destroy(monitor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_past_its_limit_is_told_once), cmocka_unit_test(memory_that_is_in_no_process_counts_too),
        cmocka_unit_test(a_share_of_a_core_is_kept),          cmocka_unit_test(a_group_is_counted_together),
        cmocka_unit_test(one_that_has_ended_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
