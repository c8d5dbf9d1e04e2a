/* Key rows: which desk rows bear an index key, kept in memory for the keys that are asked for.
 *
 * A cache over desk_key of core/store/clusters.h: of each key the days asked for so far. It is
 * part of the cache of members (members.h), which tells it what is put and removed and clears it with itself. */
#ifndef CORE_DESK_KEY_ROWS_H
#define CORE_DESK_KEY_ROWS_H

#include "core/store/clusters.h"

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct key_rows;

/* A row as it stands among those that are not published: by day, then by these (key_rank, ordinal). */
struct key_row {
    int64_t row;
    uint64_t rank;
    int64_t ordinal;
};
/* Where items stand that nothing else orders: by a hash of their ids. Pure. */
uint64_t key_rank(const char *item);

/* NULL when memory is out. */
struct key_rows *key_rows_create(void);
void key_rows_destroy(struct key_rows *rows); /* NULL does nothing */
void key_rows_clear(struct key_rows *rows);
/* Bytes held. */
size_t key_rows_size(const struct key_rows *rows);

/* The row bears these keys now, or no longer; the store is told by others. False when memory is out. */
bool key_rows_put(struct key_rows *rows, const struct key_row *row, const struct cluster_key *keys, size_t count);
void key_rows_remove(struct key_rows *rows, const struct key_row *row, const struct cluster_key *keys, size_t count);

/* Published rows that share the key and lie within its window before the key's day: all of that day, then whole days back
 * until at least `enough` of them. */
bool key_rows_before(struct key_rows *rows, struct store *store, const struct cluster_key *key, size_t enough,
                     store_cluster_number_callback *callback, void *context, struct error *error);
/* Published rows to which a row of that key and day is one of those before: all of that day, then whole days on, as long
 * as fewer than `enough` lie between. */
bool key_rows_behind(struct key_rows *rows, struct store *store, const struct cluster_key *key, size_t enough,
                     store_cluster_number_callback *callback, void *context, struct error *error);
/* Unpublished rows, which come behind all that are published; `key` is one of theirs. Before them lie `enough` at most
 * of their own kind, the nearest, and only where these are fewer so many published ones as make it up: whole days from
 * the latest one of the window. */
bool key_rows_before_unpublished(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 const struct key_row *row, size_t enough, store_cluster_number_callback *callback,
                                 void *context, struct error *error);
/* Those to which the unpublished row is one of those before. */
bool key_rows_behind_unpublished(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 const struct key_row *row, size_t enough, store_cluster_number_callback *callback,
                                 void *context, struct error *error);
/* Unpublished rows to which a published row of that key and day may be one of those before; at most some times `enough`. */
bool key_rows_unpublished_behind(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 size_t enough, store_cluster_number_callback *callback, void *context,
                                 struct error *error);

#endif
