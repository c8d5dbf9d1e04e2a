/* Listening sockets: addresses that are taken, addresses that are told to be wrong, Unix sockets and what lies in their
 * way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/host/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void addresses_are_listened_at(void **state)
{
    static const char *const addresses[] = {"127.0.0.1:0", "localhost:0", "[::1]:0"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct error error = ERROR_INIT;
        uint16_t port = 0;
        int listener = listen_open(addresses[i], &port, &error);
        if (listener < 0 && strchr(addresses[i], '['))
            continue; /* a machine without IPv6 */
        assert_true(listener >= 0);
        assert_true(port > 0);
        assert_true(fcntl(listener, F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(listener, F_GETFL) & O_NONBLOCK);
        struct error taken = ERROR_INIT;
        char again[40];
        snprintf(again, sizeof again, "127.0.0.1:%u", port);
        if (i == 0) {
            assert_int_equal(listen_open(again, NULL, &taken), -1);
            assert_non_null(strstr(taken.text, "which another program has"));
        }
        close(listener);
    }
}

static void wrong_addresses_are_told(void **state)
{
    static const struct {
        const char *address, *text;
    } cases[] = {
        {"", "no address"},
        {"127.0.0.1", "no address"},
        {"127.0.0.1:", "no address"},
        {"127.0.0.1:65536", "no address"},
        {"127.0.0.1:-1", "no address"},
        {"127.0.0.1:80x", "no address"},
        {"example.org:80", "numeric"},
        {"[::1:80", "numeric"},
        {"[zz]:80", "numeric"},
        {"999.1.1.1:80", "numeric"},
        {"192.0.2.1:0", "cannot listen at 192.0.2.1:0"},
        {"/", "is no socket"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        assert_int_equal(listen_open(cases[i].address, NULL, &error), -1);
        if (!strstr(error.text, cases[i].text))
            fail_msg("%s: %s", cases[i].address, error.text);
    }
    char path[300] = "/";
    memset(path + 1, 'a', sizeof path - 2);
    struct error error = ERROR_INIT;
    assert_int_equal(listen_open(path, NULL, &error), -1);
    assert_non_null(strstr(error.text, "are the most"));
}

static void a_socket_of_a_crash_is_replaced_and_one_that_is_served_is_not(void **state)
{
    char folder[] = "/tmp/entente-listen-XXXXXX", path[64];
    struct error error = ERROR_INIT;
    struct stat status;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/web.sock", folder);
    int first = listen_open(path, NULL, &error);
    assert_true(first >= 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
    assert_int_equal(listen_open(path, NULL, &error), -1);
    assert_non_null(strstr(error.text, "served by another process"));
    close(first);
    int second = listen_open(path, NULL, &error);
    assert_true(second >= 0);
    close(second);
    unlink(path);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(file);
    assert_int_equal(listen_open(path, NULL, &error), -1);
    assert_non_null(strstr(error.text, "is there and is no socket"));
    unlink(path);
    rmdir(folder);
}

static void a_path_goes_with_its_owner_unless_it_is_anothers_by_then(void **state)
{
    char folder[] = "/tmp/entente-listen-XXXXXX", path[64];
    struct error error = ERROR_INIT;
    struct listen_paths first = {NULL}, second = {NULL};
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/web.sock", folder);
    int old = listen_open(path, NULL, &error);
    listen_paths_note(&first, path);
    close(old);
    int new = listen_open(path, NULL, &error);
    listen_paths_note(&second, path);
    listen_paths_remove(&first);
    assert_int_equal(access(path, F_OK), 0);
    listen_paths_remove(&second);
    assert_int_equal(access(path, F_OK), -1);
    listen_paths_remove(&second);
    close(new);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_listened_at),
        cmocka_unit_test(wrong_addresses_are_told),
        cmocka_unit_test(a_socket_of_a_crash_is_replaced_and_one_that_is_served_is_not),
        cmocka_unit_test(a_path_goes_with_its_owner_unless_it_is_anothers_by_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
