/* entente alert note. */
#include "core/cli/alert_change.h"
#include "core/cli/message.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    if (!command_value(line, "note"))
        return message_failure("--note is missing: what is to be noted");
    return alert_change_run(line, CONTROL_ALERT_NOTE);
}

static const struct command_option options[] = {
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_note = {
    .name = "alert note",
    .summary = "Add a note to alerts",
    .arguments = "ALERT...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description = "The state stays as it is. 'entente alert show' shows all notes.",
    .examples = "entente alert note 3f2a90c1 --note \"asked the embassy\"\tFor whoever looks next",
    .options = options,
    .run = run,
};
