/* entente event split: some reports tell of something else. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_SPLIT, "reports");
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_split = {
    .name = "event split",
    .summary = "Move reports of an event to an event of their own",
    .arguments = "EVENT REPORT...",
    .arguments_min = 2,
    .arguments_max = SIZE_MAX,
    .description =
        "A report is named by its own id, by the id of its article or by the article's address, as 'entente "
        "event show' has them. The desk will not put the two events together again; nobody is alerted. The "
        "event that holds the earliest report keeps the id.",
    .examples =
        "entente event split 3f2a90c1 5d0c7a12 https://example.org/a\tTwo of its reports are of another deal",
    .options = options,
    .run = run,
};
