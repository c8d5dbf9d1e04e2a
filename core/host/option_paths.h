/* Option paths: the files and folders that the options of an instance name, which are all that it may reach in a
 * sandbox. Any thread. */
#ifndef CORE_HOST_OPTION_PATHS_H
#define CORE_HOST_OPTION_PATHS_H

#include "core/host/instance.h"
#include "core/host/runner_hello.h"

/* How many there are; they go into `paths` where that is not NULL, lent by the options. What the host alone opens
 * (certificates) is none of the plugin's. */
size_t option_paths_gather(const struct instance_settings *settings, struct runner_path *paths);
/* Whether an absolute path is the value of one of the options, of any type: where a Unix socket may lie. */
bool option_paths_name(const struct instance_settings *settings, const char *path);

#endif
