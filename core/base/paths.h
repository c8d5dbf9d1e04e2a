/* Paths: where the running program's own files are, and where its state goes.
 *
 * A program that runs from a build tree (a folder above it holds a CMakeCache.txt beside `plugins/`) uses the plugins
 * and data of that tree; an installed one uses those under its own prefix, wherever that was moved to. Found once, by
 * /proc/self/exe; the answers are static and any thread may ask. No folder is created here. */
#ifndef CORE_BASE_PATHS_H
#define CORE_BASE_PATHS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct paths {
    bool build_tree;     /* the program runs from where it was built */
    const char *program; /* folder of the running program */
    const char *plugins; /* folder of the plugins that came with it */
    const char *data;    /* folder of lexicons and tables */
    const char *runner;  /* entente-runner */
};

/* Never NULL. Where the program's own place cannot be read, the paths of an installation under /usr are given. */
const struct paths *paths_get(void);

/* The paths for a program in folder `program`; every string is allocated and freed by paths_free. NULL when memory
 * is out. For tests; others call paths_get. */
struct paths *paths_find(const char *program);
void paths_free(struct paths *paths);

/* The state folder where the configuration names none: $STATE_DIRECTORY (set by systemd for a service),
 * /var/lib/entente for root if it exists, else $XDG_STATE_HOME/entente, else ~/.local/state/entente. False, with
 * `error` filled, where there is no home folder either or the path does not fit. */
bool paths_state_dir(char *path, size_t size, struct error *error);

#endif
