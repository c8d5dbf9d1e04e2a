/* entente reload [NAME]: has the daemon read its configuration anew, and take up plugins that were replaced. */
#include "core/cli/daemon_call.h"

static int run(const struct command_line *line)
{
    return daemon_call_run(line, CONTROL_RELOAD, line->arguments[0], "The configuration was read anew.");
}

const struct command command_reload = {
    .name = "reload",
    .summary = "Have the daemon read its configuration anew, and take up replaced plugins",
    .arguments = "[NAME]",
    .arguments_max = 1,
    .description =
        "The new configuration is checked as a whole first; where it has problems, the daemon goes on with the old "
        "one and the problems are shown. Only what changed is stopped and started. SIGHUP does the same.\n"
        "An isolated plugin whose object was replaced on disk has changed too: the new one is checked, created and "
        "started "
        "in a process of its own; only when all that went well the old one is drained, and what it has not finished is "
        "handed to the new one. Otherwise the old one goes on. What runs in the daemon itself (isolate = none) needs a "
        "restart, which is said.\n"
        "With NAME, an instance's title or name or a plugin's name, its instances are made anew in a new process in "
        "any "
        "case, as after a change of a library that the plugin uses.",
    .examples = "entente check && entente reload\tCheck first, then put it to use\n"
                "entente reload classifier.llm\tTake up the new llm.so",
    .run = run,
};
