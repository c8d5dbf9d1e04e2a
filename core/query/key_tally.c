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
    tally->rows = larger.rows;
    tally->slots = larger.slots;
    return true;
}

bool key_tally_settle(struct key_tally *tally)
{
    bool ok = true;
    for (size_t i = 0; ok && i < tally->note_count; i++)
        ok = key_tally_add(tally, tally->notes[i].key, tally->notes[i].count);
    tally->note_count = 0;
    return ok;
}

/* Whoever stands behind a slot that falls free, and was put there only because it was taken, moves up. */
static void free_slot(struct key_tally *tally, size_t at)
{
    size_t mask = tally->slots - 1;
    for (size_t next = (at + 1) & mask; tally->rows[next].count; next = (next + 1) & mask) {
        size_t wanted = key_tally_place(tally, tally->rows[next].key);
        if (((next - wanted) & mask) < ((next - at) & mask))
            continue;
        tally->rows[at] = tally->rows[next];
        at = next;
    }
    tally->rows[at].count = 0;
    tally->count--;
}

bool key_tally_take(struct key_tally *tally, uint64_t key, int64_t count)
{
    if (!key_tally_settle(tally))
        return false;
    struct key_tally_row *row = tally->slots ? key_tally_slot(tally, key) : NULL;
    if (!row || row->count == 0)
        return true;
    if (row->count > count)
        row->count -= count;
    else
        free_slot(tally, (size_t)(row - tally->rows));
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

/* A count that no row of the `top` is below; not always the greatest such. */
static int64_t find_floor(const struct key_tally *tally, size_t top)
{
    enum { STEPS = 4096 };
    uint32_t rows_of[STEPS] = {0};
    size_t above = 0;
    for (size_t i = 0; i < tally->slots; i++)
        rows_of[tally->rows[i].count < STEPS ? tally->rows[i].count : STEPS - 1]++;
    for (int64_t count = STEPS - 1; count > 1; count--)
        if ((above += rows_of[count]) >= top)
            return count;
    return 1;
}

void key_tally_sort(struct key_tally *tally, size_t top)
{
    int64_t least = top && top < tally->count ? find_floor(tally, top) : 1;
    size_t taken = 0;
    for (size_t i = 0; i < tally->slots; i++)
        if (tally->rows[i].count >= least)
            tally->rows[taken++] = tally->rows[i];
    for (size_t i = taken; i < tally->slots; i++)
        tally->rows[i].count = 0;
    tally->count = taken;
    if (taken)
        qsort(tally->rows, taken, sizeof *tally->rows, compare);
}
