/* entente alert unmute: it is to be heard of again. */
#include "core/cli/alert_change.h"
#include "core/cli/message.h"

#include <stdint.h>
#include <stdio.h>

enum { TARGET_MAX = 200 };

static int run(const struct command_line *line)
{
    const char *watch = command_value(line, "watch"), *event = command_value(line, "event");
    char whole[TARGET_MAX];
    int64_t until = 0;
    if ((watch != NULL) + (event != NULL) + (line->argument_count > 0) != 1)
        return message_failure("name alerts, or a watch with --watch, or an event with --event");
    if (!watch && !event) {
        int status = COMMAND_DONE;
        for (size_t i = 0; i < line->argument_count; i++) {
            const char *const target[] = {line->arguments[i], NULL};
            int one = alert_change(line, CONTROL_ALERT_UNMUTE, target, until);
            status = one > status ? one : status;
        }
        return status;
    }
    snprintf(whole, sizeof whole, "%s.%s", watch ? "watch" : "event", watch ? watch : event);
    return alert_change(line, CONTROL_UNMUTE, (const char *const[]){whole, NULL}, until);
}

static const struct command_option options[] = {
    {"watch", 'w', COMMAND_VALUE, "NAME", NULL, NULL, "All that this watch raises, or a detector, as detector.NAME"},
    {"event", 'e', COMMAND_VALUE, "ID", NULL, NULL, "All about this event, by whichever watch"},
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_unmute = {
    .name = "alert unmute",
    .summary = "End a mute before its time",
    .arguments = "[ALERT...]",
    .arguments_max = SIZE_MAX,
    .description =
        "Deliveries that waited are sent. What was raised meanwhile was kept and is not sent; it is new now.",
    .examples = "entente alert unmute 3f2a90c1\tThe alert's event, for its watch\n"
                "entente alert unmute --watch central-asia-arms\tA watch",
    .options = options,
    .run = run,
};
