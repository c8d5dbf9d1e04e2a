#include "core/cli/watch_change.h"

#include "core/base/log.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/config/config.h"
#include "core/control/client.h"
#include "core/control/watches.h"
#include "lib/base/buffer.h"

#include <stdio.h>
#include <unistd.h>

enum { TIMEOUT_MS = 90000, AUTHOR_SIZE = 64 }; /* longer than the daemon waits for its reload */

json_t *watch_change_arguments(const struct command_line *line)
{
    const char *author = command_value(line, "author");
    json_t *arguments = json_object();
    if (arguments && (!author || json_object_set_new(arguments, "author", json_string(author)) == 0))
        return arguments;
    json_decref(arguments);
    return NULL;
}

static json_t *change_alone(const struct command_line *line, const char *state_dir, struct control_request request,
                            struct error *error)
{
    char author[AUTHOR_SIZE];
    const char *config = line->config_path ? line->config_path : config_default_path();
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    control_author(getuid(), author, sizeof author);
    request.author = author;
    json_begin(&writer, &text);
    json_object_open(&writer);
    bool done = config ? control_watch_alone(config, state_dir, &request, &writer, error)
                       : error_set(error, ERROR_MISSING, "no configuration that a watch could be of: name a file with -c");
    json_object_close(&writer);
    json_t *result = done && !text.failed ? json_loadb(text.bytes, text.size, 0, NULL) : NULL;
    if (done && !result)
        error_set(error, ERROR_MEMORY, "out of memory");
    buffer_free(&text);
    return result;
}

static json_t *change(const struct command_line *line, const char *state_dir, const struct control_request *request,
                      struct error *error)
{
    bool running;
    json_t *result = control_ask(state_dir, request, TIMEOUT_MS, &running, error);
    return running ? result : change_alone(line, state_dir, *request, error);
}

int watch_change(const struct command_line *line, enum control_command command, json_t *arguments)
{
    char state_dir[STATE_DIR_MAX];
    struct error error = ERROR_INIT;
    if (!arguments)
        return message_failure("an argument is no UTF-8");
    /* What is done is told on stdout; the log is for a daemon. */
    log_setup(LOG_FORMAT_TEXT, LOG_WARNING, STDERR_FILENO);
    bool found = state_find(line, state_dir);
    const struct control_request request = {.command = command, .target = line->arguments[0], .arguments = arguments};
    json_t *result = found ? change(line, state_dir, &request, &error) : NULL;
    json_decref(arguments);
    if (!result)
        return found ? message_failure("%s", error.text) : COMMAND_USAGE;
    const char *reload = json_string_value(json_object_get(result, "reload"));
    puts(json_string_value(json_object_get(result, "text")));
    if (reload)
        printf("The daemon has %s\n", reload);
    else
        message_note("no daemon runs: it is seen at the next start");
    json_decref(result);
    return COMMAND_DONE;
}
