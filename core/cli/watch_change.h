/* Watch change: what `entente watch save` and `entente watch remove` have in common: the running daemon does it and reloads,
 * or, where none runs, this process under the lock. */
#ifndef CORE_CLI_WATCH_CHANGE_H
#define CORE_CLI_WATCH_CHANGE_H

#include "core/cli/command.h"
#include "core/control/control.h"

#include <jansson.h>

/* Of the line's first argument, which names the watch. Takes `arguments` over; NULL: one was no UTF-8. Prints what came of
 * it. The exit status. */
int watch_change(const struct command_line *line, enum control_command command, json_t *arguments);
/* {"author": …} by the line; NULL where it is no UTF-8. */
json_t *watch_change_arguments(const struct command_line *line);

#endif
