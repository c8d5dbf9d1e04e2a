/* The link's thread against a broker of a few lines at a real socket. Run under the thread sanitizer, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugins/mqtt/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGES = 300, PATIENCE_MS = 20000, BODY_SIZE = 4000, LONG_SIZE = 3000 };

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- the broker: version 3.1.1, qos 1 ---- */

struct broker {
    pthread_t thread;
    int listener, port;
    int dies_at;    /* the connection is cut at this message; 0: never */
    bool is_silent; /* it takes connections and says nothing */
    atomic_bool is_over;
    atomic_int greeted, published, good_byes;
};

static bool read_all(int client, unsigned char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = recv(client, bytes + done, size - done, 0);
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

/* Returns the first byte, 0 at the end. */
static unsigned read_packet(int client, unsigned char body[BODY_SIZE], size_t *size)
{
    unsigned char byte, first;
    *size = 0;
    if (!read_all(client, &first, 1))
        return 0;
    for (unsigned shift = 0;; shift += 7) {
        if (!read_all(client, &byte, 1))
            return 0;
        *size |= (size_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            break;
    }
    return *size <= BODY_SIZE && read_all(client, body, *size) ? first : 0;
}

static void answer(int client, const void *bytes, size_t size)
{
    ssize_t sent = send(client, bytes, size, MSG_NOSIGNAL);
    (void)sent;
}

static void serve_client(struct broker *broker, int client)
{
    unsigned char body[BODY_SIZE];
    size_t size;
    unsigned first;
    while (!broker->is_silent && (first = read_packet(client, body, &size))) {
        if (first == 0x10) {
            atomic_fetch_add(&broker->greeted, 1);
            answer(client, "\x20\2\0\0", 4);
        } else if (first == 0x32) {
            size_t topic = (size_t)body[0] << 8 | body[1];
            unsigned char acknowledgement[4] = {0x40, 2, body[2 + topic], body[3 + topic]};
            if (atomic_fetch_add(&broker->published, 1) + 1 == broker->dies_at)
                return;
            answer(client, acknowledgement, 4);
        } else if (first == 0x30) {
            atomic_fetch_add(&broker->published, 1);
        } else if (first == 0xe0) {
            atomic_fetch_add(&broker->good_byes, 1);
        }
    }
    while (broker->is_silent && !atomic_load(&broker->is_over))
        poll(NULL, 0, 5);
}

static void *run_broker(void *context)
{
    struct broker *broker = context;
    while (!atomic_load(&broker->is_over)) {
        struct pollfd ready = {.fd = broker->listener, .events = POLLIN};
        int client = poll(&ready, 1, 10) > 0 ? accept(broker->listener, NULL, NULL) : -1;
        if (client < 0)
            continue;
        serve_client(broker, client);
        close(client);
    }
    return NULL;
}

static void listen_at_any_port(struct broker *broker)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    broker->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(broker->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(broker->listener, 10), 0);
    assert_int_equal(getsockname(broker->listener, (struct sockaddr *)&address, &size), 0);
    broker->port = ntohs(address.sin_port);
}

static void start_broker(struct broker *broker)
{
    listen_at_any_port(broker);
    assert_int_equal(pthread_create(&broker->thread, NULL, run_broker, broker), 0);
}

static void stop_broker(struct broker *broker)
{
    atomic_store(&broker->is_over, true);
    pthread_join(broker->thread, NULL);
    close(broker->listener);
}

/* ---- the host ---- */

static int connect_here(struct ent_instance *instance, const char *text, int64_t timeout_ms)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)instance;
    (void)timeout_ms;
    address.sin_port = htons((uint16_t)strtol(strrchr(text, ':') + 1, NULL, 10));
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0 &&
        fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

static const struct ent_net_1 net = {.size = sizeof net, .connect = connect_here};

static struct ent_str why_not(struct ent_instance *instance)
{
    (void)instance;
    return ent_text("the host says why");
}

static const struct ent_host host = {.size = sizeof host, .error_text = why_not};

