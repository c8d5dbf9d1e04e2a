#include "core/bus/aside.h"

#include <stdlib.h>
#include <string.h>

void aside_row_free(struct aside_row *row)
{
    for (size_t i = 0; i < row->output_count; i++)
        record_release(row->outputs[i]);
    free(row->outputs);
    free(row->withdrawals);
    memset(row, 0, sizeof *row);
}

void aside_free(struct aside *aside)
{
    for (size_t i = 0; i < aside->count; i++)
        aside_row_free(&aside->rows[i]);
    free(aside->rows);
    memset(aside, 0, sizeof *aside);
}

struct aside_row aside_take(struct aside *aside, int64_t sequence)
{
    struct aside_row row = {0};
    for (size_t i = 0; i < aside->count; i++) {
        if (aside->rows[i].sequence != sequence)
            continue;
        row = aside->rows[i];
        aside->rows[i] = aside->rows[--aside->count];
        break;
    }
    return row;
}

static bool make_room(struct aside *aside)
{
    if (aside->count < aside->capacity)
        return true;
    size_t wanted = aside->capacity ? aside->capacity * 2 : 16;
    struct aside_row *grown = realloc(aside->rows, wanted * sizeof *grown);
    if (!grown)
        return false;
    aside->rows = grown;
    aside->capacity = wanted;
    return true;
}

/* One at least, so that NULL is only memory that is out. */
static void *grow(void *array, size_t count, size_t size)
{
    return realloc(array, (count ? count : 1) * size);
}

bool aside_row_add(struct aside_row *row, struct ent_record *const *outputs, size_t output_count,
                   const struct unit_withdrawal *withdrawals, size_t withdrawal_count)
{
    struct ent_record **more = grow(row->outputs, row->output_count + output_count, sizeof *more);
    if (!more)
        return false;
    row->outputs = more;
    struct unit_withdrawal *further = grow(row->withdrawals, row->withdrawal_count + withdrawal_count, sizeof *further);
    if (!further)
        return false;
    row->withdrawals = further;
    if (output_count > 0)
        memcpy(more + row->output_count, outputs, output_count * sizeof *more);
    if (withdrawal_count > 0)
        memcpy(further + row->withdrawal_count, withdrawals, withdrawal_count * sizeof *further);
    row->output_count += output_count;
    row->withdrawal_count += withdrawal_count;
    return true;
}

bool aside_put(struct aside *aside, struct aside_row *row)
{
    struct aside_row before = aside_take(aside, row->sequence);
    aside_row_free(&before);
    if (row->output_count == 0 && row->withdrawal_count == 0)
        return true;
    if (!make_room(aside))
        return false;
    aside->rows[aside->count++] = *row;
    *row = (struct aside_row){.sequence = row->sequence};
    return true;
}
