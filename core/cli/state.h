/* State: which state directory a command means. --state-dir, else `state_dir` of the configuration (-c, else
 * config_default_path()), else the default one; so commands work with no configuration at all. */
#ifndef CORE_CLI_STATE_H
#define CORE_CLI_STATE_H

#include "core/cli/command.h"
#include "core/query/query.h"

enum { STATE_DIR_MAX = 4096 };

/* False after a message: the configuration cannot be read, or there is no home. */
bool state_find(const struct command_line *line, char path[STATE_DIR_MAX]);
/* Takes `timezone` of the configuration, where there is one that can be read, for the times that are shown and typed
 * (display_zone). What is wrong with it is `entente check`'s to say. */
void state_set_zone(const struct command_line *line);
/* The store of that directory for reading. NULL after a message that says where it was looked for. */
struct query *state_open_query(const struct command_line *line);

#endif
