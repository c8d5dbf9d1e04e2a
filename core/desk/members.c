#include "core/desk/members.h"

#include "core/desk/index_keys.h"
#include "core/desk/key_rows.h"
#include "core/desk/parents.h"

#include "lib/base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 }; /* a power of two */

struct members {
    struct arena *arena;
    struct key_rows *keys;
    struct member *buckets[BUCKETS];
    uint64_t stamp;
};

struct members *members_create(void)
{
    struct members *members = calloc(1, sizeof *members);
    if (!members)
        return NULL;
    members->arena = arena_create(0);
    members->keys = key_rows_create();
    if (members->arena && members->keys)
        return members;
    members_destroy(members);
    return NULL;
}

void members_destroy(struct members *members)
{
    if (!members)
        return;
    arena_destroy(members->arena);
    key_rows_destroy(members->keys);
    free(members);
}

void members_clear(struct members *members)
{
    arena_reset(members->arena);
    key_rows_clear(members->keys);
    memset(members->buckets, 0, sizeof members->buckets);
}

size_t members_size(const struct members *members)
{
    return arena_used(members->arena) + key_rows_size(members->keys);
}

/* Both are not published. */
static int compare_unpublished(const struct member *a, const struct member *b)
{
    int32_t day = a->features.anchor_day, other = b->features.anchor_day;
    if (day != other)
        return other == FEATURE_DAY_NONE || (day != FEATURE_DAY_NONE && day < other) ? -1 : 1;
    return a->rank == b->rank ? 0 : a->rank < b->rank ? -1 : 1;
}

static bool is_unpublished(const struct member *member)
{
    return member->features.published_day == FEATURE_DAY_NONE;
}

int member_compare(const struct member *a, const struct member *b)
{
    bool a_is_last = is_unpublished(a), b_is_last = is_unpublished(b);
    if (a_is_last != b_is_last)
        return a_is_last ? 1 : -1;
    int by_place = a_is_last ? compare_unpublished(a, b) : 0;
    if (by_place != 0)
        return by_place;
    if (!a_is_last && a->at.published != b->at.published)
        return a->at.published < b->at.published ? -1 : 1;
    int by_item = strcmp(a->at.item, b->at.item);
    if (by_item != 0)
        return by_item;
    if (a->at.ordinal != b->at.ordinal)
        return a->at.ordinal < b->at.ordinal ? -1 : 1;
    return strcmp(a->at.event, b->at.event);
}

static int compare_pointers(const void *left, const void *right)
{
    return member_compare(*(struct member *const *)left, *(struct member *const *)right);
}

/* ---- filling ---- */

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the reports at the desk");
}

static struct record_view copy_view(struct arena *arena, struct record_view view)
{
    unsigned char *bytes = arena_alloc(arena, view.size);
    if (bytes)
        memcpy(bytes, view.bytes, view.size);
    return record_view_of(bytes, view.size);
}

static void copy_sketch(struct arena *arena, struct member *member, const struct cluster_row *row)
{
    struct sketch *sketch = row->sketch ? arena_calloc(arena, 1, sizeof *sketch) : NULL;
    if (sketch)
        sketch_load(sketch, row->sketch, row->sketch_size);
    member->sketch = sketch;
    member->at.sketch = row->sketch ? arena_copy(arena, row->sketch, row->sketch_size) : NULL;
}

/* The row's texts and records copied to the cache. False when memory is out. */
static bool copy_row(struct members *members, struct member *member, const struct cluster_row *row)
{
    struct arena *arena = members->arena;
    member->at = *row;
    member->at.item = arena_copy(arena, row->item, strlen(row->item));
    member->at.event = arena_copy(arena, row->event, strlen(row->event));
    member->at.joined_by = row->joined_by ? arena_copy(arena, row->joined_by, strlen(row->joined_by)) : "";
    member->at.woven_by = row->woven_by ? arena_copy(arena, row->woven_by, strlen(row->woven_by)) : "";
    member->at.report = copy_view(arena, row->report);
    member->at.source = copy_view(arena, row->source);
    copy_sketch(arena, member, row);
    member->rank = member->at.item ? key_rank(member->at.item) : 0;
    return !arena_failed(arena) && features_fill(&member->features, member->at.report, member->at.source);
}

static struct member **bucket_of(struct members *members, int64_t row)
{
    return &members->buckets[(size_t)row & (BUCKETS - 1)];
}

