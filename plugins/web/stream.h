/* Stream: server-sent events of what changes, for any number of browsers and programs up to a bound.
 *
 * One thread asks the store for changes when something was committed and keeps the last of them in a ring. A reader takes
 * from the ring; one that comes back with the id of its last message (Last-Event-ID) and is older than the ring is read to
 * from the store, page by page, until it has caught up. One that takes so slowly that the ring has passed it is told the id
 * to come back with and let go. So memory is bounded whatever readers do, and nobody misses anything. */
#ifndef PLUGINS_WEB_STREAM_H
#define PLUGINS_WEB_STREAM_H

#include "plugins/web/exchange.h"

struct stream_hub;

/* NULL where memory or threads are out. */
struct stream_hub *stream_hub_create(struct server *server, unsigned readers_max);
/* Lets all readers go; before the HTTP daemon is stopped, which waits for them. */
void stream_hub_close(struct stream_hub *hub);
void stream_hub_destroy(struct stream_hub *hub); /* after the HTTP daemon has stopped; NULL does nothing */
unsigned stream_hub_readers(struct stream_hub *hub);

enum MHD_Result stream_answer(struct exchange *exchange);

#endif
