/* Store change: what the commands that change the store have in common: the running daemon does it, or, where none runs,
 * this process under the lock. */
#ifndef CORE_CLI_STORE_CHANGE_H
#define CORE_CLI_STORE_CHANGE_H

#include "core/cli/command.h"
#include "core/control/control.h"

#include <jansson.h>

/* The result object, to be freed with json_decref; NULL with `error` filled. The request's author is filled in. */
json_t *store_change_make(const char *state_dir, struct control_request request, struct error *error);
/* Does `command` for the target and prints what came of it, or a message. The exit status. */
int store_change(const char *state_dir, enum control_command command, const char *target);
/* The same for each argument of the line: the worst exit status. */
int store_change_run(const struct command_line *line, enum control_command command);

#endif
