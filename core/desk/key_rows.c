#include "core/desk/key_rows.h"

#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 8192 }; /* a power of two */

struct entry {
    int32_t day; /* NO_DAY: none, which come last; all are unpublished */
    uint64_t rank;
    int64_t ordinal; /* rank and ordinal are 0 of what is published */
    int64_t row;
};
#define NO_DAY INT32_MAX

struct entries {
    struct entry *rows; /* by day, rank, ordinal and row */
    size_t count, capacity;
};

/* One key. */
struct list {
    int64_t key;
    int32_t from, to;           /* the days of which all published rows are known; to < from: of none */
    struct entries published;
    struct entries unpublished; /* all */
    struct list *next;
};

struct key_rows {
    struct list *buckets[BUCKETS];
    size_t bytes;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the desk's index");
}

struct key_rows *key_rows_create(void)
{
    return calloc(1, sizeof(struct key_rows));
}

void key_rows_clear(struct key_rows *rows)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct list *list = rows->buckets[i], *next; list; list = next) {
            next = list->next;
            free(list->published.rows);
            free(list->unpublished.rows);
            free(list);
        }
        rows->buckets[i] = NULL;
    }
    rows->bytes = 0;
}

void key_rows_destroy(struct key_rows *rows)
{
    if (!rows)
        return;
    key_rows_clear(rows);
    free(rows);
}

size_t key_rows_size(const struct key_rows *rows)
{
    return rows->bytes;
}

/* ---- entries ---- */

static bool is_less(const struct entry *a, const struct entry *b)
{
    if (a->day != b->day)
        return a->day < b->day;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->ordinal != b->ordinal ? a->ordinal < b->ordinal : a->row < b->row;
}

uint64_t key_rank(const char *item)
{
    return hash_bytes(item, strlen(item));
}

static struct entry entry_of(const struct cluster_key *key, const struct key_row *row)
{
    if (key->is_published)
        return (struct entry){.day = key->day, .row = row->row};
    return (struct entry){key->day == CLUSTER_DAY_NONE ? NO_DAY : key->day, row->rank, row->ordinal, row->row};
}

