/* Key tally: how often each 64-bit key was met. For core/query alone. Begins empty where it is all zeroes; one thread. */
#ifndef CORE_QUERY_KEY_TALLY_H
#define CORE_QUERY_KEY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_tally_row {
    uint64_t key;
    int64_t count; /* 0: a free slot */
};

struct key_tally {
    struct key_tally_row *rows;
    size_t count, slots;
};

void key_tally_free(struct key_tally *tally);
bool key_tally_grow(struct key_tally *tally);
/* Fibonacci hashing: keys may differ in few bits and end in many zeroes; the upper half of the product differs. */
static inline struct key_tally_row *key_tally_slot(const struct key_tally *tally, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (tally->slots - 1);
    while (tally->rows[at].count && tally->rows[at].key != key)
        at = (at + 1) & (tally->slots - 1);
    return &tally->rows[at];
}
/* False when memory is out. */
static inline bool key_tally_add(struct key_tally *tally, uint64_t key, int64_t count)
{
    if (tally->count * 2 >= tally->slots && !key_tally_grow(tally))
        return false;
    struct key_tally_row *row = key_tally_slot(tally, key);
    tally->count += row->count == 0;
    row->key = key;
    row->count += count;
    return true;
}
int64_t key_tally_count(const struct key_tally *tally, uint64_t key);
/* Puts the rows that are taken first, the most frequent first, then by key; adds no longer work. */
void key_tally_sort(struct key_tally *tally);

#endif
