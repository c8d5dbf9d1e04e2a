/* Peer: an HTTP server for tests, on loopback and a thread of its own. It answers each path with the bytes of a table,
 * as they stand, and keeps the last request's head for looking at. */
#ifndef TESTS_CORE_HOST_PEER_H
#define TESTS_CORE_HOST_PEER_H

#include <stddef.h>

struct peer_route {
    const char *path;
    const char *answer; /* whole, with its head */
    size_t repeat;      /* the last byte is sent so many times more */
    int pause_ms;       /* between these */
};

struct peer;

/* Routes end with a NULL path. Aborts the test where it cannot listen. */
struct peer *peer_start(const struct peer_route *routes);
void peer_stop(struct peer *peer);
int peer_port(const struct peer *peer);
size_t peer_request_count(struct peer *peer);
/* A copy of the last request's head into `text`. */
void peer_last_request(struct peer *peer, char *text, size_t size);

#endif
