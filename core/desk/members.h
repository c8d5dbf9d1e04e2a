/* Members: the reports that one run of the desk has in hand, each read and laid out once.
 *
 * A cache over core/store/clusters.h, good as long as nobody else changes them and no transaction is
 * undone: members_clear it then. It owns its members;
 * they live until it is cleared, and what is changed through the functions here is changed in the store as well. */
#ifndef CORE_DESK_MEMBERS_H
#define CORE_DESK_MEMBERS_H

#include "core/desk/features.h"
#include "core/desk/sketch.h"
#include "core/store/clusters.h"

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member {
    struct cluster_row at; /* as stored; its texts and records are the cache's */
    struct features features;
    uint64_t rank;               /* of its item, key_rank */
    const struct sketch *sketch; /* NULL where nothing is known of the text */
    bool is_gone;                /* its report no longer stands */
    bool is_touched;             /* new, or with other content than before */
    bool is_dirty;               /* its place is to be decided (again) */
    uint64_t stamp;              /* of the last list that it was put on */
    struct member *next;         /* in its bucket */
};

/* Earlier reports on a key that are enough to decide by. */
enum { MEMBERS_ENOUGH = 64 };

struct members;

struct member_list {
    struct member **rows;
    size_t count, capacity;
};

struct members *members_create(void);
void members_destroy(struct members *members);
void members_clear(struct members *members);
/* Bytes held. */
size_t members_size(const struct members *members);

/* The order in which reports take their places: publication, item, ordinal; those that are not published come last, by the
 * day that they tell of, then by a hash of the item. Negative where `a` comes first. */
int member_compare(const struct member *a, const struct member *b);

/* NULL without `error` filled where there is no such row. */
struct member *members_get(struct members *members, struct store *store, int64_t row, struct error *error);
/* As members_get, but also one that was removed since the cache was cleared. */
struct member *members_recall(struct members *members, struct store *store, int64_t row, struct error *error);
/* Stores a new or changed row with its keys. The member is touched. NULL with `error` filled on failure. */
struct member *members_put(struct members *members, struct store *store, const struct cluster_row *row,
                           struct error *error);
bool members_remove(struct members *members, struct store *store, struct member *member, struct error *error);
/* Puts it under that hand's pin, or with 0 under none. */
bool members_set_hand(struct store *store, struct member *member, int64_t hand, struct error *error);
/* The report that would found that event. NULL without `error` filled where none stands. */
struct member *members_find(struct members *members, struct store *store, const char *event, struct error *error);
/* Puts it in a strand (placing.h), and in the event of that strand's founder until it is woven into another. */
bool members_set_strand(struct store *store, struct members *members, struct member *member,
                        const struct cluster_place *place, struct error *error);
/* Puts it in an event; `woven_by`: "" but for the founder of a strand in another one's event. */
bool members_set_root(struct store *store, struct members *members, struct member *member, int64_t root,
                      const char *woven_by, double score, struct error *error);
/* In place of the ties that it had. */
bool members_set_ties(struct store *store, struct member *member, const struct cluster_tie *ties, size_t count,
                      struct error *error);

/* ---- lists; zeroed at first, members_list_free at the end; all in the order above ---- */
bool members_of_item(struct members *members, struct store *store, const char *item, struct member_list *list,
                     struct error *error);
/* The same where there are several; none where the item has one report only. */
bool members_siblings(struct members *members, struct store *store, const char *item, struct member_list *list,
                      struct error *error);
bool members_of_root(struct members *members, struct store *store, int64_t root, struct member_list *list,
                     struct error *error);
/* Those of an event whose items have other reports as well. */
bool members_with_siblings(struct members *members, struct store *store, int64_t root, struct member_list *list,
                           struct error *error);
bool members_of_strand(struct members *members, struct store *store, int64_t strand, struct member_list *list,
                       struct error *error);
/* Those of a strand that are in another one's event. */
bool members_woven(struct members *members, struct store *store, int64_t strand, struct member_list *list,
                   struct error *error);
/* All pinned by one hand, or with 0 by any. */
bool members_of_hand(struct members *members, struct store *store, int64_t hand, struct member_list *list,
                     struct error *error);
/* Those that come before the member and share an index key with it: the candidates for its event. Of very many on one
 * key only those of the latest days (MEMBERS_ENOUGH), or of those that are not published the nearest. */
bool members_before(struct members *members, struct store *store, const struct member *member, struct member_list *list,
                    struct error *error);
/* All that have the member among those before them. */
bool members_behind(struct members *members, struct store *store, const struct member *member, struct member_list *list,
                    struct error *error);
/* All that bear one of these keys within its window, each once; at most `limit` of a key. Straight from the store. */
bool members_on_keys(struct members *members, struct store *store, const struct cluster_key *keys, size_t count,
                     size_t limit, struct member_list *list, struct error *error);
/* The same for published keys of the index of events (index_keys.h), by the cache; of very many the nearest days that
 * hold `limit`. */
bool members_within(struct members *members, struct store *store, const struct cluster_key *keys, size_t count,
                    size_t limit, struct member_list *list, struct error *error);
bool members_list_add(struct member_list *list, struct member *member);
void members_list_free(struct member_list *list);

#endif
