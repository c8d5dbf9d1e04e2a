/* Clusters in the store: the desk's own memory of which reports make which event, and the index by which it finds the
 * reports that a new one may belong to.
 *
 * A row is one report that stands, with the copy of report and source that the desk last saw: what it has to compare
 * against is what it has taken, whatever the classifiers have written since. `strand` is the row of the report that it
 * was placed under, `root` that of the report that founds its event: another one where strands are woven into one event
 * (core/desk/weaving.h). A row has index keys, hashes of (type, two actors), (type, name), (type, actor, equipment) and the
 * like, each with the day at which the report stands; two reports are candidates for one event where they share a key
 * and their days are close enough for it, or one has no day (CLUSTER_DAY_NONE), but of very many only the nearest.
 *
 * For the writer's thread alone, inside its transaction. Functions that fail return false with `error` filled. Tables:
 * desk_report, desk_key, desk_tie. */
#ifndef CORE_STORE_CLUSTERS_H
#define CORE_STORE_CLUSTERS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_clusters_schema[], store_ties_migration[];

#define CLUSTER_DAY_NONE INT32_MIN

struct cluster_row {
    int64_t row; /* 0 for one not stored yet */
    int64_t root;
    int64_t strand;
    int32_t founded;       /* day at which the founder of the strand stands, CLUSTER_DAY_NONE where it has none */
    const char *item;  /* id */
    const char *event; /* the id of the event that this report founds, if it founds one */
    int64_t published; /* INT64_MAX where not known */
    int64_t ordinal;   /* within the item */
    int64_t fetched;
    const char *joined_by; /* why it is in its strand; "" for a founder */
    double score;
    const char *woven_by; /* of a strand's founder: why the strand is in another one's event; "" where it is not */
    double woven_score;
    int64_t ties;     /* how many it has */
    bool is_definite; /* it is in its strand by something definite (core/desk/match.h) */
    int64_t hand; /* of the pin that a person put it under, 0 for none (core/desk/pins.h) */
    struct record_view report, source;
    const void *sketch; /* of the item's text, as core/desk/sketch.h stores it; NULL for none */
    size_t sketch_size;
};

struct cluster_key {
    int64_t key;
    int32_t day;
    int32_t window; /* days between two reports that share the key */
    bool is_published; /* the day is that of publication */
};

/* Return false to stop early. The row is lent until the callback returns. */
typedef bool store_cluster_callback(void *context, const struct cluster_row *row);

bool store_cluster_rows_of_item(struct store *store, const char *item, store_cluster_callback *callback, void *context,
                                struct error *error);
/* Does not call back where there is no such row. */
bool store_cluster_row(struct store *store, int64_t row, store_cluster_callback *callback, void *context,
                       struct error *error);
/* Inserts (row 0) or rewrites; *row gets its number. */
bool store_cluster_put(struct store *store, const struct cluster_row *cluster, int64_t *row, struct error *error);
/* Puts it in that strand, and in the event of the strand's founder. */
struct cluster_place {
    int64_t strand;
    int32_t founded;
    const char *joined_by;
    double score;
    bool is_definite;
};
bool store_cluster_set_strand(struct store *store, int64_t row, const struct cluster_place *place, struct error *error);
bool store_cluster_set_root(struct store *store, int64_t row, int64_t root, const char *woven_by, double score,
                            struct error *error);
bool store_cluster_delete(struct store *store, int64_t row, struct error *error);

/* In place of the keys that the row had. */
bool store_cluster_put_keys(struct store *store, int64_t row, const struct cluster_key *keys, size_t count,
                            struct error *error);
/* Return false to stop early. */
typedef bool store_cluster_number_callback(void *context, int64_t row);
/* Return false to stop early. */
typedef bool store_cluster_day_callback(void *context, int64_t row, int32_t day);
/* Published rows that bear the key on these days, in order of day and number. */
bool store_cluster_key_days(struct store *store, int64_t key, int32_t from, int32_t to,
                            store_cluster_day_callback *callback, void *context, struct error *error);
