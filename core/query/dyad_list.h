/* Dyad list: which dyads the events of a block have, kept by pair: a pair's events are neighbours, so that a pair is
 * counted once a block, and how many events each has can be read without them. For core/query alone; one thread.
 *
 * A key is two parties' numbers and who gives; the first party is before the second in alphabetical order. Stored as
 * two rows: the pairs with their counts, and the places. A key may have several runs in memory and has one as it is
 * stored. */
#ifndef CORE_QUERY_DYAD_LIST_H
#define CORE_QUERY_DYAD_LIST_H

#include "core/query/event_columns.h"
#include "lib/base/error.h"

struct bits;

enum { DYAD_PARTY_BITS = 31 };
static inline uint64_t dyad_key(uint32_t first, uint32_t second, enum dyad_direction direction)
{
    return (uint64_t)direction << (2 * DYAD_PARTY_BITS) | (uint64_t)first << DYAD_PARTY_BITS | second;
}
static inline uint32_t dyad_first(uint64_t key)
{
    return (uint32_t)(key >> DYAD_PARTY_BITS) & 0x7fffffff;
}
static inline uint32_t dyad_second(uint64_t key)
{
    return (uint32_t)key & 0x7fffffff;
}
static inline enum dyad_direction dyad_direction(uint64_t key)
{
    return (enum dyad_direction)(key >> (2 * DYAD_PARTY_BITS));
}

struct dyad_run {
    uint64_t key;
    uint32_t end; /* its places end before this one, and begin where those of the run before end */
};

/* Begins empty where it is all zeroes. */
struct dyad_list {
    struct dyad_run *runs;
    size_t count, capacity;
    uint16_t *places;
    size_t place_count, place_capacity;
};

void dyad_list_free(struct dyad_list *list);
/* False when memory is out. */
bool dyad_list_add(struct dyad_list *list, uint64_t key, unsigned place);
/* One run for each key, in their order. False when memory is out. */
bool dyad_list_sort(struct dyad_list *list);

/* Calls back for each stored pair with its count; `values` (may be NULL) gives the number for each stored one. */
typedef bool dyad_pairs_callback(void *context, uint64_t key, unsigned count);
bool dyad_pairs_each(const void *pairs, size_t size, const uint32_t *values, size_t value_count,
                     dyad_pairs_callback *callback, void *context, struct error *error);
/* Fills the list without the events in `skip`. */
bool dyad_list_decode(struct dyad_list *list, const void *pairs, size_t pairs_size, const void *places,
                      size_t places_size, const uint32_t *values, size_t value_count, const struct bits *skip,
                      struct error *error);
/* The stored forms of a sorted list; the caller frees them. NULL when memory is out. */
void *dyad_list_encode_pairs(const struct dyad_list *list, size_t *size);
void *dyad_list_encode_places(const struct dyad_list *list, size_t *size);

#endif
