/* entente event confirm: a person has checked it. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_CONFIRM, NULL);
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_confirm = {
    .name = "event confirm",
    .summary = "Mark an event as checked and right",
    .arguments = "EVENT",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "The event bears the verdict \"confirmed\" from now on, whatever reports come later, until it is "
        "rejected or the correction is undone. Nobody is alerted. Its articles become training data: see "
        "'entente export --format gold'.",
    .examples =
        "entente event confirm 3f2a90c1\tIt is as the event says\n"
        "entente event confirm 3f2a90c1 --author ada --note \"seen in the treaty register\"\tFor somebody else, with the reason",
    .options = options,
    .run = run,
};
