/* Event change: what the commands that correct events have in common. */
#ifndef CORE_CLI_EVENT_CHANGE_H
#define CORE_CLI_EVENT_CHANGE_H

#include "core/cli/command.h"
#include "core/control/control.h"

#include <jansson.h>

/* The options of such a command, before its last row. */
#define EVENT_CHANGE_OPTIONS                                                                                           \
    {"author", 'a', COMMAND_VALUE, "NAME", NULL, NULL, "Whose judgement it is; else your login name"},                \
        {"note", 'n', COMMAND_VALUE, "TEXT", NULL, NULL, "Why"},                                                       \
    {                                                                                                                  \
        "format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or the result for a program"    \
    }

/* Does the command with the first argument as target, by the running daemon or under the lock. `list_name` NULL: the
 * second argument goes as "other", if there is one; else all from the second go as that list. The exit status. */
int event_change(const struct command_line *line, enum control_command command, const char *list_name);

#endif
