/* entente event undo: takes a correction back. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_UNDO, NULL);
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_undo = {
    .name = "event undo",
    .summary = "Take a correction back",
    .arguments = "NUMBER",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "The number stands in 'entente event corrections' and in 'entente event show'. The correction stays "
        "on record, with who took it back and when. What put events together or parted them can be undone "
        "only after later such corrections of the same reports.",
    .examples =
        "entente event undo 12\tCorrection 12 no longer counts",
    .options = options,
    .run = run,
};
