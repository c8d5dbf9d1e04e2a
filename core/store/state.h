/* State directory: where the store, the lock, the in-flight file and the control socket live.
 *
 * One daemon, or one writing command, holds a state directory at a time; the lock is an flock on "lock" within it,
 * which the kernel drops with the process. Start-up only, main thread. */
#ifndef CORE_STORE_STATE_H
#define CORE_STORE_STATE_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_lock;

/* Makes the directory and its parents, mode 0700, and tries that files can be made in it. */
bool state_prepare(const char *directory, struct error *error);

/* "DIRECTORY/NAME" into `path`. */
bool state_path(char *path, size_t size, const char *directory, const char *name, struct error *error);

/* NULL with `error` filled: who holds it. The descriptor is close-on-exec. */
struct state_lock *state_lock(const char *directory, struct error *error);
/* NULL does nothing. */
void state_unlock(struct state_lock *lock);

/* Bytes that this user may still write there; -1 where that cannot be told. */
int64_t state_free_bytes(const char *directory);

#endif
