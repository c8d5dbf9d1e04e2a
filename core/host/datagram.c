#include "core/host/datagram.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A socket for each: what is sent so is rare, and a receiver that was started anew is found. */
static int send_to(const struct sockaddr_un *address, const void *bytes, size_t size)
{
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return errno;
    ssize_t sent =
        sendto(descriptor, bytes, size, MSG_NOSIGNAL, (const struct sockaddr *)(const void *)address, sizeof *address);
    int reason = sent < 0 ? errno : 0;
    close(descriptor);
    return reason == ENOBUFS ? EAGAIN : reason;
}

int datagram_send(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        error_set(error, ERROR_INPUT, "the path of the socket has %zu bytes, %zu are the most: %.80s…", strlen(path),
                  sizeof address.sun_path - 1, path);
        return ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, strlen(path));
    int reason = send_to(&address, bytes, size);
    if (reason != 0)
        error_set_errno(error, reason, reason == EAGAIN ? "%s: the receiver takes no more just now" : "%s", path);
    return reason;
}
