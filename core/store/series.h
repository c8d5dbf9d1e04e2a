/* Series in the store: for each watch with a spike() or silence(), which events match the rest of its rule, on which day
 * each was first told of, and by which sources. So that an event that changes, merges or is withdrawn changes the past, an
 * event's rows are written anew whenever its watch looks at it.
 *
 * Days are days since 1970. Written by the watch stage on the writer's thread inside its transaction. Who tries a rule on
 * the archive has tables of its own, in memory: store_series_lend. Tables: watch_series(watch, day, event, source),
 * watch_series_state(watch, rule, cursor, spike, silence). */
#ifndef CORE_STORE_SERIES_H
#define CORE_STORE_SERIES_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_series_schema[];

/* Gives this reading connection tables of its own in memory, which stand before those of the file, until they are given
 * back. */
bool store_series_lend(struct store *store, struct error *error);
bool store_series_return(struct store *store, struct error *error);

#define SERIES_NO_DAY INT64_MIN

struct series_state {
    char rule[40];   /* of what rule the series is: rule_fingerprint; "" where there is none yet */
    int64_t cursor;  /* sequence of the last revision that was counted */
    int64_t spike;   /* day of the last spike that was told, SERIES_NO_DAY for none */
    int64_t silence; /* day of the last event before the last silence that was told */
};
bool store_series_state(struct store *store, const char *watch, struct series_state *state, struct error *error);
bool store_series_state_put(struct store *store, const char *watch, const struct series_state *state, struct error *error);
/* Forgets all of the watch's events. */
bool store_series_clear(struct store *store, const char *watch, struct error *error);

bool store_series_remove(struct store *store, const char *watch, int64_t event, struct error *error);
bool store_series_add(struct store *store, const char *watch, int64_t event, int64_t day, const char *source,
                      struct error *error);

struct series_row {
    int64_t day, event;
    const char *source; /* lent */
};
/* Return false to stop early. */
typedef bool store_series_callback(void *context, const struct series_row *row);
/* from <= day <= to, by day and event. */
bool store_series_each(struct store *store, const char *watch, int64_t from, int64_t to,
                       store_series_callback *callback, void *context, struct error *error);
/* The last day on or before `day` that has an event; SERIES_NO_DAY where there is none. */
bool store_series_last(struct store *store, const char *watch, int64_t day, int64_t *last, struct error *error);
/* The first day after `day`; SERIES_NO_DAY where there is none. */
bool store_series_next(struct store *store, const char *watch, int64_t day, int64_t *next, struct error *error);

/* The source that brought an item; "" where the item is not there. */
bool store_item_source(struct store *store, const char *item, char *source, size_t size, struct error *error);

/* When its latest version was fetched, or its first; 0 where the item is not there. */
bool store_item_fetched(struct store *store, const char *item, int64_t *fetched, struct error *error);
bool store_item_first_fetched(struct store *store, const char *item, int64_t *fetched, struct error *error);

#endif
