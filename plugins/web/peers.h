/* Peers: the connections that are open, each with the time by which its request must have come, so that half a request
 * cannot hold a place for ever. libmicrohttpd bounds silence alone; who sends a byte now and then is never silent. Any
 * thread. */
#ifndef PLUGINS_WEB_PEERS_H
#define PLUGINS_WEB_PEERS_H

#include <stdbool.h>
#include <stdint.h>

struct peers;
struct peer;

struct peers *peers_create(void);
void peers_destroy(struct peers *peers); /* all must have left; NULL does nothing */
/* A connection was opened; its socket is lent. NULL where memory is out. */
struct peer *peers_join(struct peers *peers, int socket, int64_t deadline);
void peers_leave(struct peers *peers, struct peer *peer);
/* The next request must have come by then; INT64_MAX: none is awaited. */
void peers_expect(struct peers *peers, struct peer *peer, int64_t deadline);
/* Shuts connections down that are past their time; returns how many. */
unsigned peers_sweep(struct peers *peers, int64_t now);

#endif