static struct member *find(struct members *members, int64_t row)
{
    struct member *member = *bucket_of(members, row);
    while (member && member->at.row != row)
        member = member->next;
    return member;
}

static struct member *insert(struct members *members, const struct cluster_row *row)
{
    struct member *member = arena_calloc(members->arena, 1, sizeof *member);
    if (!member || !copy_row(members, member, row))
        return NULL;
    struct member **bucket = bucket_of(members, row->row);
    member->next = *bucket;
    *bucket = member;
    return member;
}

static struct key_row key_row_of(const struct member *member)
{
    return (struct key_row){member->at.row, member->rank, member->at.ordinal};
}

struct loading {
    struct members *members;
    struct member *loaded;
    struct member_list *list;
    bool failed;
};

static bool load_row(void *context, const struct cluster_row *row)
{
    struct loading *loading = context;
    loading->loaded = find(loading->members, row->row);
    if (!loading->loaded)
        loading->loaded = insert(loading->members, row);
    if (!loading->loaded || (loading->list && !members_list_add(loading->list, loading->loaded)))
        loading->failed = true;
    return !loading->failed;
}

struct member *members_get(struct members *members, struct store *store, int64_t row, struct error *error)
{
    struct member *member = find(members, row);
    if (member)
        return member->is_gone ? NULL : member;
    struct loading loading = {.members = members};
    if (!store_cluster_row(store, row, load_row, &loading, error))
        return NULL;
    if (loading.failed)
        no_memory(error);
    return loading.loaded;
}

struct member *members_recall(struct members *members, struct store *store, int64_t row, struct error *error)
{
    struct member *member = find(members, row);
    return member ? member : members_get(members, store, row, error);
}

struct member *members_put(struct members *members, struct store *store, const struct cluster_row *row,
                           struct error *error)
{
    int64_t number;
    struct cluster_key keys[INDEX_KEYS_MAX + PARENT_KEYS_MAX];
    if (!store_cluster_put(store, row, &number, error))
        return NULL;
    struct cluster_row stored = *row;
    stored.row = number;
    struct member *member = find(members, number);
    if (member && row->row) {
        struct key_row before = key_row_of(member);
        key_rows_remove(members->keys, &before, keys, index_keys(&member->features, keys));
    }
    bool ok = member ? copy_row(members, member, &stored) : (member = insert(members, &stored)) != NULL;
    if (!ok) {
        no_memory(error);
        return NULL;
    }
    member->is_gone = false;
    member->is_touched = true;
    /* A new row is the root of itself until its place is decided. */
    struct cluster_place alone = {.strand = number, .founded = member->features.anchor_day, .joined_by = ""};
    if (stored.root == 0 && !members_set_strand(store, members, member, &alone, error))
        return NULL;
    size_t count = index_keys(&member->features, keys);
    /* Those of papers are asked of the store alone, so the cache of keys need not know them. */
    size_t all = count + parents_keys(&member->features, keys + count);
    if (!store_cluster_put_keys(store, number, keys, all, error))
        return NULL;
    struct key_row place = key_row_of(member);
    if (key_rows_put(members->keys, &place, keys, count))
        return member;
    no_memory(error);
    return NULL;
}

bool members_remove(struct members *members, struct store *store, struct member *member, struct error *error)
{
    struct cluster_key keys[INDEX_KEYS_MAX];
    struct key_row place = key_row_of(member);
    key_rows_remove(members->keys, &place, keys, index_keys(&member->features, keys));
    member->is_gone = true;
    member->is_dirty = false;
    return store_cluster_delete(store, member->at.row, error);
}

bool members_set_strand(struct store *store, struct members *members, struct member *member,
                        const struct cluster_place *place, struct error *error)
{
    char *copy = arena_copy(members->arena, place->joined_by, strlen(place->joined_by));
    if (!copy)
        return no_memory(error);
    member->at.strand = member->at.root = place->strand;
    member->at.founded = place->founded;
    member->at.joined_by = copy;
    member->at.score = place->score;
    member->at.is_definite = place->is_definite;
    member->at.woven_by = "";
    member->at.woven_score = 0;
    return store_cluster_set_strand(store, member->at.row, place, error);
}

