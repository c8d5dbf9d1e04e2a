/* Control client: one command to a running daemon, and its answer. Any thread; blocks until the answer, at most
 * `timeout_ms`. The request's author is left to the daemon. */
#ifndef CORE_CONTROL_CLIENT_H
#define CORE_CONTROL_CLIENT_H

#include "core/control/control.h"

#include <jansson.h>
#include <stdint.h>

/* The result object, to be freed with json_decref. NULL with `error` filled: what the daemon
 * said, or, with *running false (may be NULL), that none answers at that state directory. */
json_t *control_ask(const char *state_dir, const struct control_request *request, int64_t timeout_ms, bool *running,
                    struct error *error);
/* The same for a command without arguments. */
json_t *control_call(const char *state_dir, enum control_command command, const char *target, int64_t timeout_ms,
                     bool *running, struct error *error);

#endif
