/* Tally: how often each 64-bit key was met. For core/query alone. Begins empty where it is all zeroes; one thread. */
#ifndef CORE_QUERY_TALLY_H
#define CORE_QUERY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tally_row {
    uint64_t key;
    int64_t count; /* 0: a free slot */
};

struct tally {
    struct tally_row *rows;
    size_t count, slots;
};

void tally_free(struct tally *tally);
/* False when memory is out. */
bool tally_add(struct tally *tally, uint64_t key, int64_t count);
int64_t tally_count(const struct tally *tally, uint64_t key);
/* Puts the rows that are taken first, the most frequent first, then by key; adds no longer work. */
void tally_sort(struct tally *tally);

#endif
