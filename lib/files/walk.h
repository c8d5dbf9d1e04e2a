/* Walk: the files under a path whose names end in certain ways, sorted, so that a run that stops half-way goes on where
 * it was. Symbolic links to folders are not followed. One owner, one thread. */
#ifndef LIB_FILES_WALK_H
#define LIB_FILES_WALK_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { WALK_FILES_MAX = 2000000, WALK_DEPTH_MAX = 32 };

struct walk {
    const char *const *endings; /* ".txt", …, then NULL; in any case */
    char **paths;
    size_t count, capacity;
    /* Called, where set, with each folder before it is read, and with a root that is a file; lent for the call. */
    void (*on_folder)(void *context, const char *folder);
    void *context;
};

/* Fills `walk` (zeroed before, but for endings and on_folder) with `root` itself where it is a file, else with the
 * files in it that end so, and those below it where `recursive`. Names that begin with a dot are passed over. False:
 * `error` names the folder.
 */
bool walk_gather(struct walk *walk, const char *root, bool recursive, struct error *error);
/* Frees the paths; the walk can be used again. */
void walk_clear(struct walk *walk);

#endif
