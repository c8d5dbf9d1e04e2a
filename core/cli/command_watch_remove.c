/* entente watch remove: a saved watch goes. */
#include "core/cli/watch_change.h"

static int run(const struct command_line *line)
{
    return watch_change(line, CONTROL_WATCH_REMOVE, watch_change_arguments(line));
}

static const struct command_option options[] = {
    {"author", 'a', COMMAND_VALUE, "NAME", NULL, NULL, "Who does it; else your login name"},
    {.name = NULL},
};

const struct command command_watch_remove = {
    .name = "watch remove",
    .summary = "Remove a watch that was saved",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "Its alerts stay. A watch that stands in a file of the configuration is not touched.",
    .examples = "entente watch remove pacts\tNo more alerts of this watch",
    .options = options,
    .run = run,
};
