/* entente fetch NAME: fetches a source now instead of when it is due. */
#include "core/cli/daemon_call.h"

static int run(const struct command_line *line)
{
    return daemon_call_run(line, CONTROL_FETCH, line->arguments[0], "The source is being fetched.");
}

const struct command command_fetch = {
    .name = "fetch",
    .summary = "Have the daemon fetch a source now",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "The name is that of the section, with or without 'source.'. A source that failed is tried at once.",
    .examples = "entente fetch edm\tFetch [source.edm] now",
    .run = run,
};
