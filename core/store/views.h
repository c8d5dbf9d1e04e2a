/* Saved views in the store: filters that somebody keeps under a name, so that they are there wherever the same user logs in. Each
 * user sees his or her own alone.
 *
 * Writing is for the writer's thread inside its transaction; reading for any thread with its own connection. Table:
 * saved_view(owner, name, query, made). */
#ifndef CORE_STORE_VIEWS_H
#define CORE_STORE_VIEWS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_views_schema[];

enum { STORE_VIEWS_MAX = 200 /* of one owner */ };

struct view_row {
    const char *owner, *name;
    const char *query; /* as it stands in an address behind the '?': "type=aid&since=2024" */
    int64_t made;
};
/* In the place of one of that owner and name. ERROR_LIMIT where the owner has too many. */
bool store_view_put(struct store *store, const struct view_row *row, struct error *error);
/* ERROR_MISSING where there is none. */
bool store_view_remove(struct store *store, const char *owner, const char *name, struct error *error);
/* Return false to stop early; the texts are lent. */
typedef bool store_view_callback(void *context, const struct view_row *row);
/* Of one owner, in the order of their names. */
bool store_views_each(struct store *store, const char *owner, store_view_callback *callback, void *context,
                      struct error *error);

#endif
