#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/log.h"
#include "core/control/client.h"
#include "core/control/server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT_MS = 5000, CALLERS = 8, CALLS = 25 };

struct daemon {
    char state_dir[200];
    struct control_server *server;
    atomic_int fetches;
};

static bool handle_status(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    (void)error;
    struct daemon *daemon = context;
    json_key(result, "author");
    json_put_text(result, request->author);
    json_key(result, "fetches");
    json_put_integer(result, atomic_load(&daemon->fetches));
    return true;
}

static bool handle_fetch(void *context, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    struct daemon *daemon = context;
    if (strcmp(request->target, "source.edm") != 0)
        return error_set(error, ERROR_MISSING, "there is no source named '%s'", request->target);
    json_key(result, "number");
    json_put_integer(result, atomic_fetch_add(&daemon->fetches, 1) + 1);
    return true;
}

static bool handle_reload(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    (void)context, (void)request, (void)error;
    json_key(result, "padding");
    char *text = malloc(CONTROL_REPLY_MAX);
    memset(text, 'x', CONTROL_REPLY_MAX);
    json_put_string(result, text, CONTROL_REPLY_MAX);
    free(text);
    return true;
}

static control_handler *const handlers[CONTROL_COMMAND_COUNT] = {
    [CONTROL_STATUS] = handle_status,
    [CONTROL_FETCH] = handle_fetch,
    [CONTROL_RELOAD] = handle_reload,
};

static void start(struct daemon *daemon)
{
    atomic_store(&daemon->fetches, 0);
    struct error error = ERROR_INIT;
    daemon->server = control_server_create(daemon->state_dir, handlers, daemon, &error);
    if (!daemon->server || !control_server_start(daemon->server, &error))
        fail_msg("%s", error.text);
}

static int setup(void **state)
{
    struct daemon *daemon = calloc(1, sizeof *daemon);
    snprintf(daemon->state_dir, sizeof daemon->state_dir, "/tmp/entente-control-XXXXXX");
    if (!mkdtemp(daemon->state_dir))
        return -1;
    /* The log goes nowhere: requests are logged. */
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, STDERR_FILENO);
    start(daemon);
    *state = daemon;
    return 0;
}

static int teardown(void **state)
{
    struct daemon *daemon = *state;
    control_server_destroy(daemon->server);
    int left = rmdir(daemon->state_dir);
    free(daemon);
    return left;
}

static int raw_connect(const struct daemon *daemon)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.60s/control.sock", daemon->state_dir);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    struct timeval limit = {.tv_sec = TIMEOUT_MS / 1000};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return descriptor;
}

/* Reads one line; "" where the other side hung up. */
static void raw_line(int descriptor, char *line, size_t size)
{
    size_t used = 0;
    while (used + 1 < size && recv(descriptor, line + used, 1, 0) == 1 && line[used] != '\n')
        used++;
    line[used] = '\0';
}

static void assert_raw_answer(const struct daemon *daemon, const char *request, size_t size, const char *part)
{
    int descriptor = raw_connect(daemon);
    assert_int_equal(send(descriptor, request, size, MSG_NOSIGNAL), size);
    char line[2000];
    raw_line(descriptor, line, sizeof line);
    if (!strstr(line, part))
        fail_msg("'%s' lacks '%s'", line, part);
    close(descriptor);
}

static void a_command_is_answered_and_its_author_is_whom_the_kernel_names(void **state)
{
    struct daemon *daemon = *state;
    struct error error = ERROR_INIT;
    bool running = false;
    json_t *result = control_call(daemon->state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, &running, &error);
    assert_non_null(result);
    assert_true(running);
    char author[100];
    control_author(geteuid(), author, sizeof author);
    assert_string_equal(json_string_value(json_object_get(result, "author")), author);
    json_decref(result);
}

static void an_error_of_the_handler_comes_back_with_its_kind(void **state)
{
    struct daemon *daemon = *state;
    struct error error = ERROR_INIT;
    bool running = false;
    assert_null(control_call(daemon->state_dir, CONTROL_FETCH, "source.x", TIMEOUT_MS, &running, &error));
    assert_true(running);
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_string_equal(error.text, "there is no source named 'source.x'");
    assert_null(control_call(daemon->state_dir, CONTROL_STOP, NULL, TIMEOUT_MS, &running, &error));
    assert_string_equal(error.text, "this daemon cannot do 'stop'");
}

