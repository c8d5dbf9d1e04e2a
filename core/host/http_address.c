#include "core/host/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct prefix4 {
    uint8_t bytes[4];
    int bits;
    const char *what;
};

/* IANA IPv4 Special-Purpose Address Registry, and multicast. */
static const struct prefix4 prefixes4[] = {
    {{0, 0, 0, 0}, 8, "unspecified"},
    {{10, 0, 0, 0}, 8, "private"},
    {{100, 64, 0, 0}, 10, "carrier-grade NAT"},
    {{127, 0, 0, 0}, 8, "loopback"},
    {{169, 254, 0, 0}, 16, "link-local"},
    {{172, 16, 0, 0}, 12, "private"},
    {{192, 0, 0, 0}, 24, "reserved"},
    {{192, 0, 2, 0}, 24, "documentation"},
    {{192, 88, 99, 0}, 24, "reserved"},
    {{192, 168, 0, 0}, 16, "private"},
    {{198, 18, 0, 0}, 15, "benchmarking"},
    {{198, 51, 100, 0}, 24, "documentation"},
    {{203, 0, 113, 0}, 24, "documentation"},
    {{224, 0, 0, 0}, 4, "multicast"},
    {{240, 0, 0, 0}, 4, "reserved"},
};

struct prefix6 {
    uint8_t bytes[16];
    int bits;
    const char *what; /* NULL: judged by the IPv4 address that begins at byte `embedded` */
    int embedded;
};

/* IANA IPv6 Special-Purpose Address Registry, and multicast. The more special stands first. */
static const struct prefix6 prefixes6[] = {
    {{0}, 128, "unspecified", 0},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback", 0},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, NULL, 12}, /* IPv4-mapped */
    {{0}, 96, NULL, 12},                                        /* IPv4-compatible */
    {{0, 0x64, 0xff, 0x9b}, 96, NULL, 12},                      /* NAT64 */
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48, "local NAT64", 0},
    {{1}, 64, "discard", 0},
    {{0x20, 0x01, 0, 0}, 32, "Teredo", 0},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation", 0},
    {{0x20, 0x02}, 16, NULL, 2}, /* 6to4 */
    {{0xfc}, 7, "private", 0},
    {{0xfe, 0x80}, 10, "link-local", 0},
    {{0xfe, 0xc0}, 10, "site-local", 0},
    {{0xff}, 8, "multicast", 0},
};

static bool has_prefix(const uint8_t *address, const uint8_t *prefix, int bits)
{
    int whole = bits / 8, rest = bits % 8;
    if (memcmp(address, prefix, (size_t)whole) != 0)
        return false;
    return rest == 0 || (address[whole] >> (8 - rest)) == (prefix[whole] >> (8 - rest));
}

static const char *restriction4(const uint8_t *address)
{
    for (size_t i = 0; i < sizeof prefixes4 / sizeof *prefixes4; i++)
        if (has_prefix(address, prefixes4[i].bytes, prefixes4[i].bits))
            return prefixes4[i].what;
    return NULL;
}

static const char *restriction6(const uint8_t *address)
{
    for (size_t i = 0; i < sizeof prefixes6 / sizeof *prefixes6; i++)
        if (has_prefix(address, prefixes6[i].bytes, prefixes6[i].bits))
            return prefixes6[i].what ? prefixes6[i].what : restriction4(address + prefixes6[i].embedded);
    return NULL;
}

const char *address_restriction(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return restriction4((const uint8_t *)&in.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return restriction6(in6.sin6_addr.s6_addr);
    }
    return "not an internet";
}

const char *address_text_restriction(const char *text)
{
    uint8_t bytes[16];
    if (inet_pton(AF_INET, text, bytes) == 1)
        return restriction4(bytes);
    if (inet_pton(AF_INET6, text, bytes) == 1)
        return restriction6(bytes);
    return "unreadable";
}

static bool ends_with(const char *name, size_t size, const char *end)
{
    size_t length = strlen(end);
    return size >= length && strncasecmp(name + size - length, end, length) == 0;
}

const char *address_host_restriction(const char *host)
{
    /* Special-use names (RFC 6761, 6762, 8375) and the one reserved for private use (ICANN 2024). */
    static const char *const local[] = {".localhost", ".local", ".internal", ".home.arpa", ".localdomain"};
    size_t size = strlen(host);
    struct in_addr address;
    char literal[64];
    if (host[0] == '[') {
        snprintf(literal, sizeof literal, "%.*s", (int)strcspn(host + 1, "]%"), host + 1);
        return address_text_restriction(literal);
    }
    if (inet_aton(host, &address))
        return restriction4((const uint8_t *)&address);
    while (size > 0 && host[size - 1] == '.')
        size--;
    if (!memchr(host, '.', size))
        return "local"; /* "localhost", "intranet" */
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (ends_with(host, size, local[i]))
            return "local";
    return NULL;
}
