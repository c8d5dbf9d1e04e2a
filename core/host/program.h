/* Program: an executable file that is a plugin (entente-exec(7)). The plugin exec does its work; here the two become
 * one descriptor, so that what the program says of itself in its hello, its options above all, is treated as an
 * object's.
 *
 * A program is any executable file whose name does not end in .so; in a folder of plugins it must be called
 * NAME.plugin, for nothing is started just because it lies there. Descriptors live until the process ends. Any thread.
 */
#ifndef CORE_HOST_PROGRAM_H
#define CORE_HOST_PROGRAM_H

#include "core/config/options.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

#define PROGRAM_SUFFIX ".plugin"

bool program_is(const char *path);
/* The object of the plugin exec, which is one of those that came with this program. */
const char *program_exec_path(char *path, size_t size);
/* Starts the program in a sandbox in which it may read, hears its hello, and ends it. `exec` is the descriptor of the plugin exec. NULL with `error`,
 * which does not name the path. Blocks for as long as the program takes, but not for ever. */
const struct ent_plugin *program_ask(const char *path, const struct ent_plugin *exec, struct error *error);

struct plugin_info;
/* The same by what was told of it when it was asked, without starting it. `info` is copied. NULL when memory is out. */
const struct ent_plugin *program_describe(const struct plugin_info *info, const struct ent_plugin *exec);

#endif
