/* entente: the program that people type. Everything it knows to do is a row of command_list.h. */
#include "core/cli/command_line.h"
#include "core/cli/display.h"
#include "core/cli/help.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "lib/base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static int run(int count, char **words, struct arena *arena)
{
    struct error error = ERROR_INIT;
    struct command_line_parsed parsed;
    enum command_line_outcome outcome = command_line_parse(arena, count, words, &parsed, &error);
    display_setup(parsed.color);
    switch (outcome) {
    case COMMAND_LINE_RUN:
        state_set_zone(&parsed.line);
        return parsed.line.command->run(&parsed.line);
    case COMMAND_LINE_HELP:
        if (parsed.line.command)
            return help_print_command(stdout, parsed.line.command) ? COMMAND_DONE : COMMAND_USAGE;
        return help_print_overview(stdout) ? COMMAND_DONE : COMMAND_USAGE;
    case COMMAND_LINE_GROUP:
        return help_print_group(stdout, parsed.group) ? COMMAND_DONE : COMMAND_USAGE;
    case COMMAND_LINE_VERSION:
        printf("entente %s\n", ENT_VERSION);
        return COMMAND_DONE;
    case COMMAND_LINE_WRONG:
        break;
    }
    return message_failure("%s", error.text);
}

int main(int count, char **words)
{
    struct arena *arena = arena_create(ARENA_LIMIT);
    if (!arena)
        return message_failure("out of memory");
    errno = 0;
    int status = run(count, words, arena);
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    /* Of the first failed write, since nothing fails after it but further writes. */
    int reason = errno ? errno : EIO;
    arena_destroy(arena);
    if (failed && reason != EPIPE)
        return message_failure("the output cannot be written: %s", strerror(reason));
    return status;
}
