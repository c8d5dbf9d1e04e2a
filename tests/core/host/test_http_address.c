#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static void addresses_off_the_public_internet_are_named(void **state)
{
    static const struct {
        const char *address, *restriction;
    } rows[] = {
        {"127.0.0.1", "loopback"},
        {"127.255.255.254", "loopback"},
        {"0.0.0.0", "unspecified"},
        {"10.1.2.3", "private"},
        {"172.16.0.1", "private"},
        {"172.31.255.255", "private"},
        {"192.168.1.1", "private"},
        {"169.254.169.254", "link-local"},
        {"100.64.0.1", "carrier-grade NAT"},
        {"100.127.255.255", "carrier-grade NAT"},
        {"224.0.0.1", "multicast"},
        {"255.255.255.255", "reserved"},
        {"::1", "loopback"},
        {"::", "unspecified"},
        {"fe80::1", "link-local"},
        {"fd00::1", "private"},
        {"ff02::1", "multicast"},
        {"::ffff:127.0.0.1", "loopback"},
        {"::ffff:10.0.0.1", "private"},
        {"::127.0.0.1", "loopback"},
        {"64:ff9b::7f00:1", "loopback"},
        {"64:ff9b::a9fe:a9fe", "link-local"},
        {"64:ff9b:1::1", "local NAT64"},
        {"2002:7f00:1::", "loopback"},
        {"2001::1", "Teredo"},
        {"not an address", "unreadable"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *restriction = address_text_restriction(rows[i].address);
        if (!restriction)
            fail_msg("%s passes", rows[i].address);
        assert_string_equal(restriction, rows[i].restriction);
    }
}

static void public_addresses_pass(void **state)
{
    static const char *const addresses[] = {"1.1.1.1",   "93.184.216.34",        "172.32.0.1",        "100.128.0.1",
                                            "11.0.0.1",  "2606:2800:220:1::248", "64:ff9b::101:101",  "::ffff:1.1.1.1",
                                            "128.0.0.1", "2002:101:101::1",      "2001:4860:4860::88"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (address_text_restriction(addresses[i]))
            fail_msg("%s is taken for %s", addresses[i], address_text_restriction(addresses[i]));
}

static void socket_addresses_are_judged_alike(void **state)
{
    (void)state;
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    assert_string_equal(address_restriction((const struct sockaddr *)(const void *)&in), "loopback");
    assert_string_equal(address_restriction((const struct sockaddr *)(const void *)&in6), "loopback");
    assert_non_null(address_restriction((const struct sockaddr *)(const void *)&local));
    in.sin_addr.s_addr = htonl(0x01010101);
    assert_null(address_restriction((const struct sockaddr *)(const void *)&in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_off_the_public_internet_are_named),
        cmocka_unit_test(public_addresses_pass),
        cmocka_unit_test(socket_addresses_are_judged_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
