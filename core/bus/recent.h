/* Recent: the items that were committed last, kept in memory so that the processors next in line need not read
 * them from the store. Bounded by count and bytes; the oldest go first. Guarded by its owner. */
#ifndef CORE_BUS_RECENT_H
#define CORE_BUS_RECENT_H

#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECENT_ITEMS_MAX = 8192, RECENT_BYTES_MAX = 32 * 1024 * 1024 };

struct recent_item {
    int64_t sequence;          /* 0: empty */
    struct ent_record *record; /* held */
    size_t enters;             /* index of the first processor that sees it */
    size_t leaves;             /* index of the processor after which it goes no further; SIZE_MAX: none */
};

struct recent {
    struct recent_item *items; /* by sequence modulo RECENT_ITEMS_MAX */
    int64_t oldest, newest;    /* sequences kept; newest 0: none */
    size_t bytes;
};

/* False when memory is out. */
bool recent_init(struct recent *recent);
void recent_free(struct recent *recent);
/* Takes the record over. Sequences come in rising order. */
void recent_add(struct recent *recent, const struct recent_item *item);
/* NULL where it is not kept. */
struct recent_item *recent_find(const struct recent *recent, int64_t sequence);
/* Lets all up to this sequence go. */
void recent_drop_until(struct recent *recent, int64_t sequence);

#endif
