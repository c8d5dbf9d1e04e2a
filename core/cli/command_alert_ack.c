/* entente alert ack. */
#include "core/cli/alert_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return alert_change_run(line, CONTROL_ALERT_ACKNOWLEDGE);
}

static const struct command_option options[] = {
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_ack = {
    .name = "alert ack",
    .summary = "Mark alerts as seen",
    .arguments = "ALERT...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description =
        "The first column of 'entente alert list' names them; six digits and more of an id are enough. Who and why is kept "
        "with the alert. Updates of its event go on being sent.",
    .examples = "entente alert ack 3f2a90c1 --note \"on my desk\"\tSomebody looks after it",
    .options = options,
    .run = run,
};
