#include "core/cli/store_change.h"

#include "core/base/log.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/control/changes.h"
#include "core/control/client.h"

#include <stdio.h>
#include <unistd.h>

enum { TIMEOUT_MS = 30000, AUTHOR_SIZE = 64 };

static json_t *change_alone(const char *state_dir, struct control_request request, struct error *error)
{
    char author[AUTHOR_SIZE];
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    control_author(getuid(), author, sizeof author);
    request.author = author;
    json_begin(&writer, &text);
    json_object_open(&writer);
    bool done = control_change_alone(state_dir, &request, &writer, error);
    json_object_close(&writer);
    json_t *result = done && !text.failed ? json_loadb(text.bytes, text.size, 0, NULL) : NULL;
    if (done && !result)
        error_set(error, ERROR_MEMORY, "out of memory");
    buffer_free(&text);
    return result;
}

json_t *store_change_make(const char *state_dir, struct control_request request, struct error *error)
{
    bool running;
    /* What is done is told on stdout; the log is for a daemon. */
    log_setup(LOG_FORMAT_TEXT, LOG_WARNING, STDERR_FILENO);
    json_t *result = control_ask(state_dir, &request, TIMEOUT_MS, &running, error);
    return running ? result : change_alone(state_dir, request, error);
}

int store_change(const char *state_dir, enum control_command command, const char *target)
{
    struct error error = ERROR_INIT;
    struct control_request request = {.command = command, .target = target};
    json_t *result = store_change_make(state_dir, request, &error);
    if (!result)
        return message_failure("%s", error.text);
    printf("%s: %s\n", target, json_string_value(json_object_get(result, "text")));
    json_decref(result);
    return COMMAND_DONE;
}

int store_change_run(const struct command_line *line, enum control_command command)
{
    char state_dir[STATE_DIR_MAX];
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    int status = COMMAND_DONE;
    for (size_t i = 0; i < line->argument_count; i++) {
        int one = store_change(state_dir, command, line->arguments[i]);
        status = one > status ? one : status;
    }
    return status;
}
