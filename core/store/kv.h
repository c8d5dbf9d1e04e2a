/* Key-value state of plugin instances (kv/1). Written with the unit of work that put it. Reading is for any thread with
 * its own connection; what a unit that waits for its commit has put is not seen yet. Table: kv(instance, key, value).
 */
#ifndef CORE_STORE_KV_H
#define CORE_STORE_KV_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct store;

extern const char store_kv_schema[];

/* Appends the value to `value`. */
bool store_kv_get(struct store *store, const char *instance, const char *key, size_t key_size, struct buffer *value,
                  bool *found, struct error *error);
/* The first key behind `after` (NULL: from the first) that begins with `prefix`, in the order of bytes; appended to `key`. */
bool store_kv_next(struct store *store, const char *instance, const char *prefix, size_t prefix_size, const char *after,
                   size_t after_size, struct buffer *key, bool *found, struct error *error);
/* `value` NULL deletes. */
bool store_kv_put(struct store *store, const char *instance, const char *key, size_t key_size, const char *value,
                  size_t value_size, struct error *error);

#endif
