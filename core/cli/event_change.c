#include "core/cli/event_change.h"

#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/cli/store_change.h"

#include <stdio.h>
#include <string.h>

static bool put_text(json_t *object, const char *key, const char *text)
{
    return !text || json_object_set_new(object, key, json_string(text)) == 0;
}

/* NULL where a text is no UTF-8 or memory is out. */
static json_t *make_arguments(const struct command_line *line, const char *list_name)
{
    json_t *arguments = json_object(), *list = list_name ? json_array() : NULL;
    bool ok = arguments && put_text(arguments, "author", command_value(line, "author")) &&
              put_text(arguments, "note", command_value(line, "note"));
    for (size_t i = 1; ok && i < line->argument_count; i++)
        ok = list_name ? json_array_append_new(list, json_string(line->arguments[i])) == 0
                       : put_text(arguments, "other", line->arguments[i]);
    if (ok && list_name)
        ok = json_object_set(arguments, list_name, list) == 0;
    json_decref(list);
    if (ok)
        return arguments;
    json_decref(arguments);
    return NULL;
}

static void print_result(const json_t *result, bool as_json)
{
    char *text = as_json ? json_dumps(result, JSON_COMPACT) : NULL;
    puts(text ? text : json_string_value(json_object_get(result, "text")));
    free(text);
}

int event_change(const struct command_line *line, enum control_command command, const char *list_name)
{
    char state_dir[STATE_DIR_MAX];
    struct error error = ERROR_INIT;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    json_t *arguments = make_arguments(line, list_name);
    if (!arguments)
        return message_failure("an argument is no UTF-8");
    struct control_request request = {.command = command, .target = line->arguments[0], .arguments = arguments};
    json_t *result = store_change_make(state_dir, request, &error);
    json_decref(arguments);
    if (!result)
        return message_failure("%s", error.text);
    print_result(result, strcmp(command_value(line, "format"), "json") == 0);
    json_decref(result);
    return COMMAND_DONE;
}
