/* Sized: structs that a plugin hands over and that begin with their size. The plugin may have been built with an older
 * or a newer header, so its struct may be shorter or longer than ours. Pure; any thread. */
#ifndef CORE_HOST_SIZED_H
#define CORE_HOST_SIZED_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Copies `given` into `own`: what it lacks is 0, what it has beyond is left. False where it is NULL or has less than
 * `least` bytes, which is what the struct had in 1.0; `error` begins with `what`. */
bool sized_read(void *own, size_t own_size, const void *given, size_t least, const char *what, struct error *error);

#endif
