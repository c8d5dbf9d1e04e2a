/* Plugin trial: what `entente plugin check` and `entente plugin run` share: the plugin named on the command line, its
 * settings, and the process that holds it. One thread. */
#ifndef CORE_CLI_PLUGIN_TRIAL_H
#define CORE_CLI_PLUGIN_TRIAL_H

#include "core/cli/command.h"
#include "core/host/workbench_child.h"
#include "lib/base/error.h"

#include <limits.h>

enum { PLUGIN_TRIAL_WORDS_MAX = 280 };

/* Whether NAME is meant as a path: it has a slash in it or ends in .so. */
bool plugin_trial_is_path(const char *name);
/* The object that NAME means: a path, or the name of a plugin that this installation has (which must be sound). */
bool plugin_trial_find(const struct command_line *line, const char *name, char path[PATH_MAX], struct error *error);

/* Runs entente-workbench with `words` (ended by NULL) and then each --set of the line. Result as of workbench_child_run. */
int plugin_trial_run(const struct command_line *line, const char *const *words,
                     const struct workbench_child_settings *settings, struct error *error);

/* The row that both have in their tables. */
#define PLUGIN_TRIAL_OPTION_SET                                                                                        \
    {                                                                                                                  \
        "set", 's', COMMAND_REPEAT, "KEY=VALUE", NULL, NULL,                                                           \
            "A setting, as it would stand in the configuration; may be given several times"                           \
    }
#define PLUGIN_TRIAL_OPTION_KIND                                                                                       \
    {                                                                                                                  \
        "kind", 'k', COMMAND_VALUE, "KIND", "source|transform|classifier|detector|sink|service", NULL,                 \
            "As what it is tried, where it can be several things"                                                      \
    }

#endif
