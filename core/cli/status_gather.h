/* Status gather: what `entente status` shows, as one JSON object: what the store knows (core/query/status.h), and laid
 * over it what a running daemon says of itself and of its instances (CONTROL_STATUS in core/control/control.h). */
#ifndef CORE_CLI_STATUS_GATHER_H
#define CORE_CLI_STATUS_GATHER_H

#include <jansson.h>
#include <stdbool.h>

/* NULL after a message. The caller frees it (json_decref). */
json_t *status_gather(const char *state_dir, bool *running);

#endif
