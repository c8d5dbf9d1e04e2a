/* Fold: takes stale events into their blocks (core/store/columns.h). A stage of the writer, after desk and watches: it
 * waits until FOLD_EVENTS are stale, since a block's columns are written as a whole, and then folds the block that holds
 * most of them. After a migration everything is stale, and is folded block by block beside the other work. */
#ifndef CORE_QUERY_FOLD_H
#define CORE_QUERY_FOLD_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { FOLD_EVENTS = 512 };

struct store;
struct fold;

/* NULL when memory is out. */
struct fold *fold_create(void);
void fold_destroy(struct fold *fold);
/* The stage; `context` is the struct fold. */
bool fold_run(void *context, struct store *store, struct error *error);
bool fold_has_more(const void *context);
/* Folds one block whatever its number of stale events: for tests and `entente store check`. */
bool fold_block(struct fold *fold, struct store *store, int64_t block, struct error *error);

#endif
