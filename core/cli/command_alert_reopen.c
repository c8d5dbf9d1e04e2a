/* entente alert reopen. */
#include "core/cli/alert_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return alert_change_run(line, CONTROL_ALERT_REOPEN);
}

static const struct command_option options[] = {
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_reopen = {
    .name = "alert reopen",
    .summary = "Make alerts new again",
    .arguments = "ALERT...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description =
        "Those that were acknowledged or resolved.",
    .examples = "entente alert reopen 3f2a90c1 --note \"it goes on\"\tIt was not dealt with after all",
    .options = options,
    .run = run,
};
