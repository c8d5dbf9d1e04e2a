#include "core/query/key_tally.h"

#include <stdlib.h>

enum { SLOTS_FIRST = 256 };

void key_tally_free(struct key_tally *tally)
{
    free(tally->rows);
    *tally = (struct key_tally){0};
}

bool key_tally_grow(struct key_tally *tally)
{
    struct key_tally larger = {.slots = tally->slots ? tally->slots * 2 : SLOTS_FIRST, .count = tally->count};
    larger.rows = calloc(larger.slots, sizeof *larger.rows);
    if (!larger.rows)
        return false;
    for (size_t i = 0; i < tally->slots; i++)
        if (tally->rows[i].count)
            *key_tally_slot(&larger, tally->rows[i].key) = tally->rows[i];
    free(tally->rows);
    *tally = larger;
    return true;
}

int64_t key_tally_count(const struct key_tally *tally, uint64_t key)
{
    return tally->slots ? key_tally_slot(tally, key)->count : 0;
}

static int compare(const void *left, const void *right)
{
    const struct key_tally_row *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

void key_tally_sort(struct key_tally *tally)
{
    size_t taken = 0;
    for (size_t i = 0; i < tally->slots; i++)
        if (tally->rows[i].count)
            tally->rows[taken++] = tally->rows[i];
    for (size_t i = taken; i < tally->slots; i++)
        tally->rows[i].count = 0;
    if (taken)
        qsort(tally->rows, taken, sizeof *tally->rows, compare);
}
