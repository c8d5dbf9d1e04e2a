/* Sources in the store: when each is to be fetched next, and how it fares. Written with the fetch's unit of work; read
 * at start and for status. Table: source(name, next_fetch, last_fetch, last_success, failures, fetches, items,
 * last_item, text). */
#ifndef CORE_STORE_SOURCES_H
#define CORE_STORE_SOURCES_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_sources_schema[];

struct source_row {
    const char *name;     /* "source.edm" */
    int64_t next_fetch;   /* milliseconds since 1970; 0: at once */
    int64_t last_fetch;   /* 0: never */
    int64_t last_success; /* 0: never */
    int64_t failures;     /* in a row; 0: the last fetch went well */
    int64_t fetches;
    int64_t items;     /* new ones and new versions, over all fetches */
    int64_t last_item; /* when the last of them was fetched; 0: never */
    const char *text;  /* why the last fetch failed; "" where it went well */
};

/* Return false to stop early; the texts are lent. */
typedef bool store_source_callback(void *context, const struct source_row *row);
bool store_sources_each(struct store *store, store_source_callback *callback, void *context, struct error *error);
/* Adds to the row's items, the last of which came now; makes a row, due at once, where there is none. */
bool store_source_add_items(struct store *store, const char *name, int64_t items, int64_t now, struct error *error);
/* `items` and `last_item` count only where the row is new: they are store_source_add_items'. */
bool store_source_put(struct store *store, const struct source_row *row, struct error *error);

#endif
