/* entente help [COMMAND]: the overview, a group of commands, or one command. */
#include "core/cli/command.h"
#include "core/cli/help.h"
#include "core/cli/message.h"

#include <stdio.h>

static int run(const struct command_line *line)
{
    if (line->argument_count == 0)
        return help_print_overview(stdout) ? COMMAND_DONE : COMMAND_USAGE;
    char name[100];
    int size = snprintf(name, sizeof name, "%s%s%s", line->arguments[0], line->argument_count > 1 ? " " : "",
                        line->argument_count > 1 ? line->arguments[1] : "");
    const struct command *command = size > 0 && (size_t)size < sizeof name ? commands_find(name) : NULL;
    if (command)
        return help_print_command(stdout, command) ? COMMAND_DONE : COMMAND_USAGE;
    if (line->argument_count == 1 && commands_has_group(line->arguments[0]))
        return help_print_group(stdout, line->arguments[0]) ? COMMAND_DONE : COMMAND_USAGE;
    return message_failure("'%.60s' is no command; 'entente help' lists them", line->arguments[0]);
}

const struct command command_help = {
    .name = "help",
    .summary = "Explain a command, or list all",
    .arguments = "[COMMAND]",
    .arguments_max = 2,
    .examples = "entente help\tAll commands\n"
                "entente help help\tOne command, as 'entente help --help' does",
    .run = run,
};
