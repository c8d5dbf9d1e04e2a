/* Listen: opens the listening sockets of net/1, and removes the paths of those that are Unix sockets. Any thread. */
#ifndef CORE_HOST_LISTEN_H
#define CORE_HOST_LISTEN_H

#include "lib/base/error.h"

#include <stdint.h>

/* The addresses of net/1 (<entente/plugin.h>). The descriptor is the caller's; -1 with `error` filled. *port may be NULL. */
int listen_open(const char *address, uint16_t *port, struct error *error);

/* Paths of sockets that were opened, which their maker cannot remove where it is in a sandbox. Zeroed: none. Not locked. */
struct listen_paths {
    struct listen_path *first;
};

/* Notes the socket that lies at `path` now. Where memory is out, it stays when its time has come, and the next that listens
 * there replaces it. */
void listen_paths_note(struct listen_paths *paths, const char *path);
/* Removes those that are still the sockets that were noted, and forgets all. */
void listen_paths_remove(struct listen_paths *paths);

#endif
