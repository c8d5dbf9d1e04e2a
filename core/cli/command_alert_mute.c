/* entente alert mute: nothing more about it for a while. */
#include "core/cli/alert_change.h"
#include "core/cli/message.h"
#include "core/base/clock.h"
#include "core/store/alert_states.h"
#include "lib/base/calendar.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TARGET_MAX = 200 };

/* 12h, 7d, 2w from now, a date or a time, or "forever". */
static bool read_until(const char *text, int64_t *until)
{
    static const struct {
        char unit;
        int64_t milliseconds;
    } units[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}, {'w', 604800000}};
    char *end;
    if (strcmp(text, "forever") == 0) {
        *until = STORE_MUTED_FOR_EVER;
        return true;
    }
    long long count = strtoll(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units && count > 0 && count < 100000; i++)
        if (end[0] == units[i].unit && !end[1]) {
            *until = clock_now() + count * units[i].milliseconds;
            return true;
        }
    if (calendar_parse(text, strlen(text), until, NULL) && *until > clock_now())
        return true;
    message_failure("--until: '%.40s' is no time to come: write 12h, 7d, 2w, a date, or forever", text);
    return false;
}

static int run(const struct command_line *line)
{
    const char *watch = command_value(line, "watch"), *event = command_value(line, "event");
    char whole[TARGET_MAX];
    int64_t until = 0;
    if ((watch != NULL) + (event != NULL) + (line->argument_count > 0) != 1)
        return message_failure("name alerts, or a watch with --watch, or an event with --event");
    if (!read_until(command_value(line, "until"), &until))
        return COMMAND_USAGE;
    if (!watch && !event) {
        int status = COMMAND_DONE;
        for (size_t i = 0; i < line->argument_count; i++) {
            const char *const target[] = {line->arguments[i], NULL};
            int one = alert_change(line, CONTROL_ALERT_MUTE, target, until);
            status = one > status ? one : status;
        }
        return status;
    }
    snprintf(whole, sizeof whole, "%s.%s", watch ? "watch" : "event", watch ? watch : event);
    return alert_change(line, CONTROL_MUTE, (const char *const[]){whole, NULL}, until);
}

static const struct command_option options[] = {
    {"until", 'u', COMMAND_VALUE, "WHEN", NULL, "7d", "From now on (12h, 7d, 2w), or until a date or time, or forever"},
    {"watch", 'w', COMMAND_VALUE, "NAME", NULL, NULL, "All that this watch raises, or a detector, as detector.NAME"},
    {"event", 'e', COMMAND_VALUE, "ID", NULL, NULL, "All about this event, by whichever watch"},
    ALERT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_mute = {
    .name = "alert mute",
    .summary = "Hear no more of alerts, an event or a watch for a while",
    .arguments = "[ALERT...]",
    .arguments_max = SIZE_MAX,
    .description =
        "An alert's mute is of its event for its watch. What is raised meanwhile is kept as muted and sent to nobody; "
        "deliveries that wait, wait on. Nothing is made up for when the mute ends.",
    .examples = "entente alert mute 3f2a90c1\tNo updates of this event for a week\n"
                "entente alert mute --watch central-asia-arms --until 12h --note \"summit\"\tA watch that talks too much\n"
                "entente alert mute --event 77b0a1d2 --until forever\tNever again about this event",
    .options = options,
    .run = run,
};
