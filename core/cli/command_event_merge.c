/* entente event merge: two events are one. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_MERGE, NULL);
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_merge = {
    .name = "event merge",
    .summary = "Make two events one",
    .arguments = "EVENT EVENT",
    .arguments_min = 2,
    .arguments_max = 2,
    .description =
        "The one that was told first keeps its id, and that of the other one leads to it. The desk will not "
        "part their reports again; nobody is alerted.",
    .examples =
        "entente event merge 3f2a90c1 77b01d22\tBoth tell of one undertaking",
    .options = options,
    .run = run,
};
