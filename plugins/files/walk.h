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
};

/* Fills `walk` (zeroed before) with `root` itself where it is a file, else with the .txt, .html, .htm and .jsonl files
 * in it, and below it where `recursive`. Names that begin with a dot are passed over. False: `error` names the folder.
 */
bool walk_gather(struct walk *walk, const char *root, bool recursive, struct error *error);
void walk_clear(struct walk *walk);

#endif
