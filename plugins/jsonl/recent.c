#include "plugins/jsonl/recent.h"

#include "lib/base/digest.h"

#include <string.h>

/* The slot that holds the id, or the free one where it would stand: tables are never more than half full. */
static size_t find_slot(const struct recent_table *table, const char *id)
{
    size_t slot = hash_bytes(id, RECENT_ID_SIZE) % RECENT_SLOTS;
    while (table->ids[slot][0] && memcmp(table->ids[slot], id, RECENT_ID_SIZE) != 0)
        slot = (slot + 1) % RECENT_SLOTS;
    return slot;
}

size_t recent_lines(const struct recent *recent, const char *id)
{
    size_t lines = 0;
    for (int i = 0; i < 2; i++)
        lines += recent->tables[i].lines[find_slot(&recent->tables[i], id)];
    return lines;
}

void recent_add(struct recent *recent, const char *id)
{
    struct recent_table *table = &recent->tables[recent->younger];
    size_t slot = find_slot(table, id);
    if (!table->ids[slot][0] && table->count == RECENT_MIN) {
        recent->younger = !recent->younger;
        table = &recent->tables[recent->younger];
        memset(table, 0, sizeof *table);
        slot = find_slot(table, id);
    }
    table->lines[slot]++;
    if (table->ids[slot][0])
        return;
    memcpy(table->ids[slot], id, RECENT_ID_SIZE);
    table->count++;
}
