#include "core/host/connect.h"

#include "core/host/http_address.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { HOST_SIZE = 256, PORT_MAX = 65535, TIMEOUT_MAX_MS = 60 * 1000, LOOK_MS = 100 };

/* Real time: what is waited for is a peer, also where tests set the clock of plugins. */
static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct patience {
    int64_t until;
    const atomic_bool *is_cancelled;
};

static bool wait_connected(int descriptor, const struct patience *patience)
{
    for (;;) {
        struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
        int64_t left = patience->until - now_ms();
        int count = poll(&ready, 1, left > LOOK_MS ? LOOK_MS : left > 0 ? (int)left : 0);
        if (patience->is_cancelled && atomic_load(patience->is_cancelled)) {
            errno = ECANCELED;
            return false;
        }
        if ((count < 0 && errno == EINTR) || (count == 0 && left > LOOK_MS))
            continue;
        if (count == 0)
            errno = ETIMEDOUT;
        if (count <= 0)
            return false;
        int status = 0;
        socklen_t size = sizeof status;
        if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size) != 0)
            return false;
        errno = status;
        return status == 0;
    }
}

/* -1 with errno. */
static int connect_to(const struct sockaddr *address, socklen_t size, const struct patience *patience)
{
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -1;
    if (connect(descriptor, address, size) == 0 || (errno == EINPROGRESS && wait_connected(descriptor, patience)))
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

static bool refuse(struct error *error, const char *address, const char *restriction)
{
    return error_set(error, ERROR_CONFIG,
                     "%.300s leads to a %s address; set allow_private = yes if it shall be reached", address,
                     restriction);
}

static int connect_path(const char *path, bool allow_private, const struct patience *patience, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!allow_private) {
        error_set(error, ERROR_CONFIG,
                  "%.300s is a socket of this machine; set allow_private = yes if it shall be reached", path);
        return -1;
    }
    if (strlen(path) >= sizeof address.sun_path) {
        error_set(error, ERROR_INPUT, "the path of the socket has %zu bytes, %zu are the most: %.80s…", strlen(path),
                  sizeof address.sun_path - 1, path);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    int descriptor = connect_to((const struct sockaddr *)&address, sizeof address, patience);
    if (descriptor < 0)
        error_set_errno(error, errno, "cannot connect to %.300s", path);
    return descriptor;
}

/* Splits "name:port" and "[address]:port". */
static bool split(const char *text, char host[HOST_SIZE], char port[8], struct error *error)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool in_brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
    size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
    bool is_good = length > 0 && length < HOST_SIZE && digits > 0 && digits < 6 && !colon[1 + digits] &&
                   strtol(colon + 1, NULL, 10) <= PORT_MAX &&
                   (in_brackets || (!memchr(text, ':', length) && !memchr(text, '[', length)));
    if (!is_good)
        return error_set(
            error, ERROR_INPUT,
            "'%.100s' is no address to connect to; write example.org:25, [2001:db8::1]:25, or the absolute path "
            "of a Unix socket",
            text);
    snprintf(host, HOST_SIZE, "%.*s", (int)(in_brackets ? length - 2 : length), in_brackets ? text + 1 : text);
    snprintf(port, 8, "%s", colon + 1);
    return true;
}

static int connect_name(const char *text, bool allow_private, const struct patience *patience, struct error *error)
{
    char host[HOST_SIZE], port[8];
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *found = NULL;
    if (!split(text, host, port, error))
        return -1;
    const char *restriction = allow_private ? NULL : address_host_restriction(host);
    if (restriction) {
        refuse(error, text, restriction);
        return -1;
    }
    int status = getaddrinfo(host, port, &wanted, &found);
    if (status != 0) {
        error_set(error, ERROR_SYSTEM, "%.200s cannot be resolved: %s", host, gai_strerror(status));
        return -1;
    }
    int descriptor = -1;
    for (const struct addrinfo *one = found; one && descriptor < 0; one = one->ai_next) {
        restriction = allow_private ? NULL : address_restriction(one->ai_addr);
        if (restriction)
            refuse(error, text, restriction);
        else if ((descriptor = connect_to(one->ai_addr, one->ai_addrlen, patience)) < 0)
            error_set_errno(error, errno, "cannot connect to %.300s", text);
    }
    freeaddrinfo(found);
    return descriptor;
}

int connect_open(const char *address, bool allow_private, int64_t timeout_ms, const atomic_bool *is_cancelled,
                 struct error *error)
{
    int64_t timeout = timeout_ms < 0 ? 0 : timeout_ms < TIMEOUT_MAX_MS ? timeout_ms : TIMEOUT_MAX_MS;
    struct patience patience = {now_ms() + timeout, is_cancelled};
    return address[0] == '/' ? connect_path(address, allow_private, &patience, error)
                             : connect_name(address, allow_private, &patience, error);
}
