/* Control client: one command to a running daemon, and its answer. Any thread; blocks until the answer, at most
 * `timeout_ms`. */
#ifndef CORE_CONTROL_CLIENT_H
#define CORE_CONTROL_CLIENT_H

#include "core/control/control.h"

#include <jansson.h>
#include <stdint.h>

/* The result object, to be freed with json_decref. `target` may be NULL. NULL with `error` filled: what the daemon
 * said, or, with *running false (may be NULL), that none answers at that state directory. */
json_t *control_call(const char *state_dir, enum control_command command, const char *target, int64_t timeout_ms,
                     bool *running, struct error *error);

#endif