/* Where the entry is or would be. */
static size_t place_of(const struct entries *entries, struct entry entry)
{
    size_t from = 0, to = entries->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (is_less(&entries->rows[middle], &entry))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool insert(struct key_rows *rows, struct entries *entries, struct entry entry)
{
    size_t at = place_of(entries, entry);
    if (at < entries->count && !is_less(&entry, &entries->rows[at]))
        return true;
    if (entries->count == entries->capacity) {
        size_t capacity = entries->capacity ? 2 * entries->capacity : 8;
        struct entry *grown = realloc(entries->rows, capacity * sizeof *grown);
        if (!grown)
            return false;
        rows->bytes += (capacity - entries->capacity) * sizeof *grown;
        entries->rows = grown;
        entries->capacity = capacity;
    }
    memmove(entries->rows + at + 1, entries->rows + at, (entries->count - at) * sizeof *entries->rows);
    entries->rows[at] = entry;
    entries->count++;
    return true;
}

static void erase(struct entries *entries, struct entry entry)
{
    size_t at = place_of(entries, entry);
    if (at == entries->count || is_less(&entry, &entries->rows[at]))
        return;
    entries->count--;
    memmove(entries->rows + at, entries->rows + at + 1, (entries->count - at) * sizeof *entries->rows);
}

/* ---- lists ---- */

static struct list **bucket_of(struct key_rows *rows, int64_t key)
{
    return &rows->buckets[(size_t)key & (BUCKETS - 1)];
}

static struct list *find(struct key_rows *rows, int64_t key)
{
    struct list *list = *bucket_of(rows, key);
    while (list && list->key != key)
        list = list->next;
    return list;
}

struct loading {
    struct key_rows *rows;
    struct entries *entries;
    bool failed;
};

static bool load_entry(void *context, int64_t row, int32_t day)
{
    struct loading *loading = context;
    loading->failed = !insert(loading->rows, loading->entries, (struct entry){.day = day, .row = row});
    return !loading->failed;
}

static bool load_unpublished(void *context, int64_t row, int32_t day, const char *item, int64_t ordinal)
{
    struct loading *loading = context;
    const struct cluster_key key = {.day = day};
    const struct key_row place = {row, key_rank(item), ordinal};
    loading->failed = !insert(loading->rows, loading->entries, entry_of(&key, &place));
    return !loading->failed;
}

static struct list *get(struct key_rows *rows, struct store *store, int64_t key, struct error *error)
{
    struct list *list = find(rows, key);
    if (list)
        return list;
    list = calloc(1, sizeof *list);
    if (!list) {
        no_memory(error);
        return NULL;
    }
    *list = (struct list){.key = key, .from = 0, .to = -1};
    struct loading loading = {rows, &list->unpublished, false};
    if (!store_cluster_key_unpublished(store, key, load_unpublished, &loading, error) || loading.failed) {
        if (loading.failed)
            no_memory(error);
        free(list->unpublished.rows);
        free(list);
        return NULL;
    }
    rows->bytes += sizeof *list;
    list->next = *bucket_of(rows, key);
    *bucket_of(rows, key) = list;
    return list;
}

static int32_t clamp(int64_t day)
{
    return day < -2000000 ? -2000000 : day > 2000000 ? 2000000 : (int32_t)day;
}

/* All published rows of these days are known afterwards. */
static bool cover(struct key_rows *rows, struct store *store, struct list *list, int64_t first, int64_t last,
                  struct error *error)
{
    int32_t from = clamp(first), to = clamp(last);
    if (list->to >= list->from && from >= list->from && to <= list->to)
        return true;
    if (list->to >= list->from) {
        from = from < list->from ? from : list->from;
        to = to > list->to ? to : list->to;
    }
    struct loading loading = {rows, &list->published, false};
    if (!store_cluster_key_days(store, list->key, from, to, load_entry, &loading, error))
        return false;
    if (loading.failed)
        return no_memory(error);
    list->from = from;
    list->to = to;
    return true;
}

bool key_rows_put(struct key_rows *rows, const struct key_row *row, const struct cluster_key *keys, size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct list *list = find(rows, keys[i].key);
        struct entry entry = entry_of(&keys[i], row);
        if (list && !keys[i].is_published)
            ok = insert(rows, &list->unpublished, entry);
        else if (list && entry.day >= list->from && entry.day <= list->to)
            ok = insert(rows, &list->published, entry);
    }
    return ok;
}

void key_rows_remove(struct key_rows *rows, const struct key_row *row, const struct cluster_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct list *list = find(rows, keys[i].key);
        if (list)
            erase(keys[i].is_published ? &list->published : &list->unpublished, entry_of(&keys[i], row));
    }
}

/* ---- questions ---- */

bool key_rows_before(struct key_rows *rows, struct store *store, const struct cluster_key *key, size_t enough,
                     store_cluster_number_callback *callback, void *context, struct error *error)
{
    struct list *list = get(rows, store, key->key, error);
    if (!list || !cover(rows, store, list, (int64_t)key->day - key->window, key->day, error))
        return false;
    const struct entries *entries = &list->published;
    size_t at = place_of(entries, (struct entry){.day = key->day, .row = INT64_MAX}), between = 0, of_day = 0;
    int32_t day = key->day;
    while (at-- > 0) {
        const struct entry *entry = &entries->rows[at];
        if ((int64_t)entry->day < (int64_t)key->day - key->window)
            break;
        if (entry->day != day) {
            between += day == key->day ? 0 : of_day;
            of_day = 0;
            day = entry->day;
        }
        if (between >= enough || !callback(context, entry->row))
            break;
        of_day++;
    }
    return true;
}

bool key_rows_behind(struct key_rows *rows, struct store *store, const struct cluster_key *key, size_t enough,
                     store_cluster_number_callback *callback, void *context, struct error *error)
{
    struct list *list = get(rows, store, key->key, error);
    if (!list || !cover(rows, store, list, key->day, (int64_t)key->day + key->window, error))
        return false;
    const struct entries *entries = &list->published;
    size_t between = 0, of_day = 0;
    int32_t day = key->day;
    for (size_t at = place_of(entries, (struct entry){.day = key->day, .row = INT64_MIN}); at < entries->count; at++) {
        const struct entry *entry = &entries->rows[at];
        if ((int64_t)entry->day > (int64_t)key->day + key->window)
            break;
        if (entry->day != day) {
            between += day == key->day ? 0 : of_day;
            of_day = 0;
            day = entry->day;
        }
        if (between >= enough || !callback(context, entry->row))
            break;
        of_day++;
    }
    return true;
}

