#include "plugins/web/peers.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

struct peer {
    struct peer *next, **link;
    int socket;
    int64_t deadline;
};

struct peers {
    pthread_mutex_t lock;
    struct peer *first;
};

struct peers *peers_create(void)
{
    struct peers *peers = calloc(1, sizeof *peers);
    if (peers)
        pthread_mutex_init(&peers->lock, NULL);
    return peers;
}

void peers_destroy(struct peers *peers)
{
    if (!peers)
        return;
    pthread_mutex_destroy(&peers->lock);
    free(peers);
}

struct peer *peers_join(struct peers *peers, int socket, int64_t deadline)
{
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        return NULL;
    peer->socket = socket;
    peer->deadline = deadline;
    pthread_mutex_lock(&peers->lock);
    peer->next = peers->first;
    peer->link = &peers->first;
    if (peer->next)
        peer->next->link = &peer->next;
    peers->first = peer;
    pthread_mutex_unlock(&peers->lock);
    return peer;
}

void peers_leave(struct peers *peers, struct peer *peer)
{
    if (!peer)
        return;
    pthread_mutex_lock(&peers->lock);
    *peer->link = peer->next;
    if (peer->next)
        peer->next->link = peer->link;
    pthread_mutex_unlock(&peers->lock);
    free(peer);
}

void peers_expect(struct peers *peers, struct peer *peer, int64_t deadline)
{
    if (!peer)
        return;
    pthread_mutex_lock(&peers->lock);
    peer->deadline = deadline;
    pthread_mutex_unlock(&peers->lock);
}

unsigned peers_sweep(struct peers *peers, int64_t now)
{
    unsigned count = 0;
    pthread_mutex_lock(&peers->lock);
    for (struct peer *peer = peers->first; peer; peer = peer->next)
        if (peer->deadline <= now) {
            /* The socket is MHD's, which closes it when it finds it shut; under the lock it is still this peer's. */
            shutdown(peer->socket, SHUT_RDWR);
            peer->deadline = INT64_MAX;
            count++;
        }
    pthread_mutex_unlock(&peers->lock);
    return count;
}
