/* Alert change: what the commands that do something about alerts have in common. */
#ifndef CORE_CLI_ALERT_CHANGE_H
#define CORE_CLI_ALERT_CHANGE_H

#include "core/cli/command.h"
#include "core/control/control.h"

/* The options of such a command, before its last row. */
#define ALERT_CHANGE_OPTIONS                                                                                           \
    {"author", 'a', COMMAND_VALUE, "NAME", NULL, NULL, "Who does it; else your login name"},                           \
    {                                                                                                                  \
        "note", 'n', COMMAND_VALUE, "TEXT", NULL, NULL, "Why"                                                          \
    }

/* Does the command for each of `targets` (ended by NULL), by the running daemon or under the lock; `until` (milliseconds)
 * where it is not 0. The exit status: the worst of all. */
int alert_change(const struct command_line *line, enum control_command command, const char *const *targets, int64_t until);
/* The same for the line's arguments. */
int alert_change_run(const struct command_line *line, enum control_command command);

#endif
