/* entente stop: ends the daemon cleanly, and waits until it has ended. */
#include "core/base/clock.h"
#include "core/cli/daemon_call.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/control/client.h"

#include <stdio.h>
#include <time.h>

enum { ENDING_MS = 15000, POLL_MS = 50, CALL_MS = 1000 };

/* Whether the daemon has let go of its socket in time. */
static bool has_ended(const char *state_dir)
{
    int64_t deadline = clock_monotonic() + ENDING_MS;
    bool running = true;
    while (running && clock_monotonic() < deadline) {
        struct error error = ERROR_INIT;
        json_decref(control_call(state_dir, CONTROL_STATUS, NULL, CALL_MS, &running, &error));
        if (running)
            nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
    }
    return !running;
}

static int run(const struct command_line *line)
{
    char state_dir[STATE_DIR_MAX];
    json_t *result = daemon_call(line, CONTROL_STOP, NULL);
    if (!result)
        return COMMAND_USAGE;
    json_decref(result);
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    if (!has_ended(state_dir))
        return message_problem("the daemon was told to stop and is still at it; 'entente status' shows what holds it");
    puts("The daemon has stopped.");
    return COMMAND_DONE;
}

const struct command command_stop = {
    .name = "stop",
    .summary = "Stop the daemon cleanly",
    .description =
        "What is under way is finished or put back, nothing is lost; the next start goes on from there. SIGTERM "
        "does the same.",
    .examples = "entente stop\tStop, and wait for the end",
    .run = run,
};
