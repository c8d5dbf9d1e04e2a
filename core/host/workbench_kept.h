/* What a workbench keeps in memory in place of the store: kv/1's values, and the validators of conditional requests. Zeroes
 * are an empty one; kept_free gives all back. One thread. */
#ifndef CORE_HOST_WORKBENCH_KEPT_H
#define CORE_HOST_WORKBENCH_KEPT_H

#include "core/bus/unit.h"

struct kept_value;
struct kept_state;

struct workbench_kept {
    struct kept_value *values;
    struct kept_state *states;
};

/* A put with NULL data deletes. False where memory is out. */
bool kept_put(struct workbench_kept *kept, struct ent_str key, struct ent_str value);
/* Lent until the next put of the key. */
bool kept_get(const struct workbench_kept *kept, struct ent_str key, struct ent_str *value);
/* As kv/1's next; lent until kept_free. */
bool kept_next(const struct workbench_kept *kept, struct ent_str prefix, struct ent_str after, struct ent_str *key);
/* Each value that is there, both texts NUL-terminated. */
void kept_each(const struct workbench_kept *kept, void (*each)(void *context, struct ent_str key, struct ent_str value),
               void *context);
/* Copies. False where memory is out. */
bool kept_put_state(struct workbench_kept *kept, const struct unit_http_state *state);
/* Copied into `arena`; false where nothing is known of the address. */
bool kept_get_state(const struct workbench_kept *kept, const char *url, struct arena *arena, struct unit_http_state *state);
void kept_free(struct workbench_kept *kept);

#endif
