#include "core/query/dyad_list.h"

#include "core/query/block.h"

#include <stdlib.h>
#include <string.h>

void dyad_list_free(struct dyad_list *list)
{
    free(list->runs);
    free(list->places);
    *list = (struct dyad_list){0};
}

static bool grow(void *array, size_t *capacity, size_t unit)
{
    size_t larger = *capacity ? *capacity * 2 : 1024;
    void *grown = realloc(*(void **)array, larger * unit);
    if (!grown)
        return false;
    *(void **)array = grown;
    *capacity = larger;
    return true;
}

bool dyad_list_add(struct dyad_list *list, uint64_t key, unsigned place)
{
    bool is_same = list->count > 0 && list->runs[list->count - 1].key == key;
    if (list->place_count == list->place_capacity && !grow(&list->places, &list->place_capacity, sizeof *list->places))
        return false;
    if (!is_same && list->count == list->capacity && !grow(&list->runs, &list->capacity, sizeof *list->runs))
        return false;
    list->places[list->place_count++] = (uint16_t)place;
    list->count += !is_same;
    list->runs[list->count - 1] = (struct dyad_run){key, (uint32_t)list->place_count};
    return true;
}

/* ---- order ---- */

struct flat {
    uint64_t key;
    uint16_t place;
};

static int compare(const void *left, const void *right)
{
    const struct flat *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

bool dyad_list_sort(struct dyad_list *list)
{
    size_t count = list->place_count;
    struct flat *flat = malloc((count + 1) * sizeof *flat);
    if (!flat)
        return false;
    for (size_t run = 0, i = 0; run < list->count; run++)
        for (; i < list->runs[run].end; i++)
            flat[i] = (struct flat){list->runs[run].key, list->places[i]};
    qsort(flat, count, sizeof *flat, compare);
    list->count = list->place_count = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = dyad_list_add(list, flat[i].key, flat[i].place);
    free(flat);
    return ok;
}

/* ---- stored ---- */

/* Pairs: their number and whether keys are narrow, which they are while parties are few; the keys; the counts. Places:
 * as they stand. All as this machine has its integers, which is how records are. */
enum { NARROW_PARTY_BITS = 15 };

static bool is_narrow(const struct dyad_list *list)
{
    uint32_t all = 0;
    for (size_t i = 0; i < list->count; i++)
        all |= dyad_first(list->runs[i].key) | dyad_second(list->runs[i].key);
    return all >> NARROW_PARTY_BITS == 0;
}

void *dyad_list_encode_pairs(const struct dyad_list *list, size_t *size)
{
    uint32_t head[2] = {(uint32_t)list->count, is_narrow(list)};
    size_t width = head[1] ? sizeof(uint32_t) : sizeof(uint64_t);
    *size = sizeof head + list->count * (width + sizeof(uint16_t));
    unsigned char *data = malloc(*size);
    if (!data)
        return NULL;
    memcpy(data, head, sizeof head);
    unsigned char *keys = data + sizeof head, *counts = keys + list->count * width;
    for (size_t i = 0; i < list->count; i++) {
        uint64_t key = list->runs[i].key;
        uint32_t narrow = (uint32_t)dyad_direction(key) << (2 * NARROW_PARTY_BITS) |
                          dyad_first(key) << NARROW_PARTY_BITS | dyad_second(key);
        uint16_t count = (uint16_t)(list->runs[i].end - (i ? list->runs[i - 1].end : 0));
        memcpy(keys + i * width, head[1] ? (const void *)&narrow : (const void *)&key, width);
        memcpy(counts + i * sizeof count, &count, sizeof count);
    }
    return data;
}

void *dyad_list_encode_places(const struct dyad_list *list, size_t *size)
{
    *size = list->place_count * sizeof *list->places;
    void *data = malloc(*size + 1);
    if (data && *size)
        memcpy(data, list->places, *size);
    return data;
}

static bool fail_damaged(struct error *error)
{
    return error_set(error, ERROR_STATE, "a column of dyads is damaged: run 'entente store vacuum --columns'");
}

bool dyad_pairs_each(const void *pairs, size_t size, const uint32_t *values, size_t value_count,
                     dyad_pairs_callback *callback, void *context, struct error *error)
{
    uint32_t head[2] = {0};
    if (!pairs)
        return true;
    if (size >= sizeof head)
        memcpy(head, pairs, sizeof head);
    size_t width = head[1] ? sizeof(uint32_t) : sizeof(uint64_t), unit = width + sizeof(uint16_t);
    if (size < sizeof head || (size - sizeof head) % unit != 0 || (size - sizeof head) / unit != head[0])
        return fail_damaged(error);
    const unsigned char *keys = (const unsigned char *)pairs + sizeof head, *counts = keys + head[0] * width;
    for (uint32_t i = 0; i < head[0]; i++) {
        uint64_t key = 0;
        uint32_t narrow;
        uint16_t count;
        if (head[1]) {
            memcpy(&narrow, keys + i * width, width);
            key = dyad_key(narrow >> NARROW_PARTY_BITS & 0x7fff, narrow & 0x7fff, narrow >> (2 * NARROW_PARTY_BITS));
        } else {
            memcpy(&key, keys + i * width, width);
        }
        memcpy(&count, counts + i * sizeof count, sizeof count);
        uint32_t first = dyad_first(key), second = dyad_second(key);
        if (values && (first >= value_count || second >= value_count))
            return fail_damaged(error);
        if (!callback(context, values ? dyad_key(values[first], values[second], dyad_direction(key)) : key, count))
            return error_set(error, ERROR_MEMORY, "out of memory for a column of dyads");
    }
    return true;
}

struct decoding {
    struct dyad_list *list;
    const uint16_t *places; /* of runs not yet taken: the end of the list's own, which never overtake them */
    size_t left;
    const struct bits *skip; /* NULL for none */
    bool is_damaged;
};

static bool take_run(void *context, uint64_t key, unsigned count)
{
    struct decoding *decoding = context;
    struct dyad_list *list = decoding->list;
    if (count > decoding->left) {
        decoding->is_damaged = true;
        return false;
    }
    for (unsigned i = 0; decoding->skip && i < count; i++)
        if (!bits_have(decoding->skip, decoding->places[i]))
            list->places[list->place_count++] = decoding->places[i];
    list->place_count += decoding->skip ? 0 : count; /* they are where they belong */
    decoding->places += count;
    decoding->left -= count;
    if (list->count == list->capacity && !grow(&list->runs, &list->capacity, sizeof *list->runs))
        return false;
    list->runs[list->count++] = (struct dyad_run){key, (uint32_t)list->place_count};
    return true;
}

bool dyad_list_decode(struct dyad_list *list, const void *pairs, size_t pairs_size, const void *places,
                      size_t places_size, const uint32_t *values, size_t value_count, const struct bits *skip,
                      struct error *error)
{
    static const struct bits none;
    struct decoding decoding = {.list = list, .left = places_size / sizeof(uint16_t)};
    decoding.skip = memcmp(skip, &none, sizeof none) == 0 ? NULL : skip;
    list->count = list->place_count = 0;
    while (list->place_capacity < decoding.left)
        if (!grow(&list->places, &list->place_capacity, sizeof *list->places))
            return error_set(error, ERROR_MEMORY, "out of memory for a column of dyads");
    uint16_t all = 0;
    for (size_t i = 0; i < decoding.left; i++) {
        memcpy(&list->places[i], (const char *)places + i * sizeof(uint16_t), sizeof(uint16_t));
        all |= list->places[i];
    }
    if (all >= COLUMN_BLOCK_EVENTS)
        return fail_damaged(error);
    decoding.places = list->places;
    bool ok = dyad_pairs_each(pairs, pairs_size, values, value_count, take_run, &decoding, error);
    return decoding.is_damaged ? fail_damaged(error) : ok;
}
