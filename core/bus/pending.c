#include "core/bus/pending.h"

#include <stdlib.h>
#include <string.h>

void pending_free(struct pending_set *set)
{
    free(set->rows);
    memset(set, 0, sizeof *set);
}

/* Index of the first row not before `sequence`. */
static size_t find_place(const struct pending_set *set, int64_t sequence)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->rows[middle].sequence < sequence)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct pending *pending_find(const struct pending_set *set, int64_t sequence)
{
    size_t place = find_place(set, sequence);
    return place < set->count && set->rows[place].sequence == sequence ? &set->rows[place] : NULL;
}

struct pending *pending_find_ticket(const struct pending_set *set, uint64_t ticket)
{
    for (size_t i = 0; ticket && i < set->count; i++) {
        if (set->rows[i].ticket == ticket)
            return &set->rows[i];
    }
    return NULL;
}

bool pending_put(struct pending_set *set, const struct pending *row)
{
    size_t place = find_place(set, row->sequence);
    if (place < set->count && set->rows[place].sequence == row->sequence) {
        set->rows[place] = *row;
        return true;
    }
    if (set->count == set->capacity) {
        size_t wanted = set->capacity ? set->capacity * 2 : 16;
        struct pending *grown = realloc(set->rows, wanted * sizeof *grown);
        if (!grown)
            return false;
        set->rows = grown;
        set->capacity = wanted;
    }
    memmove(&set->rows[place + 1], &set->rows[place], (set->count - place) * sizeof *set->rows);
    set->rows[place] = *row;
    set->count++;
    return true;
}

void pending_remove(struct pending_set *set, int64_t sequence)
{
    struct pending *row = pending_find(set, sequence);
    if (!row)
        return;
    size_t place = (size_t)(row - set->rows);
    memmove(row, row + 1, (set->count - place - 1) * sizeof *row);
    set->count--;
}

struct pending *pending_next_due(const struct pending_set *set, int64_t until, int64_t now, int64_t *next_due)
{
    *next_due = INT64_MAX;
    for (size_t i = 0; i < set->count && set->rows[i].sequence <= until; i++) {
        struct pending *row = &set->rows[i];
        if (row->is_out)
            continue;
        if (row->due <= now)
            return row;
        if (row->due < *next_due)
            *next_due = row->due;
    }
    return NULL;
}

size_t pending_count_until(const struct pending_set *set, int64_t until)
{
    return find_place(set, until + 1);
}

size_t pending_forget_awaited(struct pending_set *set, int64_t now)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct pending *row = &set->rows[i];
        if (!row->is_awaited || row->is_out)
            continue;
        row->is_awaited = false;
        row->ticket = 0;
        row->due = now;
        count++;
    }
    return count;
}

size_t pending_count_awaited(const struct pending_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += set->rows[i].is_awaited;
    return count;
}