bool members_set_root(struct store *store, struct members *members, struct member *member, int64_t root,
                      const char *woven_by, double score, struct error *error)
{
    char *copy = arena_copy(members->arena, woven_by, strlen(woven_by));
    if (!copy)
        return no_memory(error);
    member->at.root = root;
    member->at.woven_by = copy;
    member->at.woven_score = score;
    return store_cluster_set_root(store, member->at.row, root, woven_by, score, error);
}

bool members_set_ties(struct store *store, struct member *member, const struct cluster_tie *ties, size_t count,
                      struct error *error)
{
    member->at.ties = (int64_t)count;
    return store_cluster_put_ties(store, member->at.row, ties, count, error);
}

bool members_set_hand(struct store *store, struct member *member, int64_t hand, struct error *error)
{
    if (member->at.hand == hand)
        return true;
    member->at.hand = hand;
    return store_cluster_set_hand(store, member->at.row, hand, error);
}

struct member *members_find(struct members *members, struct store *store, const char *event, struct error *error)
{
    int64_t row;
    return store_cluster_find(store, event, &row, error) && row ? members_get(members, store, row, error) : NULL;
}

/* ---- lists ---- */

bool members_list_add(struct member_list *list, struct member *member)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        struct member **rows = realloc(list->rows, capacity * sizeof *rows);
        if (!rows)
            return false;
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = member;
    return true;
}

void members_list_free(struct member_list *list)
{
    free(list->rows);
    *list = (struct member_list){NULL, 0, 0};
}

static void sort(struct member_list *list)
{
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_pointers);
}

bool members_of_item(struct members *members, struct store *store, const char *item, struct member_list *list,
                     struct error *error)
{
    struct loading loading = {.members = members, .list = list};
    list->count = 0;
    if (!store_cluster_rows_of_item(store, item, load_row, &loading, error))
        return false;
    sort(list);
    return !loading.failed || no_memory(error);
}

struct numbers {
    int64_t *rows;
    size_t count, capacity;
    bool failed;
};

static bool add_number(void *context, int64_t row)
{
    struct numbers *numbers = context;
    if (numbers->count == numbers->capacity) {
        size_t capacity = numbers->capacity ? 2 * numbers->capacity : 64;
        int64_t *rows = realloc(numbers->rows, capacity * sizeof *rows);
        if (!rows) {
            numbers->failed = true;
            return false;
        }
        numbers->rows = rows;
        numbers->capacity = capacity;
    }
    numbers->rows[numbers->count++] = row;
    return true;
}

/* Each row once, without `except`. */
static bool list_numbers(struct members *members, struct store *store, const struct numbers *numbers,
                         const struct member *except, struct member_list *list, struct error *error)
{
    uint64_t stamp = ++members->stamp;
    list->count = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        struct error failure = ERROR_INIT;
        struct member *member = members_get(members, store, numbers->rows[i], &failure);
        if (!member && failure.kind != ERROR_NONE) {
            *error = failure;
            return false;
        }
        if (!member || member == except || member->stamp == stamp)
            continue;
        member->stamp = stamp;
        if (!members_list_add(list, member))
            return no_memory(error);
    }
    sort(list);
    return true;
}

typedef bool numbers_query(struct store *store, int64_t row, store_cluster_number_callback *callback, void *context,
                           struct error *error);

static bool list_query(struct members *members, struct store *store, numbers_query *query, int64_t row,
                       struct member_list *list, struct error *error)
{
    struct numbers numbers = {NULL, 0, 0, false};
    list->count = 0;
    bool ok = query(store, row, add_number, &numbers, error) && (!numbers.failed || no_memory(error)) &&
              list_numbers(members, store, &numbers, NULL, list, error);
    free(numbers.rows);
    return ok;
}

bool members_of_root(struct members *members, struct store *store, int64_t root, struct member_list *list,
                     struct error *error)
{
    return list_query(members, store, store_cluster_members, root, list, error);
}

bool members_with_siblings(struct members *members, struct store *store, int64_t root, struct member_list *list,
                           struct error *error)
{
    return list_query(members, store, store_cluster_with_siblings, root, list, error);
}

bool members_of_strand(struct members *members, struct store *store, int64_t strand, struct member_list *list,
                       struct error *error)
{
    return list_query(members, store, store_cluster_strand, strand, list, error);
}

