#include "core/cli/daemon_call.h"

#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/control/client.h"

#include <stdio.h>

enum { TIMEOUT_MS = 60000 };

json_t *daemon_call(const struct command_line *line, enum control_command command, const char *target)
{
    char state_dir[STATE_DIR_MAX];
    if (!state_find(line, state_dir))
        return NULL;
    struct error error = ERROR_INIT;
    bool running;
    json_t *result = control_call(state_dir, command, target, TIMEOUT_MS, &running, &error);
    if (!result)
        message_failure("%s%s", error.text, running ? "" : "; -c FILE or --state-dir DIR names another");
    return result;
}

int daemon_call_run(const struct command_line *line, enum control_command command, const char *target, const char *done)
{
    json_t *result = daemon_call(line, command, target);
    if (!result)
        return COMMAND_USAGE;
    const char *text = json_string_value(json_object_get(result, "text"));
    puts(text ? text : done);
    json_decref(result);
    return COMMAND_DONE;
}