static void count_wake(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

static struct link *open_link(int port, atomic_int *wakes, bool has_tls, int qos)
{
    struct error error = ERROR_INIT;
    struct link_settings settings = {.host = &host,
                                     .net = &net,
                                     .server = "127.0.0.1",
                                     .port = port,
                                     .has_tls = has_tls,
                                     .client_id = "entente-test",
                                     .qos = qos,
                                     .timeout_ms = PATIENCE_MS,
                                     .settled = count_wake,
                                     .context = wakes};
    struct link *link = link_create(&settings, &error);
    assert_non_null(link);
    return link;
}

static bool give(struct link *link, uint64_t ticket, struct error *error)
{
    return link_publish(link, ticket, "a/topic", "delivery", "{}", 2, error);
}

/* Waits for `count` results and counts those that are OK. */
static int take(struct link *link, int count, struct link_result *last)
{
    int good = 0;
    for (int64_t end = now_ms() + PATIENCE_MS; count > 0 && now_ms() < end; poll(NULL, 0, 1))
        while (count > 0 && link_take(link, last)) {
            good += last->code == ENT_OK;
            count--;
        }
    assert_int_equal(count, 0);
    return good;
}

static void wait_until(atomic_int *number, int wanted)
{
    for (int64_t end = now_ms() + PATIENCE_MS; atomic_load(number) < wanted && now_ms() < end;)
        poll(NULL, 0, 1);
    assert_true(atomic_load(number) >= wanted);
}

/* ---- the tests ---- */

static void messages_are_acknowledged_and_the_end_is_said(void **state)
{
    struct broker broker = {.listener = -1};
    struct link_result result;
    struct error error = ERROR_INIT;
    atomic_int wakes = 0;
    (void)state;
    start_broker(&broker);
    struct link *link = open_link(broker.port, &wakes, false, 1);
    for (uint64_t i = 1; i <= MESSAGES; i++)
        assert_true(give(link, i, &error));
    assert_int_equal(take(link, MESSAGES, &result), MESSAGES);
    assert_true(atomic_load(&wakes) > 0);
    assert_false(link_take(link, &result));
    link_destroy(link);
    wait_until(&broker.good_byes, 1);
    assert_int_equal(broker.greeted, 1);
    assert_int_equal(broker.published, MESSAGES);
    stop_broker(&broker);
}

/* More at once than is kept to be sent. */
static void all_goes_out_without_acknowledgements(void **state)
{
    struct broker broker = {.listener = -1};
    struct link_result result;
    struct error error = ERROR_INIT;
    atomic_int wakes = 0;
    char payload[LONG_SIZE];
    (void)state;
    memset(payload, 'x', sizeof payload);
    start_broker(&broker);
    struct link *link = open_link(broker.port, &wakes, false, 0);
    for (uint64_t i = 1; i <= MESSAGES; i++)
        assert_true(link_publish(link, i, "a/topic", "delivery", payload, sizeof payload, &error));
    assert_int_equal(take(link, MESSAGES, &result), MESSAGES);
    wait_until(&broker.published, MESSAGES);
    link_destroy(link);
    stop_broker(&broker);
}

static void what_a_broken_connection_leaves_open_is_to_be_tried_again(void **state)
{
    struct broker broker = {.listener = -1, .dies_at = 3};
    struct link_result result;
    struct error error = ERROR_INIT;
    atomic_int wakes = 0;
    (void)state;
    start_broker(&broker);
    struct link *link = open_link(broker.port, &wakes, false, 1);
    for (uint64_t i = 1; i <= 5; i++)
        assert_true(give(link, i, &error));
    assert_true(take(link, 5, &result) < broker.dies_at); /* an acknowledgement may be lost as the connection breaks */
    assert_int_equal(result.code, ENT_RETRY);
    assert_non_null(strstr(result.text, "127.0.0.1:"));
    assert_false(give(link, 6, &error)); /* it rests */
    assert_string_equal(error.text, result.text);
    wait_until(&broker.greeted, 2);
    for (int64_t end = now_ms() + PATIENCE_MS; !give(link, 6, &error) && now_ms() < end;)
        poll(NULL, 0, 1);
    assert_int_equal(take(link, 1, &result), 1);
    assert_int_equal(result.ticket, 6);
    link_destroy(link);
    stop_broker(&broker);
}

static void why_there_is_no_connection_the_host_explains(void **state)
{
    struct broker broker = {.listener = -1};
    struct link_result result;
    struct error error = ERROR_INIT;
    atomic_int wakes = 0;
    (void)state;
    listen_at_any_port(&broker);
    close(broker.listener);
    struct link *link = open_link(broker.port, &wakes, false, 1);
    for (int64_t end = now_ms() + PATIENCE_MS; give(link, 1, &error) && now_ms() < end;) /* until it rests */
        poll(NULL, 0, 1);
    assert_string_equal(error.text, "the host says why");
    while (link_take(link, &result)) {
        assert_int_equal(result.code, ENT_RETRY);
        assert_string_equal(result.text, "the host says why");
    }
    link_destroy(link);
}

static void the_end_waits_for_no_silent_broker(void **state)
{
    (void)state;
    for (int has_tls = 0; has_tls < 2; has_tls++) {
        struct broker broker = {.listener = -1, .is_silent = true};
        struct error error = ERROR_INIT;
        atomic_int wakes = 0;
        start_broker(&broker);
        struct link *link = open_link(broker.port, &wakes, has_tls, 1);
        assert_true(give(link, 1, &error));
        poll(NULL, 0, 50);
        int64_t before = now_ms();
        link_destroy(link);
        assert_true(now_ms() - before < PATIENCE_MS / 2);
        stop_broker(&broker);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_acknowledged_and_the_end_is_said),
        cmocka_unit_test(all_goes_out_without_acknowledgements),
        cmocka_unit_test(what_a_broken_connection_leaves_open_is_to_be_tried_again),
        cmocka_unit_test(why_there_is_no_connection_the_host_explains),
        cmocka_unit_test(the_end_waits_for_no_silent_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
