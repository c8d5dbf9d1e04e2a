/* Aside: what a plugin emitted and withdrew for records that it left at ENT_AGAIN. It is kept in memory until the
 * record is settled, and is then the first part of its output; where the record is handed out again instead, it is
 * dropped. So a record's output is there whole or not at all, in however many callbacks it was made. Guarded by its
 * owner. */
#ifndef CORE_BUS_ASIDE_H
#define CORE_BUS_ASIDE_H

#include "core/bus/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aside_row {
    int64_t sequence;
    struct ent_record **outputs; /* owned, each held */
    size_t output_count;
    struct unit_withdrawal *withdrawals; /* owned */
    size_t withdrawal_count;
};

struct aside {
    struct aside_row *rows; /* in no order: there are a few batches at most */
    size_t count, capacity;
};

void aside_free(struct aside *aside);
/* Adds to the row's outputs and withdrawals. It takes the references on `outputs` over, not the array; false when
 * memory is out: then they stay the caller's. */
bool aside_row_add(struct aside_row *row, struct ent_record *const *outputs, size_t output_count,
                   const struct unit_withdrawal *withdrawals, size_t withdrawal_count);
/* Takes the row's content over, which leaves it empty, in place of what was kept for its record; where it has none,
 * that is all. False when memory is out: then it stays the caller's. */
bool aside_put(struct aside *aside, struct aside_row *row);
/* What is kept for the record, now the caller's; all 0 where there is nothing. */
struct aside_row aside_take(struct aside *aside, int64_t sequence);
void aside_row_free(struct aside_row *row);

#endif
