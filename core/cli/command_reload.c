/* entente reload: has the daemon read its configuration anew. */
#include "core/cli/daemon_call.h"

static int run(const struct command_line *line)
{
    return daemon_call_run(line, CONTROL_RELOAD, NULL, "The configuration was read anew.");
}

const struct command command_reload = {
    .name = "reload",
    .summary = "Have the daemon read its configuration anew",
    .description =
        "The new configuration is checked as a whole first; where it has problems, the daemon goes on with the old "
        "one and the problems are shown. Only what changed is stopped and started. SIGHUP does the same.",
    .examples = "entente check && entente reload\tCheck first, then put it to use",
    .run = run,
};
