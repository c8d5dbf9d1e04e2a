/* Watch: whether something changed in a folder since it was last asked, by inotify, or whether a single file has, by
 * looking at it: no sandbox need allow more for that. It never waits; whoever holds it asks now and then. Where the system gives no more watches, or the folder lies on a network, it says so or stays
 * silent, so its owner walks the folder at its interval all the same. One owner, one thread. */
#ifndef PLUGINS_FILES_WATCH_H
#define PLUGINS_FILES_WATCH_H

#include "lib/base/error.h"

#include <stdbool.h>

struct watch;

/* NULL with `error` where inotify is not to be had. */
struct watch *watch_create(struct error *error);
void watch_destroy(struct watch *watch);
/* Adds a folder, or a file in place of the one before; again for the same path changes nothing. */
bool watch_add(struct watch *watch, const char *path, struct error *error);
/* Whether anything happened since the last call, lost events included. */
bool watch_has_changes(struct watch *watch);

#endif
