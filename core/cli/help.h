/* Help: the command tables as text for a terminal. Written to `out`; one thread. */
#ifndef CORE_CLI_HELP_H
#define CORE_CLI_HELP_H

#include "core/cli/command.h"

#include <stdbool.h>
#include <stdio.h>

/* All false where the output cannot be written. */
bool help_print_overview(FILE *out);
/* The commands whose name begins with `group`. */
bool help_print_group(FILE *out, const char *group);
bool help_print_command(FILE *out, const struct command *command);

#endif
