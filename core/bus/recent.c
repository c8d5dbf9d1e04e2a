#include "core/bus/recent.h"

#include <stdlib.h>
#include <string.h>

bool recent_init(struct recent *recent)
{
    memset(recent, 0, sizeof *recent);
    recent->oldest = 1;
    recent->items = calloc(RECENT_ITEMS_MAX, sizeof *recent->items);
    return recent->items != NULL;
}

void recent_free(struct recent *recent)
{
    if (recent->items)
        recent_drop_until(recent, recent->newest);
    free(recent->items);
    recent->items = NULL;
}

static struct recent_item *slot_of(const struct recent *recent, int64_t sequence)
{
    return &recent->items[sequence % RECENT_ITEMS_MAX];
}

static void empty(struct recent *recent, struct recent_item *item)
{
    if (!item->sequence)
        return;
    recent->bytes -= item->record->view.size;
    record_release(item->record);
    memset(item, 0, sizeof *item);
}

void recent_drop_until(struct recent *recent, int64_t sequence)
{
    for (; recent->oldest <= sequence && recent->oldest <= recent->newest; recent->oldest++) {
        struct recent_item *item = slot_of(recent, recent->oldest);
        if (item->sequence == recent->oldest)
            empty(recent, item);
    }
}

void recent_add(struct recent *recent, const struct recent_item *item)
{
    if (recent->oldest > recent->newest || item->sequence - recent->newest >= RECENT_ITEMS_MAX) {
        recent_drop_until(recent, recent->newest);
        recent->oldest = item->sequence;
    }
    recent_drop_until(recent, item->sequence - RECENT_ITEMS_MAX);
    *slot_of(recent, item->sequence) = *item;
    recent->newest = item->sequence;
    recent->bytes += item->record->view.size;
    while (recent->bytes > RECENT_BYTES_MAX && recent->oldest < recent->newest)
        recent_drop_until(recent, recent->oldest);
}

struct recent_item *recent_find(const struct recent *recent, int64_t sequence)
{
    struct recent_item *item = slot_of(recent, sequence);
    return item->sequence == sequence ? item : NULL;
}
