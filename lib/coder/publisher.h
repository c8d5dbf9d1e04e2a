/* Publishers: whose official site a text stands on. A ministry's own release names its minister and its soldiers
 * without their state. A table of domains; called on any thread, and nothing here can fail. */
#ifndef LIB_CODER_PUBLISHER_H
#define LIB_CODER_PUBLISHER_H

/* The id of the state or organisation whose official site an address belongs to, or NULL. */
const char *publisher_actor(const char *url);

#endif
