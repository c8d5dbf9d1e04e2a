/* Datagram: one message to a Unix datagram socket of this machine (net/1), such as that of the system's log. Does not wait;
 * any thread. */
#ifndef CORE_HOST_DATAGRAM_H
#define CORE_HOST_DATAGRAM_H

#include "lib/base/error.h"

#include <stddef.h>

/* 0, or errno with `error`. `path` is absolute. */
int datagram_send(const char *path, const void *bytes, size_t size, struct error *error);

#endif
