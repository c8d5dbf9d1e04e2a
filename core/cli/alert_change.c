#include "core/cli/alert_change.h"

#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/cli/store_change.h"

#include <stdio.h>

/* NULL where a text is no UTF-8 or memory is out. */
static json_t *make_arguments(const struct command_line *line, int64_t until)
{
    const char *author = command_value(line, "author"), *note = command_value(line, "note");
    json_t *arguments = json_object();
    bool ok = arguments && (!author || json_object_set_new(arguments, "author", json_string(author)) == 0) &&
              (!note || json_object_set_new(arguments, "note", json_string(note)) == 0) &&
              (!until || json_object_set_new(arguments, "until", json_integer(until)) == 0);
    if (ok)
        return arguments;
    json_decref(arguments);
    return NULL;
}

static int change_one(const char *state_dir, enum control_command command, const char *target, const json_t *arguments)
{
    struct error error = ERROR_INIT;
    struct control_request request = {.command = command, .target = target, .arguments = arguments};
    json_t *result = store_change_make(state_dir, request, &error);
    if (!result)
        return message_failure("%s", error.text);
    printf("%s: %s\n", target, json_string_value(json_object_get(result, "text")));
    json_decref(result);
    return COMMAND_DONE;
}

int alert_change(const struct command_line *line, enum control_command command, const char *const *targets, int64_t until)
{
    char state_dir[STATE_DIR_MAX];
    int status = COMMAND_DONE;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    json_t *arguments = make_arguments(line, until);
    if (!arguments)
        return message_failure("an argument is no UTF-8");
    for (; *targets; targets++) {
        int one = change_one(state_dir, command, *targets, arguments);
        status = one > status ? one : status;
    }
    json_decref(arguments);
    return status;
}

int alert_change_run(const struct command_line *line, enum control_command command)
{
    int status = COMMAND_DONE;
    for (size_t i = 0; i < line->argument_count; i++) {
        const char *const target[] = {line->arguments[i], NULL};
        int one = alert_change(line, command, target, 0);
        status = one > status ? one : status;
    }
    return status;
}
