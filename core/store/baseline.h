/* Baseline in the store: what the archive is measured against when a rule asks for something unusual: how many items each
 * source brought on each day, and which parties are known to have dealt with each other before the archive began.
 *
 * Days are days since 1970, by publication, else by fetch. Written on the writer's thread inside its transaction;
 * reading for any thread with its own connection. Tables: item_day(source, day, items), in which the source "" has the
 * sum of all; known_dyad(left, right, type, first, last), the ids in the order of their bytes, type "" for any. */
#ifndef CORE_STORE_BASELINE_H
#define CORE_STORE_BASELINE_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_baseline_schema[];
/* Makes the tables and counts the items that are there. */
extern const char store_baseline_migration[];

/* ---- items ---- */
/* Counts one item more. `published` INT64_MIN where not known; a time to come counts as the fetch. */
bool store_item_day_add(struct store *store, const char *source, int64_t published, int64_t fetched, struct error *error);
/* Return false to stop early. */
typedef bool store_item_day_callback(void *context, int64_t day, int64_t items);
/* Of one source, "" for all, from <= day <= to, in order. */
bool store_item_days(struct store *store, const char *source, int64_t from, int64_t to,
                     store_item_day_callback *callback, void *context, struct error *error);

/* ---- known dyads ---- */
struct known_dyad {
    const char *left, *right;
    const char *type;    /* "" for any */
    int64_t first, last; /* days; INT64_MIN where not known */
};
/* A row that is there already is widened by the other's days. */
bool store_known_dyad_put(struct store *store, const struct known_dyad *dyad, struct error *error);
/* The latest day known of the two before `before`, in either order, of `type` (NULL for any): *last is INT64_MAX where they
 * are known without a day. *found says whether there is any. */
bool store_known_dyad_find(struct store *store, const char *left, const char *right, const char *type, int64_t before,
                           int64_t *last, bool *found, struct error *error);
bool store_known_dyads_count(struct store *store, int64_t *count, struct error *error);

/* ---- events of two parties ---- */
struct dyad_question {
    const char *left, *right;
    const char *type;     /* NULL for any */
    const char *event;    /* does not count */
    int64_t from, before; /* milliseconds */
    bool is_ever;         /* `from` does not bound */
};
/* Has a live event, neither denied nor hypothetical, told of both, other than as observers, within that time? *time is
 * that of one such event. Background counts by its own date, and where it has none as known. */
bool store_dyad_seen(struct store *store, const struct dyad_question *question, bool *seen, int64_t *time,
                     struct error *error);

#endif
