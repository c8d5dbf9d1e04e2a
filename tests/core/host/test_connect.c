/* Connections for plugins: peers that answer, that refuse, that are silent, and addresses that may not be reached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/connect.h"
#include "core/host/listen.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int listen_here(char address[40])
{
    struct error error = ERROR_INIT;
    uint16_t port = 0;
    int listener = listen_open("127.0.0.1:0", &port, &error);
    assert_true(listener >= 0);
    snprintf(address, 40, "127.0.0.1:%u", port);
    return listener;
}

static void refused(const char *address, bool allow_private, const char *text)
{
    struct error error = ERROR_INIT;
    int descriptor = connect_open(address, allow_private, 200, NULL, &error);
    if (descriptor >= 0 || !strstr(error.text, text))
        fail_msg("'%s': %s", address, descriptor >= 0 ? "connected" : error.text);
}

static void a_peer_is_reached(void **state)
{
    char address[40], named[60];
    struct error error = ERROR_INIT;
    (void)state;
    int listener = listen_here(address);
    snprintf(named, sizeof named, "localhost:%s", strchr(address, ':') + 1);
    const char *const addresses[] = {address, named};
    for (size_t i = 0; i < 2; i++) {
        int descriptor = connect_open(addresses[i], true, 2000, NULL, &error);
        if (descriptor < 0)
            fail_msg("%s", error.text);
        assert_true(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(descriptor, F_GETFL) & O_NONBLOCK);
        close(descriptor);
    }
    close(listener);
    refused(address, true, "Connection refused");
}

static void what_is_not_public_wants_to_be_allowed(void **state)
{
    char address[40], named[60];
    (void)state;
    int listener = listen_here(address);
    snprintf(named, sizeof named, "localhost:%s", strchr(address, ':') + 1);
    refused(address, false, "leads to a loopback address; set allow_private = yes");
    refused(named, false, "set allow_private = yes");
    refused("[::1]:80", false, "set allow_private = yes");
    refused("10.1.2.3:80", false, "set allow_private = yes");
    refused("0x7f000001:80", false, "set allow_private = yes");
    refused("/run/any.socket", false, "set allow_private = yes");
    close(listener);
}

static void a_unix_socket_is_reached(void **state)
{
    char folder[] = "/tmp/entente-connect-XXXXXX", path[64];
    struct error error = ERROR_INIT;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    int listener = listen_open(path, NULL, &error);
    assert_true(listener >= 0);
    int descriptor = connect_open(path, true, 2000, NULL, &error);
    assert_true(descriptor >= 0);
    close(descriptor);
    close(listener);
    assert_int_equal(unlink(path), 0);
    refused(path, true, "cannot connect to");
    assert_int_equal(rmdir(folder), 0);
}

static void what_is_no_address_is_told(void **state)
{
    static const char *const wrong[] = {
        "",      "example.org",    "example.org:",   ":80", "example.org:65536", "a:b:80", "[::1]",
        "[]:80", "example.org:-1", "example.org:80x"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(wrong[i], true, "is no address to connect to");
    char longer[400];
    memset(longer, 'a', sizeof longer);
    snprintf(longer + 390, 10, ":80");
    refused(longer, true, "is no address to connect to");
    longer[0] = '/';
    refused(longer, true, "are the most");
    refused("no name:80", true, "cannot be resolved");
}

/* A listener that accepts nobody, its queue full: what comes after waits. */
static void a_silent_peer_is_given_up(void **state)
{
    enum { CROWD = 8 };
    char address[40];
    int crowd[CROWD];
    struct error error = ERROR_INIT;
    struct timespec before, after;
    (void)state;
    int listener = listen_here(address);
    assert_int_equal(listen(listener, 0), 0);
    for (size_t i = 0; i < CROWD; i++)
        crowd[i] = connect_open(address, true, 50, NULL, &error);
    clock_gettime(CLOCK_MONOTONIC, &before);
    error = (struct error)ERROR_INIT;
    assert_int_equal(connect_open(address, true, 200, NULL, &error), -1);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_non_null(strstr(error.text, "timed out"));
    assert_true(after.tv_sec - before.tv_sec < 30);
    static const atomic_bool yes = true;
    error = (struct error)ERROR_INIT;
    assert_int_equal(connect_open(address, true, 60000, &yes, &error), -1);
    assert_non_null(strstr(error.text, "canceled"));
    for (size_t i = 0; i < CROWD; i++)
        if (crowd[i] >= 0)
            close(crowd[i]);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_is_reached),         cmocka_unit_test(what_is_not_public_wants_to_be_allowed),
        cmocka_unit_test(a_unix_socket_is_reached),  cmocka_unit_test(what_is_no_address_is_told),
        cmocka_unit_test(a_silent_peer_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
