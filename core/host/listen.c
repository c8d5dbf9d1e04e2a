#include "core/host/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 128, PORT_MAX = 65535, HOST_SIZE = 64, SOCKET_MODE = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
};

static bool read_port(const char *text, uint16_t *port)
{
    char *end;
    errno = 0;
    long value = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : -1;
    *port = (uint16_t)value;
    return value >= 0 && value <= PORT_MAX && !errno && !*end;
}

/* "127.0.0.1:8750", "[::1]:8750", ":8750" */
static bool read_internet(const char *text, union address *address, socklen_t *size, struct error *error)
{
    char host[HOST_SIZE];
    uint16_t port;
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (!colon || length >= sizeof host || !read_port(colon + 1, &port))
        return error_set(
            error, ERROR_CONFIG,
            "'%.100s' is no address to listen at; write 127.0.0.1:8750, [::1]:8750, or the absolute path of "
            "a Unix socket",
            text);
    bool in_brackets = length >= 2 && text[0] == '[' && text[length - 1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(in_brackets ? length - 2 : length), in_brackets ? text + 1 : text);
    memset(address, 0, sizeof *address);
    if (strcmp(host, "localhost") == 0)
        snprintf(host, sizeof host, "127.0.0.1");
    if (*host == '\0' || in_brackets) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        *size = sizeof address->v6;
        if (*host == '\0' || inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1)
            return true;
    } else {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        *size = sizeof address->v4;
        if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1)
            return true;
    }
    return error_set(error, ERROR_CONFIG, "'%.60s' is no numeric address; write one such as 127.0.0.1 or [::1]", host);
}

static bool read_path(const char *text, union address *address, socklen_t *size, struct error *error)
{
    size_t length = strlen(text);
    if (length >= sizeof address->path.sun_path)
        return error_set(error, ERROR_CONFIG, "the path of the socket has %zu bytes, %zu are the most: %.80s…", length,
                         sizeof address->path.sun_path - 1, text);
    memset(address, 0, sizeof *address);
    address->path.sun_family = AF_UNIX;
    memcpy(address->path.sun_path, text, length);
    *size = sizeof address->path;
    return true;
}

/* A socket that a crash has left is in the way; one that answers is somebody's. */
static bool clear_path(const union address *address, socklen_t size, struct error *error)
{
    struct stat status;
    const char *path = address->path.sun_path;
    if (lstat(path, &status) != 0)
        return true;
    if (!S_ISSOCK(status.st_mode))
        return error_set(error, ERROR_CONFIG, "%s is there and is no socket; choose another path", path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_served = probe >= 0 && connect(probe, &address->any, size) == 0;
    if (probe >= 0)
        close(probe);
    if (is_served)
        return error_set(error, ERROR_STATE, "%s is served by another process", path);
    return unlink(path) == 0 || error_set_errno(error, errno, "%s cannot be replaced", path);
}

static uint16_t bound_port(int descriptor)
{
    union address address;
    socklen_t size = sizeof address;
    if (getsockname(descriptor, &address.any, &size) != 0)
        return 0;
    return address.any.sa_family == AF_INET    ? ntohs(address.v4.sin_port)
           : address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port)
                                               : 0;
}

static bool bind_and_listen(int descriptor, const union address *address, socklen_t size)
{
    int one = 1;
    bool is_path = address->any.sa_family == AF_UNIX;
    if (!is_path && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0)
        return false;
    /* Nobody may connect before the mode is right, so it is set before the socket listens. */
    return bind(descriptor, &address->any, size) == 0 &&
           (!is_path || chmod(address->path.sun_path, SOCKET_MODE) == 0) && listen(descriptor, BACKLOG) == 0;
}

int listen_open(const char *text, uint16_t *port, struct error *error)
{
    union address address;
    socklen_t size = 0;
    bool is_path = text[0] == '/';
    if (is_path ? !read_path(text, &address, &size, error) || !clear_path(&address, size, error)
                : !read_internet(text, &address, &size, error))
        return -1;
    int descriptor = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0 && bind_and_listen(descriptor, &address, size)) {
        if (port)
            *port = bound_port(descriptor);
        return descriptor;
    }
    int reason = errno;
    error_set_errno(error, reason, "cannot listen at %s%s", text,
                    reason == EADDRINUSE ? ", which another program has"
                    : reason == EACCES   ? ", for want of rights"
                                         : "");
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

/* ---- paths ---- */

struct listen_path {
    struct listen_path *next;
    dev_t device;
    ino_t file;
    struct timespec made; /* numbers of files are given again at once */
    char path[sizeof((struct sockaddr_un *)NULL)->sun_path];
};

void listen_paths_note(struct listen_paths *paths, const char *path)
{
    struct stat status;
    struct listen_path *noted = lstat(path, &status) == 0 ? calloc(1, sizeof *noted) : NULL;
    if (!noted)
        return;
    noted->device = status.st_dev;
    noted->file = status.st_ino;
    noted->made = status.st_mtim;
    snprintf(noted->path, sizeof noted->path, "%s", path);
    noted->next = paths->first;
    paths->first = noted;
}

static bool is_same(const struct listen_path *noted, const struct stat *status)
{
    return status->st_dev == noted->device && status->st_ino == noted->file &&
           status->st_mtim.tv_sec == noted->made.tv_sec && status->st_mtim.tv_nsec == noted->made.tv_nsec;
}

void listen_paths_remove(struct listen_paths *paths)
{
    while (paths->first) {
        struct listen_path *noted = paths->first;
        struct stat status;
        if (lstat(noted->path, &status) == 0 && is_same(noted, &status))
            unlink(noted->path);
        paths->first = noted->next;
        free(noted);
    }
}