/* The day of the `count`th of its published rows, from the latest on or before the day `to`; CLUSTER_DAY_NONE where there
 * are fewer. */
bool store_cluster_key_latest(struct store *store, int64_t key, int32_t to, size_t count, int32_t *day,
                              struct error *error);
/* `item` is lent until the callback returns. Return false to stop early. */
typedef bool store_cluster_place_callback(void *context, int64_t row, int32_t day, const char *item, int64_t ordinal);
/* Its rows that are not published, in no order. */
bool store_cluster_key_unpublished(struct store *store, int64_t key, store_cluster_place_callback *callback,
                                   void *context, struct error *error);
/* All rows within the key's window on both sides, or without a day. */
bool store_cluster_around(struct store *store, const struct cluster_key *key, store_cluster_number_callback *callback,
                          void *context, struct error *error);
bool store_cluster_set_hand(struct store *store, int64_t row, int64_t hand, struct error *error);
/* Rows pinned by one hand, or with 0 by any. */
bool store_cluster_of_hand(struct store *store, int64_t hand, store_cluster_number_callback *callback, void *context,
                           struct error *error);
/* Rows with greater numbers, in order, at most `limit`. */
bool store_cluster_after(struct store *store, int64_t after, size_t limit, store_cluster_number_callback *callback,
                         void *context, struct error *error);
/* The row whose report would found that event, 0 for none. */
bool store_cluster_find(struct store *store, const char *event, int64_t *row, struct error *error);
/* Numbers of the rows of one item. */
bool store_cluster_numbers_of_item(struct store *store, const char *item, store_cluster_number_callback *callback,
                                   void *context, struct error *error);
/* Rows of one event. */
bool store_cluster_members(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                           struct error *error);
/* Those of one event whose items have other reports as well. */
bool store_cluster_with_siblings(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                                 struct error *error);
/* Rows of one strand. */
bool store_cluster_strand(struct store *store, int64_t strand, store_cluster_number_callback *callback, void *context,
                          struct error *error);
/* Rows of a strand that are in the event of another one. */
bool store_cluster_woven(struct store *store, int64_t strand, store_cluster_number_callback *callback, void *context,
                         struct error *error);
/* Strands, each once, that are in the event of that one. */
bool store_cluster_woven_into(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                              struct error *error);

/* ---- ties: a report of one strand that is surely of another one, too ---- */
enum cluster_thin { THIN_NEITHER, THIN_OTHER, THIN_OWN };
struct cluster_tie {
    int64_t report; /* row */
    int64_t strand; /* the other one */
    enum cluster_thin thin; /* which of the two tells too little to be known again by more than parties and time */
    const char *tied_by;
    double score;
};
/* In place of the ties that the report had. */
bool store_cluster_put_ties(struct store *store, int64_t report, const struct cluster_tie *ties, size_t count,
                            struct error *error);
/* Return false to stop early. The tie is lent until the callback returns. */
typedef bool store_cluster_tie_callback(void *context, const struct cluster_tie *tie);
/* Those of one report, by strand. */
bool store_cluster_ties_of(struct store *store, int64_t report, store_cluster_tie_callback *callback, void *context,
                           struct error *error);
/* Those that a strand's reports have, or that others have to it. */
bool store_cluster_ties_at(struct store *store, int64_t strand, store_cluster_tie_callback *callback, void *context,
                           struct error *error);

/* The first item version after `after` and up to `until` that the desk has anything to do with: one that stands, and of which a
 * classifier tells or has told. *item is 0 where there is none. */
bool store_cluster_next_item(struct store *store, int64_t after, int64_t until, int64_t *item, struct error *error);
/* Item versions up to `item_last` that got a report after report sequence `after`, in order: those that a classifier told
 * of once the desk was past them. *last gets the greatest report sequence there is. */
bool store_cluster_late_items(struct store *store, int64_t after, int64_t item_last,
                              store_cluster_number_callback *callback, void *context, int64_t *last,
                              struct error *error);

#endif
