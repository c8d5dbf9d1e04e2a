/* Loaded plugins: objects in this process. Loading is for ever: nothing is dlclosed, because a plugin's code may stand
 * in thread-local destructors, atexit handlers and pointers that nobody knows of. One object is loaded once, however
 * many instances there are. Any thread. */
#ifndef CORE_HOST_PLUGIN_H
#define CORE_HOST_PLUGIN_H

#include "core/host/registry.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

struct plugin {
    const struct ent_plugin *descriptor; /* checked, in this host's sizes */
    unsigned kinds;
    const char *path;
};

/* Loads what the registry has found good (and so has seen load in a runner). The plugin lives until the process ends.
 * Fails, saying that a restart is needed, where the file has changed since this process loaded it, and, saying that a
 * reload is needed, where it is not the one that the registry looked at (`info->file`). A program (core/host/program.h)
 * may change: instances made from then on are of the new one. */
const struct plugin *plugin_load(const struct plugin_info *info, struct error *error);

/* Stands for the bytes of a file; 0 where it cannot be read. */
uint64_t plugin_file_content(const char *path);
/* Whether another file, or none, is where the registry found this one: what runs of it is older. Reads the file only
 * where its size or time has changed. */
bool plugin_is_replaced(const struct plugin_info *info);

#endif
