/* entente event reject: it is none. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_REJECT, NULL);
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_reject = {
    .name = "event reject",
    .summary = "Mark an event as wrong",
    .arguments = "EVENT",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "It leaves the lists and never raises an alert again, whatever reports come later, until it is "
        "confirmed or the correction is undone. 'entente events --state rejected' lists such events.",
    .examples =
        "entente event reject 3f2a90c1 --note \"a football match\"\tIt is no event at all",
    .options = options,
    .run = run,
};
