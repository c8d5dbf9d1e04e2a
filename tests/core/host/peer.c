#include "tests/core/host/peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE = 16384, CONNECTIONS_MAX = 64 };

struct peer {
    const struct peer_route *routes;
    int listener, port;
    pthread_t thread;
    pthread_mutex_t lock;
    char last[HEAD_SIZE];
    size_t count;
    int sockets[CONNECTIONS_MAX]; /* being served */
    size_t open;
    pthread_cond_t closed;
};

struct connection {
    struct peer *peer;
    int socket;
};

static const struct peer_route *find_route(const struct peer *peer, const char *head)
{
    static const struct peer_route missing = {"", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0, 0};
    const char *path = strchr(head, ' ');
    for (const struct peer_route *route = peer->routes; path && route->path; route++)
        if (strncmp(path + 1, route->path, strlen(route->path)) == 0 && path[1 + strlen(route->path)] == ' ')
            return route;
    return &missing;
}

static int send_route(int socket, const struct peer_route *route)
{
    size_t size = strlen(route->answer);
    char block[4096];
    if (send(socket, route->answer, size, MSG_NOSIGNAL) != (ssize_t)size)
        return 0;
    memset(block, route->answer[size - 1], sizeof block);
    for (size_t left = route->repeat; left > 0;) {
        size_t part = route->pause_ms ? 1 : left < sizeof block ? left : sizeof block;
        if (send(socket, block, part, MSG_NOSIGNAL) != (ssize_t)part)
            return 0;
        if (route->pause_ms)
            poll(NULL, 0, route->pause_ms);
        left -= part;
    }
    return strcasestr(route->answer, "Connection: close") == NULL;
}

/* Requests of the tests have bodies that come with their heads or not at all. */
static void *serve(void *context)
{
    struct connection connection = *(struct connection *)context;
    struct peer *peer = connection.peer;
    char head[HEAD_SIZE];
    size_t size = 0;
    free(context);
    for (;;) {
        ssize_t got = recv(connection.socket, head + size, sizeof head - 1 - size, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
        head[size] = '\0';
        if (!strstr(head, "\r\n\r\n"))
            continue;
        pthread_mutex_lock(&peer->lock);
        memcpy(peer->last, head, size + 1);
        peer->count++;
        pthread_mutex_unlock(&peer->lock);
        if (!send_route(connection.socket, find_route(peer, head)))
            break;
        size = 0;
    }
    pthread_mutex_lock(&peer->lock);
    for (size_t i = 0; i < peer->open; i++)
        if (peer->sockets[i] == connection.socket)
            peer->sockets[i] = peer->sockets[--peer->open];
    close(connection.socket);
    pthread_cond_signal(&peer->closed);
    pthread_mutex_unlock(&peer->lock);
    return NULL;
}

static void note_connection(struct peer *peer, int socket)
{
    pthread_mutex_lock(&peer->lock);
    if (peer->open == CONNECTIONS_MAX)
        abort();
    peer->sockets[peer->open++] = socket;
    pthread_mutex_unlock(&peer->lock);
}

static void *listen_on(void *context)
{
    struct peer *peer = context;
    for (;;) {
        int socket = accept(peer->listener, NULL, NULL);
        if (socket < 0)
            return NULL;
        struct connection *connection = malloc(sizeof *connection);
        pthread_t thread;
        if (!connection)
            abort();
        *connection = (struct connection){peer, socket};
        note_connection(peer, socket);
        if (pthread_create(&thread, NULL, serve, connection) != 0)
            abort();
        pthread_detach(thread);
    }
}

struct peer *peer_start(const struct peer_route *routes)
{
    struct peer *peer = calloc(1, sizeof *peer);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (!peer || (peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0 ||
        bind(peer->listener, (const struct sockaddr *)(const void *)&address, size) != 0 ||
        listen(peer->listener, 64) != 0 || getsockname(peer->listener, (struct sockaddr *)(void *)&address, &size) != 0)
        abort();
    peer->routes = routes;
    peer->port = ntohs(address.sin_port);
    pthread_mutex_init(&peer->lock, NULL);
    pthread_cond_init(&peer->closed, NULL);
    if (pthread_create(&peer->thread, NULL, listen_on, peer) != 0)
        abort();
    return peer;
}

void peer_stop(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
    pthread_mutex_lock(&peer->lock);
    for (size_t i = 0; i < peer->open; i++)
        shutdown(peer->sockets[i], SHUT_RDWR);
    while (peer->open > 0)
        pthread_cond_wait(&peer->closed, &peer->lock);
    pthread_mutex_unlock(&peer->lock);
    free(peer);
}

int peer_port(const struct peer *peer)
{
    return peer->port;
}

size_t peer_request_count(struct peer *peer)
{
    pthread_mutex_lock(&peer->lock);
    size_t count = peer->count;
    pthread_mutex_unlock(&peer->lock);
    return count;
}

void peer_last_request(struct peer *peer, char *text, size_t size)
{
    pthread_mutex_lock(&peer->lock);
    snprintf(text, size, "%s", peer->last);
    pthread_mutex_unlock(&peer->lock);
}
