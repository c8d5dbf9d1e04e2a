/* Key tally: how often each 64-bit key was met. For core/query alone. Begins empty where it is all zeroes; one thread.
 *
 * A tally of a million events is larger than the processor's caches, and keys come in no order: so they are noted,
 * which has their slots fetched, and added some later. Who has noted settles before anything else is asked. */
#ifndef CORE_QUERY_KEY_TALLY_H
#define CORE_QUERY_KEY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_TALLY_NOTES = 32 };

struct key_tally_row {
    uint64_t key;
    int64_t count; /* 0: a free slot */
};

struct key_tally {
    struct key_tally_row *rows;
    size_t count, slots;
    struct key_tally_row notes[KEY_TALLY_NOTES];
    size_t note_count;
};

void key_tally_free(struct key_tally *tally);
bool key_tally_grow(struct key_tally *tally);
/* Fibonacci hashing: keys may differ in few bits and end in many zeroes; the upper half of the product differs. */
static inline size_t key_tally_place(const struct key_tally *tally, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (tally->slots - 1);
}
static inline struct key_tally_row *key_tally_slot(const struct key_tally *tally, uint64_t key)
{
    size_t at = key_tally_place(tally, key);
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
/* Adds what was noted. False when memory is out. */
bool key_tally_settle(struct key_tally *tally);
/* Adds as many, some time before key_tally_settle returns. False when memory is out. */
static inline bool key_tally_note(struct key_tally *tally, uint64_t key, int64_t count)
{
    if (tally->note_count == KEY_TALLY_NOTES && !key_tally_settle(tally))
        return false;
    if (tally->slots)
        __builtin_prefetch(&tally->rows[key_tally_place(tally, key)], 1);
    tally->notes[tally->note_count++] = (struct key_tally_row){key, count};
    return true;
}
/* Takes away `count` of what was added; settles first. False when memory is out. */
bool key_tally_take(struct key_tally *tally, uint64_t key, int64_t count);
int64_t key_tally_count(const struct key_tally *tally, uint64_t key);
/* Puts the rows that are taken first, the most frequent first, then by key; adds no longer work. `top` (0: all): more
 * than so many need not be kept; `count` says how many are. */
void key_tally_sort(struct key_tally *tally, size_t top);

#endif
