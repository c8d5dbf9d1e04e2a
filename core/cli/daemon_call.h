/* Daemon call: a command that only a running daemon can do, sent to the one of this command line's state directory. */
#ifndef CORE_CLI_DAEMON_CALL_H
#define CORE_CLI_DAEMON_CALL_H

#include "core/cli/command.h"
#include "core/control/control.h"

#include <jansson.h>

/* NULL after a message that says why: none runs, or what it answered. The caller frees the result (json_decref). */
json_t *daemon_call(const struct command_line *line, enum control_command command, const char *target);
/* The exit status of a command that does no more than that, and prints the answer's "text", else `done`. */
int daemon_call_run(const struct command_line *line, enum control_command command, const char *target,
                    const char *done);

#endif
