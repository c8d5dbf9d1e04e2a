/* entente alert resolve. */
#include "core/cli/alert_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return alert_change_run(line, CONTROL_ALERT_RESOLVE);
}

static const struct command_option options[] = {
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_resolve = {
    .name = "alert resolve",
    .summary = "Mark alerts as done",
    .arguments = "ALERT...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description =
        "Nothing more is to be done about it. A mute of its event for this watch ends.",
    .examples = "entente alert resolve 3f2a90c1 77b0a1d2 --author ada\tBoth are dealt with",
    .options = options,
    .run = run,
};
