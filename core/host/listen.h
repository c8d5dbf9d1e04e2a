/* Listen: opens the listening sockets of net/1. Any thread. */
#ifndef CORE_HOST_LISTEN_H
#define CORE_HOST_LISTEN_H

#include "lib/base/error.h"

#include <stdint.h>

/* The addresses of net/1 (<entente/plugin.h>). The descriptor is the caller's; -1 with `error` filled. *port may be NULL. */
int listen_open(const char *address, uint16_t *port, struct error *error);

#endif
