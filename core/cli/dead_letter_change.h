/* Dead letter change: what `dead-letters retry` and `drop` have in common. */
#ifndef CORE_CLI_DEAD_LETTER_CHANGE_H
#define CORE_CLI_DEAD_LETTER_CHANGE_H

#include "core/cli/command.h"
#include "core/control/control.h"

/* Does `command` for each argument, by the running daemon or, where none runs, under the lock. The exit status. */
int dead_letter_change(const struct command_line *line, enum control_command command);

#endif
