/* Command line: argv made into a struct command_line by the tables of command.h.
 *
 * Options may stand before or after the command and its arguments; `--name=value`, `--name value`, `-n value` and
 * `-nvalue` are the same; `--` ends the options; `-` alone is an argument. Nothing is guessed: a wrong word is an error
 * whose text names the nearest right one. Memory comes from the arena; strings are argv's own. */
#ifndef CORE_CLI_COMMAND_LINE_H
#define CORE_CLI_COMMAND_LINE_H

#include "core/cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"

enum command_line_outcome {
    COMMAND_LINE_RUN,
    COMMAND_LINE_HELP, /* --help: of line->command, or of everything where that is NULL */
    COMMAND_LINE_VERSION,
    COMMAND_LINE_GROUP, /* the first word of two-word commands alone: *group is it */
    COMMAND_LINE_WRONG  /* `error` says what and what to do */
};

struct command_line_parsed {
    struct command_line line;
    const char *group; /* COMMAND_LINE_GROUP: "event" */
    const char *color; /* auto, always, never */
};

enum command_line_outcome command_line_parse(struct arena *arena, int count, char *const *words,
                                             struct command_line_parsed *parsed, struct error *error);

#endif
