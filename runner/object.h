/* Object: a plugin's shared object on its way into this process, step by step, for the programs that exist so that it may
 * crash or hang there; or a program that is a plugin, which is asked what it is. One thread. */
#ifndef RUNNER_OBJECT_H
#define RUNNER_OBJECT_H

#include "lib/base/error.h"

#include <entente/plugin.h>

enum object_step { OBJECT_LOAD, OBJECT_QUERY, OBJECT_CHECK, OBJECT_ASK /* a program for its hello */ };

/* Looks at the file, loads it and asks it for its descriptor, which is not checked yet. `step` is called before each
 * thing that may go wrong. NULL with `error`, which does not name the path; NULL without, where the plugin gave NULL.
 */
const struct ent_plugin *object_open(const char *path, void (*step)(enum object_step step), struct error *error);

#endif