bool members_woven(struct members *members, struct store *store, int64_t strand, struct member_list *list,
                   struct error *error)
{
    return list_query(members, store, store_cluster_woven, strand, list, error);
}

bool members_siblings(struct members *members, struct store *store, const char *item, struct member_list *list,
                      struct error *error)
{
    struct numbers numbers = {NULL, 0, 0, false};
    bool ok = store_cluster_numbers_of_item(store, item, add_number, &numbers, error) &&
              (!numbers.failed || no_memory(error));
    list->count = 0;
    /* Most items have one report, which has no siblings. */
    if (ok && numbers.count > 1)
        ok = list_numbers(members, store, &numbers, NULL, list, error);
    free(numbers.rows);
    return ok;
}

bool members_of_hand(struct members *members, struct store *store, int64_t hand, struct member_list *list,
                     struct error *error)
{
    return list_query(members, store, store_cluster_of_hand, hand, list, error);
}

struct limited {
    struct numbers *numbers;
    size_t left;
};

static bool add_limited(void *context, int64_t row)
{
    struct limited *limited = context;
    return limited->left-- > 0 && add_number(limited->numbers, row);
}

bool members_on_keys(struct members *members, struct store *store, const struct cluster_key *keys, size_t count,
                     size_t limit, struct member_list *list, struct error *error)
{
    struct numbers numbers = {NULL, 0, 0, false};
    bool ok = true;
    list->count = 0;
    for (size_t i = 0; ok && i < count; i++) {
        struct limited limited = {&numbers, limit};
        ok = store_cluster_around(store, &keys[i], add_limited, &limited, error) &&
             (!numbers.failed || no_memory(error));
    }
    ok = ok && list_numbers(members, store, &numbers, NULL, list, error);
    free(numbers.rows);
    return ok;
}

bool members_within(struct members *members, struct store *store, const struct cluster_key *keys, size_t count,
                    size_t limit, struct member_list *list, struct error *error)
{
    struct numbers numbers = {NULL, 0, 0, false};
    bool ok = true;
    list->count = 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = key_rows_before(members->keys, store, &keys[i], limit, add_number, &numbers, error) &&
             key_rows_behind(members->keys, store, &keys[i], limit, add_number, &numbers, error) &&
             (!numbers.failed || no_memory(error));
    ok = ok && list_numbers(members, store, &numbers, NULL, list, error);
    free(numbers.rows);
    return ok;
}

static bool add_of_key(struct members *members, struct store *store, const struct member *member,
                       const struct cluster_key *key, bool behind, struct numbers *numbers, struct error *error)
{
    struct key_row place = key_row_of(member);
    struct key_rows *rows = members->keys;
    if (!key->is_published)
        return behind
                   ? key_rows_behind_unpublished(rows, store, key, &place, MEMBERS_ENOUGH, add_number, numbers, error)
                   : key_rows_before_unpublished(rows, store, key, &place, MEMBERS_ENOUGH, add_number, numbers, error);
    if (!behind)
        return key_rows_before(rows, store, key, MEMBERS_ENOUGH, add_number, numbers, error);
    return key_rows_behind(rows, store, key, MEMBERS_ENOUGH, add_number, numbers, error) &&
           key_rows_unpublished_behind(rows, store, key, MEMBERS_ENOUGH, add_number, numbers, error);
}

static bool list_side(struct members *members, struct store *store, const struct member *member, bool behind,
                      struct member_list *list, struct error *error)
{
    struct cluster_key keys[INDEX_KEYS_MAX];
    struct numbers numbers = {NULL, 0, 0, false};
    size_t count = index_keys(&member->features, keys), kept = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_of_key(members, store, member, &keys[i], behind, &numbers, error) && (!numbers.failed || no_memory(error));
    ok = ok && list_numbers(members, store, &numbers, member, list, error);
    for (size_t i = 0; ok && i < list->count; i++)
        if ((member_compare(list->rows[i], member) > 0) == behind)
            list->rows[kept++] = list->rows[i];
    list->count = kept;
    free(numbers.rows);
    return ok;
}

bool members_before(struct members *members, struct store *store, const struct member *member, struct member_list *list,
                    struct error *error)
{
    return list_side(members, store, member, false, list, error);
}

bool members_behind(struct members *members, struct store *store, const struct member *member, struct member_list *list,
                    struct error *error)
{
    return list_side(members, store, member, true, list, error);
}