/* The first entry of that day or of a later one. */
static size_t place_of_day(const struct entries *entries, int64_t day)
{
    return place_of(entries, (struct entry){.day = day >= NO_DAY ? NO_DAY : clamp(day), .row = INT64_MIN});
}

/* The latest published ones of the key's window, whole days until there are `enough`. */
static bool add_latest(struct key_rows *rows, struct store *store, struct list *list, const struct cluster_key *key,
                       size_t enough, store_cluster_number_callback *callback, void *context, struct error *error)
{
    bool has_day = key->day != CLUSTER_DAY_NONE;
    int32_t from = clamp(has_day ? (int64_t)key->day - key->window : INT32_MIN), latest;
    int32_t to = clamp(has_day ? (int64_t)key->day + key->window : INT32_MAX);
    if (!store_cluster_key_latest(store, list->key, to, enough, &latest, error))
        return false;
    from = latest > from ? latest : from;
    if (!cover(rows, store, list, from, to, error))
        return false;
    const struct entries *entries = &list->published;
    for (size_t at = place_of_day(entries, from); at < entries->count && entries->rows[at].day <= to; at++)
        if (!callback(context, entries->rows[at].row))
            break;
    return true;
}

bool key_rows_before_unpublished(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 const struct key_row *row, size_t enough, store_cluster_number_callback *callback,
                                 void *context, struct error *error)
{
    struct list *list = get(rows, store, key->key, error);
    if (!list)
        return false;
    const struct entries *entries = &list->unpublished;
    size_t count = 0;
    for (size_t at = place_of(entries, entry_of(key, row)); at-- > 0 && count < enough; count++) {
        if (key->day != CLUSTER_DAY_NONE && (int64_t)entries->rows[at].day < (int64_t)key->day - key->window)
            break;
        if (!callback(context, entries->rows[at].row))
            return true;
    }
    return count >= enough || add_latest(rows, store, list, key, enough - count, callback, context, error);
}

bool key_rows_behind_unpublished(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 const struct key_row *row, size_t enough, store_cluster_number_callback *callback,
                                 void *context, struct error *error)
{
    struct list *list = get(rows, store, key->key, error);
    if (!list)
        return false;
    const struct entries *entries = &list->unpublished;
    /* All between are before those behind, so their number says how far it is seen. It may have been taken out already. */
    size_t first = place_of(entries, entry_of(key, row));
    for (size_t at = first; at < entries->count && at - first <= enough; at++) {
        const struct entry *entry = &entries->rows[at];
        if (entry->day != NO_DAY && (int64_t)entry->day > (int64_t)key->day + key->window)
            continue;
        if (entry->row != row->row && !callback(context, entry->row))
            break;
    }
    return true;
}

bool key_rows_unpublished_behind(struct key_rows *rows, struct store *store, const struct cluster_key *key,
                                 size_t enough, store_cluster_number_callback *callback, void *context,
                                 struct error *error)
{
    struct list *list = get(rows, store, key->key, error);
    if (!list)
        return false;
    const struct entries *entries = &list->unpublished;
    /* Who has enough of its own kind before it sees none that is published; `low` is the first within its window. */
    size_t low = place_of_day(entries, (int64_t)key->day - 2 * (int64_t)key->window);
    for (size_t at = place_of_day(entries, (int64_t)key->day - key->window);
         at < entries->count && entries->rows[at].day != NO_DAY; at++) {
        const struct entry *entry = &entries->rows[at];
        if ((int64_t)entry->day > (int64_t)key->day + key->window)
            break;
        while ((int64_t)entries->rows[low].day < (int64_t)entry->day - key->window)
            low++;
        if (at - low < enough && !callback(context, entry->row))
            return true;
    }
    for (size_t at = place_of_day(entries, NO_DAY); at < entries->count && at < enough; at++)
        if (!callback(context, entries->rows[at].row))
            break;
    return true;
}