static void the_socket_is_the_owners_alone(void **state)
{
    struct daemon *daemon = *state;
    char path[300];
    snprintf(path, sizeof path, "%s/control.sock", daemon->state_dir);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void garbage_is_answered_and_harms_nobody(void **state)
{
    struct daemon *daemon = *state;
    static const struct {
        const char *request, *part;
    } cases[] = {
        {"\x01\xff\xfe not json\n", "not JSON"},
        {"[1,2]\n", "a request is an object"},
        {"{\"command\":7}\n", "must be a string"},
        {"{\"command\":\"staus\"}\n", "did you mean 'status'?"},
        {"{\"command\":\"status\",\"author\":\"root\"}\n", "'author' is no member"},
        {"{\"command\":\"status\",\"command\":\"stop\"}\n", "not JSON"},
        {"{\"command\":\"fetch\"}\n", "needs a target: the name of a source"},
        {"{\"command\":\"status\",\"target\":\"x\"}\n", "takes no target"},
        {"{}\n", "lacks a command"},
        {"\n\n{\"command\":\"status\"}\n", "\"ok\":true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_raw_answer(daemon, cases[i].request, strlen(cases[i].request), cases[i].part);
}

static void an_endless_line_is_cut_off(void **state)
{
    struct daemon *daemon = *state;
    int descriptor = raw_connect(daemon);
    char block[4096];
    memset(block, '[', sizeof block);
    for (int i = 0; i < 64 && send(descriptor, block, sizeof block, MSG_NOSIGNAL) > 0; i++)
        ;
    char line[2000];
    raw_line(descriptor, line, sizeof line);
    assert_non_null(strstr(line, "longer than"));
    raw_line(descriptor, line, sizeof line);
    assert_string_equal(line, "");
    close(descriptor);
}

static void an_answer_past_its_limit_is_an_error_and_not_a_cut_line(void **state)
{
    struct daemon *daemon = *state;
    struct error error = ERROR_INIT;
    assert_null(control_call(daemon->state_dir, CONTROL_RELOAD, NULL, TIMEOUT_MS, NULL, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
}

static void several_requests_on_one_connection_are_answered_in_order(void **state)
{
    struct daemon *daemon = *state;
    int descriptor = raw_connect(daemon);
    const char *request = "{\"command\":\"fetch\",\"target\":\"source.edm\"}\n";
    char both[200];
    snprintf(both, sizeof both, "%s%s", request, request);
    assert_int_equal(send(descriptor, both, strlen(both), MSG_NOSIGNAL), strlen(both));
    for (int i = 1; i <= 2; i++) {
        char line[200], wanted[100];
        raw_line(descriptor, line, sizeof line);
        snprintf(wanted, sizeof wanted, "{\"ok\":true,\"result\":{\"number\":%d}}", i);
        assert_string_equal(line, wanted);
    }
    close(descriptor);
}

static void *call_many(void *argument)
{
    struct daemon *daemon = argument;
    for (int i = 0; i < CALLS; i++) {
        struct error error = ERROR_INIT;
        json_t *result = control_call(daemon->state_dir, CONTROL_FETCH, "source.edm", TIMEOUT_MS, NULL, &error);
        if (!result)
            return daemon;
        json_decref(result);
    }
    return NULL;
}

static void concurrent_clients_are_all_served(void **state)
{
    struct daemon *daemon = *state;
    int idle = raw_connect(daemon); /* one that says nothing holds nobody up */
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_many, daemon), 0);
    for (int i = 0; i < CALLERS; i++) {
        void *failure;
        pthread_join(threads[i], &failure);
        assert_null(failure); /* the daemon, where a call failed */
    }
    assert_int_equal(atomic_load(&daemon->fetches), CALLERS * CALLS);
    close(idle);
}

static void a_client_that_hangs_up_at_once_harms_nobody(void **state)
{
    struct daemon *daemon = *state;
    for (int i = 0; i < 2 * CONTROL_CLIENTS_MAX; i++) {
        int descriptor = raw_connect(daemon);
        assert_true(send(descriptor, "{\"command\":\"status\"}\n", 21, MSG_NOSIGNAL) > 0);
        close(descriptor);
    }
    struct error error = ERROR_INIT;
    json_t *result = control_call(daemon->state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, NULL, &error);
    assert_non_null(result);
    json_decref(result);
}

static int64_t processor_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Whoever waits to be let in would wake the thread at once again and again. */
static void while_descriptors_are_out_it_waits_and_then_answers(void **state)
{
    struct daemon *daemon = *state;
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    none = (struct rlimit){.rlim_cur = (rlim_t)descriptor + 1, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.60s/control.sock", daemon->state_dir);
    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    int64_t spent = processor_ms();
    usleep(600 * 1000);
    spent = processor_ms() - spent;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(spent < 300);
    assert_true(send(descriptor, "{\"command\":\"status\"}\n", 21, MSG_NOSIGNAL) > 0);
    char line[2000];
    raw_line(descriptor, line, sizeof line);
    assert_non_null(strstr(line, "\"ok\":true"));
    close(descriptor);
}

static void a_second_server_is_refused_and_leaves_the_first_alone(void **state)
{
    struct daemon *daemon = *state;
    struct error error = ERROR_INIT;
    assert_null(control_server_create(daemon->state_dir, handlers, daemon, &error));
    assert_int_equal(error.kind, ERROR_STATE);
    assert_non_null(strstr(error.text, "another daemon answers"));
    json_t *result = control_call(daemon->state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, NULL, &error);
    assert_non_null(result);
    json_decref(result);
}

static void without_a_daemon_the_client_says_that_none_runs(void **state)
{
    struct daemon *daemon = *state;
    control_server_destroy(daemon->server);
    daemon->server = NULL;
    struct error error = ERROR_INIT;
    bool running = true;
    assert_null(control_call(daemon->state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, &running, &error));
    assert_false(running);
    assert_int_equal(error.kind, ERROR_MISSING);
    running = true;
    assert_null(control_call("/nonexistent/entente", CONTROL_STATUS, NULL, TIMEOUT_MS, &running, &error));
    assert_false(running);
    start(daemon);
}

static void a_socket_left_by_a_crash_is_replaced(void **state)
{
    struct daemon *daemon = *state;
    control_server_destroy(daemon->server);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.60s/control.sock", daemon->state_dir);
    int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(dead, (struct sockaddr *)&address, sizeof address), 0);
    close(dead);
    start(daemon);
    struct error error = ERROR_INIT;
    json_t *result = control_call(daemon->state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, NULL, &error);
    assert_non_null(result);
    json_decref(result);
}

static void a_state_directory_with_a_long_path_works_too(void **state)
{
    (void)state;
    struct daemon deep = {.server = NULL};
    char base[] = "/tmp/entente-control-XXXXXX";
    assert_non_null(mkdtemp(base));
    snprintf(deep.state_dir, sizeof deep.state_dir, "%s/%0120d", base, 7);
    assert_int_equal(mkdir(deep.state_dir, 0700), 0);
    start(&deep);
    struct error error = ERROR_INIT;
    json_t *result = control_call(deep.state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, NULL, &error);
    assert_non_null(result);
    json_decref(result);
    control_server_destroy(deep.server);
    rmdir(deep.state_dir);
    rmdir(base);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_command_is_answered_and_its_author_is_whom_the_kernel_names),
        TEST(an_error_of_the_handler_comes_back_with_its_kind),
        TEST(the_socket_is_the_owners_alone),
        TEST(garbage_is_answered_and_harms_nobody),
        TEST(an_endless_line_is_cut_off),
        TEST(an_answer_past_its_limit_is_an_error_and_not_a_cut_line),
        TEST(several_requests_on_one_connection_are_answered_in_order),
        TEST(concurrent_clients_are_all_served),
        TEST(a_client_that_hangs_up_at_once_harms_nobody),
        TEST(while_descriptors_are_out_it_waits_and_then_answers),
        TEST(a_second_server_is_refused_and_leaves_the_first_alone),
        TEST(without_a_daemon_the_client_says_that_none_runs),
        TEST(a_socket_left_by_a_crash_is_replaced),
        TEST(a_state_directory_with_a_long_path_works_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
