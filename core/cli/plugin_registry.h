/* Plugin registry for commands: the plugins that the configuration at hand would find. One thread. */
#ifndef CORE_CLI_PLUGIN_REGISTRY_H
#define CORE_CLI_PLUGIN_REGISTRY_H

#include "core/cli/command.h"
#include "core/host/registry.h"

/* With the plugin_path of the configuration, where there is one; a configuration that was asked for by -c must be
 * readable. NULL with `error` filled. */
struct registry *plugin_registry_open(const struct command_line *line, struct error *error);

#endif
