/* The event stream over a host that answers when the test lets it: while readers catch up, nobody else waits for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/base/access_token.h"
#include "plugins/web/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 20, REPLY_SIZE = 65536, READERS = 2, OTHERS = 8 };

/* ---- the host ---- */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_open;    /* questions for changes of old are answered */
    bool is_busy;    /* with that the store cannot say */
    int waiting;     /* of them, at the gate */
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void host_log(struct ent_instance *instance, uint32_t level, struct ent_str text)
{
    (void)instance;
    (void)level;
    (void)text;
}

static void host_error(struct ent_instance *instance, struct ent_str text)
{
    (void)instance;
    (void)text;
}

static int64_t clock_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now(struct ent_instance *instance)
{
    (void)instance;
    return clock_of(CLOCK_REALTIME);
}

static int64_t monotonic(struct ent_instance *instance)
{
    (void)instance;
    return clock_of(CLOCK_MONOTONIC);
}

static struct ent_answer *answer_of(uint32_t kind, const char *body)
{
    struct ent_answer *answer = calloc(1, sizeof *answer);
    *answer = (struct ent_answer){.size = sizeof *answer, .kind = kind, .body = ent_text(body), .text = ent_text("")};
    return answer;
}

static const struct ent_answer *changes_of_old(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.waiting++;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.is_open)
        pthread_cond_wait(&gate.changed, &gate.lock);
    bool is_busy = gate.is_busy;
    pthread_mutex_unlock(&gate.lock);
    return is_busy ? answer_of(ENT_ANSWER_BUSY, "")
                   : answer_of(ENT_ANSWER_OK, "{\"changes\":[{\"id\":\"2.0.0\",\"kind\":\"event\",\"made\":1}],\"id\":\"2.0.0\",\"more\":false}");
}

static const struct ent_answer *ask(struct ent_instance *instance, const char *question, const struct ent_parameter *parameters,
                                    size_t count)
{
    (void)instance;
    if (strcmp(question, "token") == 0)
        return answer_of(ENT_ANSWER_OK, "{\"kind\":\"token\",\"name\":\"reader\",\"role\":\"read\",\"expires\":0}");
    if (strcmp(question, "position") == 0)
        return answer_of(ENT_ANSWER_OK, "{\"id\":\"5000.0.0\"}");
    if (strcmp(question, "changes") == 0 && count == 1 && strcmp(parameters[0].value, "1.0.0") == 0)
        return changes_of_old();
    return answer_of(ENT_ANSWER_OK, "{\"changes\":[],\"id\":\"5000.0.0\",\"more\":false}");
}

static void release(struct ent_instance *instance, const struct ent_answer *answer)
{
    (void)instance;
    free((void *)(uintptr_t)answer);
}

static uint64_t wait_for_commit(struct ent_instance *instance, uint64_t seen, int64_t timeout_ms)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    (void)instance;
    if (timeout_ms > 0)
        nanosleep(&pause, NULL);
    return seen;
}

static const struct ent_host host = {.size = sizeof host, .log = host_log, .error = host_error};
static const struct ent_query_1 query = {sizeof query, ask, release, wait_for_commit};
static const struct ent_clock_1 watch = {sizeof watch, now, monotonic};

/* ---- a server ---- */

static struct server server;
static const char *const no_hosts[] = {NULL};
static char token[ACCESS_TOKEN_SIZE];

static int start(void **state)
{
    char id[ACCESS_TOKEN_ID_SIZE];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    (void)state;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 64), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_true(access_token_make(token, id));
    gate.is_open = gate.is_busy = false;
    gate.waiting = 0;
    server = (struct server){.host = &host, .query = &query, .clock = &watch, .port = ntohs(address.sin_port)};
    server.settings = (struct server_settings){.listen = "127.0.0.1:0", .hosts = no_hosts, .connections = 64, .streams = 16, .session_ms = 1000};
    assert_true(server_start(&server, listener));
    return 0;
}

static void open_gate(bool is_busy)
{
    pthread_mutex_lock(&gate.lock);
    gate.is_open = true;
    gate.is_busy = is_busy;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static int stop(void **state)
{
    (void)state;
    open_gate(false);
    server_stop(&server);
    return 0;
}

/* ---- callers ---- */

static int call(const char *path, const char *headers)
{
    char request[1000];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(server.port)};
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(caller, (struct sockaddr *)&address, sizeof address), 0);
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", path, (unsigned)server.port, headers);
    assert_int_equal(send(caller, request, (size_t)size, 0), size);
    return caller;
}

/* Reads until the text has come; false where the other side ends or nothing comes any more. */
static bool comes(int caller, const char *text)
{
    static char reply[REPLY_SIZE];
    size_t size = 0;
    while (size + 1 < sizeof reply) {
        ssize_t got = recv(caller, reply + size, sizeof reply - 1 - size, 0);
        if (got <= 0)
            return false;
        size += (size_t)got;
        reply[size] = '\0';
        if (memmem(reply, size, text, strlen(text)))
            return true;
    }
    return false;
}

static int open_stream(void)
{
    char headers[600];
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\nLast-Event-ID: 1.0.0\r\n", token);
    return call("/api/v1/stream", headers);
}

static void wait_at_gate(int count)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.waiting < count)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

/* ---- tests ---- */

static void readers_that_catch_up_keep_nobody_waiting(void **state)
{
    int readers[READERS], others[OTHERS];
    (void)state;
    for (int i = 0; i < READERS; i++)
        readers[i] = open_stream();
    wait_at_gate(READERS);
    /* Whichever thread of the server has them: each of these is answered while the store thinks. */
    for (int i = 0; i < OTHERS; i++)
        others[i] = call("/api/v1/openapi.json", "");
    for (int i = 0; i < OTHERS; i++)
        assert_true(comes(others[i], "HTTP/1.1 200"));
    open_gate(false);
    for (int i = 0; i < READERS; i++)
        assert_true(comes(readers[i], "id: 2.0.0\nevent: event\n"));
    for (int i = 0; i < READERS; i++)
        close(readers[i]);
    for (int i = 0; i < OTHERS; i++)
        close(others[i]);
}

static void a_reader_comes_back_with_its_place_where_the_store_cannot_say(void **state)
{
    (void)state;
    int reader = open_stream();
    wait_at_gate(1);
    open_gate(true);
    assert_true(comes(reader, "event: resume\ndata: {\"id\":\"1.0.0\"}\n\n\r\n0\r\n\r\n")); /* and that was the end */
    close(reader);
}

static void a_server_that_stops_waits_for_who_catches_up(void **state)
{
    (void)state;
    int reader = open_stream();
    wait_at_gate(1);
    open_gate(false);
    server_stop(&server);
    while (comes(reader, "\n"))
        continue;
    close(reader);
    assert_int_equal(start(state), 0); /* for the teardown */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_that_catch_up_keep_nobody_waiting, start, stop),
        cmocka_unit_test_setup_teardown(a_reader_comes_back_with_its_place_where_the_store_cannot_say, start, stop),
        cmocka_unit_test_setup_teardown(a_server_that_stops_waits_for_who_catches_up, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
