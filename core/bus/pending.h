/* Pending: the records that a port has taken and not finished, by sequence. The copy in memory of what the store's
 * table of that name says, with what only this run knows. Guarded by its owner. */
#ifndef CORE_BUS_PENDING_H
#define CORE_BUS_PENDING_H

#include "core/bus/attempt.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pending {
    int64_t sequence;
    struct attempt_history history;
    int64_t due;
    bool alone;      /* to be handed out by itself */
    bool is_out;     /* in a unit now */
    bool is_awaited; /* an ENT_AGAIN: `due` is when its settlement must have come */
    uint64_t ticket; /* by which it will be settled; 0 for none */
};

struct pending_set {
    struct pending *rows;
    size_t count, capacity;
};

void pending_free(struct pending_set *set);
/* NULL where there is none. Lent until the set changes. */
struct pending *pending_find(const struct pending_set *set, int64_t sequence);
struct pending *pending_find_ticket(const struct pending_set *set, uint64_t ticket);
/* Makes or replaces the row. False when memory is out. */
bool pending_put(struct pending_set *set, const struct pending *row);
void pending_remove(struct pending_set *set, int64_t sequence);
/* The first row that is due, not out, and not past `until`; NULL where there is none, *next_due (INT64_MAX for never)
 * is then when one will be. */
struct pending *pending_next_due(const struct pending_set *set, int64_t until, int64_t now, int64_t *next_due);
/* What is awaited will not come: such rows are due at `now`. How many. */
size_t pending_forget_awaited(struct pending_set *set, int64_t now);
/* How many are awaited. */
size_t pending_count_awaited(const struct pending_set *set);
/* How many rows are not past `until`. */
size_t pending_count_until(const struct pending_set *set, int64_t until);

#endif
