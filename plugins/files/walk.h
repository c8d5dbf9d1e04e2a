/* Walk: the article files under a path, sorted, so that a run that stops half-way goes on where it was. Symbolic links
 * to folders are not followed. One owner, one thread. */
#ifndef PLUGINS_FILES_WALK_H
#define PLUGINS_FILES_WALK_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { WALK_FILES_MAX = 2000000, WALK_DEPTH_MAX = 32 };

struct walk {
    char **paths;
    size_t count, capacity;
    /* Called, where set, with each folder before it is read, and with a root that is a file; lent for the call. */
    void (*on_folder)(void *context, const char *folder);
    void *context;
};

/* Fills `walk` (zeroed before, but for on_folder) with `root` itself where it is a file, else with the .txt, .html,
 * .htm, .eml and .jsonl files in it, and below it where `recursive`. Names that begin with a dot are passed over.
 * False: `error` names the folder.
 */
bool walk_gather(struct walk *walk, const char *root, bool recursive, struct error *error);
void walk_clear(struct walk *walk);

#endif
