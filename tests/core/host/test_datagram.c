/* Datagrams for plugins: receivers that take them, that are full, that are gone, and paths that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/datagram.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct place {
    char folder[40];
    struct sockaddr_un address;
};

static int set_up(void **state)
{
    static struct place place;
    memset(&place, 0, sizeof place);
    strcpy(place.folder, "/tmp/entente-datagram-XXXXXX");
    if (!mkdtemp(place.folder))
        return -1;
    place.address.sun_family = AF_UNIX;
    snprintf(place.address.sun_path, sizeof place.address.sun_path, "%s/log", place.folder);
    *state = &place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    unlink(place->address.sun_path);
    return rmdir(place->folder);
}

static int receive_at(const struct place *place)
{
    int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(receiver >= 0);
    assert_int_equal(bind(receiver, (const struct sockaddr *)(const void *)&place->address, sizeof place->address), 0);
    return receiver;
}

static void is_refused(const char *path, const void *bytes, size_t size, int reason, const char *text)
{
    struct error error = ERROR_INIT;
    assert_int_equal(datagram_send(path, bytes, size, &error), reason);
    if (!strstr(error.text, text))
        fail_msg("%s", error.text);
}

static void one_arrives_whole(void **state)
{
    struct place *place = *state;
    struct error error = ERROR_INIT;
    char heard[16];
    int receiver = receive_at(place);
    assert_int_equal(datagram_send(place->address.sun_path, "a\0b", 3, &error), 0);
    assert_int_equal(datagram_send(place->address.sun_path, NULL, 0, &error), 0);
    assert_int_equal(recv(receiver, heard, sizeof heard, 0), 3);
    assert_memory_equal(heard, "a\0b", 3);
    assert_int_equal(recv(receiver, heard, sizeof heard, 0), 0);
    close(receiver);
}

static void one_that_is_started_anew_is_found(void **state)
{
    struct place *place = *state;
    struct error error = ERROR_INIT;
    close(receive_at(place));
    is_refused(place->address.sun_path, "x", 1, ECONNREFUSED, "Connection refused");
    unlink(place->address.sun_path);
    is_refused(place->address.sun_path, "x", 1, ENOENT, "No such file");
    int receiver = receive_at(place);
    assert_int_equal(datagram_send(place->address.sun_path, "x", 1, &error), 0);
    close(receiver);
}

static void one_that_is_full_is_not_waited_for(void **state)
{
    struct place *place = *state;
    struct error error = ERROR_INIT;
    int receiver = receive_at(place), reason = 0;
    for (int i = 0; i < 100000 && reason == 0; i++)
        reason = datagram_send(place->address.sun_path, "x", 1, &error);
    assert_int_equal(reason, EAGAIN);
    is_refused(place->address.sun_path, "x", 1, EAGAIN, "takes no more just now");
    close(receiver);
}

static void what_is_too_large_is_told(void **state)
{
    enum { LARGE = 64 * 1024 * 1024 };
    struct place *place = *state;
    int receiver = receive_at(place);
    char *bytes = calloc(1, LARGE);
    assert_non_null(bytes);
    is_refused(place->address.sun_path, bytes, LARGE, EMSGSIZE, place->address.sun_path);
    free(bytes);
    close(receiver);
}

static void a_path_longer_than_a_sockets_is_told(void **state)
{
    char path[300];
    (void)state;
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    is_refused(path, "x", 1, ENAMETOOLONG, "107 are the most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_arrives_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_started_anew_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_full_is_not_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_too_large_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_longer_than_a_sockets_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
