/* Recoding in the store: how far the archive has gone through another lexicon, and which items the desk has to take
 * again because of it.
 *
 * One row a classifier: of the recoding that runs or ran last. It is written in the transaction that replaces reports,
 * so that one which was killed goes on where it stood. Items wait in a queue of their own for the desk, which takes
 * those that lost all reports too, and which marks what it makes of them. Writing is for the writer's thread inside its
 * transaction. Tables: recode(classifier, stamp, filter, cursor, upto, items, replaced, started, finished),
 * recode_item(item). */
#ifndef CORE_STORE_RECODE_H
#define CORE_STORE_RECODE_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_recode_schema[];

enum { RECODE_STAMP_MAX = 128, RECODE_FILTER_MAX = 2000 };

struct recode_row {
    char stamp[RECODE_STAMP_MAX];   /* of the versions that make the new reports */
    char filter[RECODE_FILTER_MAX]; /* which items, as text */
    int64_t cursor;                 /* every item up to here is done */
    int64_t upto;                   /* the last item there was when it began */
    int64_t items, replaced;        /* looked at; with other reports than before */
    int64_t started, finished;      /* times; finished 0 while it runs */
};

/* *found is false where the classifier was never recoded. */
bool store_recode_get(struct store *store, const char *classifier, struct recode_row *row, bool *found,
                      struct error *error);
bool store_recode_put(struct store *store, const char *classifier, const struct recode_row *row, struct error *error);

/* The desk is to take the item again. */
bool store_recode_item_put(struct store *store, int64_t item_sequence, struct error *error);
/* The first that waits, 0 for none. */
bool store_recode_item_first(struct store *store, int64_t *item_sequence, struct error *error);
bool store_recode_item_delete(struct store *store, int64_t item_sequence, struct error *error);

#endif
