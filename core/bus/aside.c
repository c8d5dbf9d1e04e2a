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

static bool fill_row(struct aside_row *row, struct unit_input *input)
{
    row->outputs = calloc(input->output_count + 1, sizeof *row->outputs);
    row->withdrawals = calloc(input->withdrawal_count + 1, sizeof *row->withdrawals);
    if (!row->outputs || !row->withdrawals)
        return false;
    if (input->output_count > 0)
        memcpy(row->outputs, input->outputs, input->output_count * sizeof *row->outputs);
    if (input->withdrawal_count > 0)
        memcpy(row->withdrawals, input->withdrawals, input->withdrawal_count * sizeof *row->withdrawals);
    row->output_count = input->output_count;
    row->withdrawal_count = input->withdrawal_count;
    input->output_count = input->withdrawal_count = 0;
    return true;
}

bool aside_put(struct aside *aside, int64_t sequence, struct unit_input *input)
{
    struct aside_row before = aside_take(aside, sequence), row = {.sequence = sequence};
    aside_row_free(&before);
    if (input->output_count == 0 && input->withdrawal_count == 0)
        return true;
    if (!make_room(aside) || !fill_row(&row, input)) {
        aside_row_free(&row);
        return false;
    }
    aside->rows[aside->count++] = row;
    return true;
}
