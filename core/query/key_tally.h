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
/* False when memory is out. */
bool key_tally_add(struct key_tally *tally, uint64_t key, int64_t count);
int64_t key_tally_count(const struct key_tally *tally, uint64_t key);
/* Puts the rows that are taken first, the most frequent first, then by key; adds no longer work. */
void key_tally_sort(struct key_tally *tally);

#endif
