/* Connect: sockets to other machines for plugins (net/1), under the address policy of http/1: what is not public is
 * reached only where the instance has allow_private = yes, looked at after names are resolved. Waits; any thread. */
#ifndef CORE_HOST_CONNECT_H
#define CORE_HOST_CONNECT_H

#include "lib/base/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* `address` is name:port, 192.0.2.1:port, [2001:db8::1]:port, or the absolute path of a Unix socket, which counts as
 * private. A connected stream socket, non-blocking and close-on-exec, which the caller closes; -1 with `error`. All
 * addresses of a name are tried, within `timeout_ms` and a minute together; a name server's silence is not counted. Given up soon after
 * `is_cancelled` (may be NULL) turns true. */
int connect_open(const char *address, bool allow_private, int64_t timeout_ms, const atomic_bool *is_cancelled,
                 struct error *error);

#endif
