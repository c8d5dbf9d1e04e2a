#include "core/query/select.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool select_before(struct select_order order, const struct select_key *a, const struct select_key *b)
{
    if (a->value != b->value)
        return order.oldest_first ? a->value < b->value : a->value > b->value;
    return order.oldest_first ? a->sequence < b->sequence : a->sequence > b->sequence;
}

static int compare_newest(const void *left, const void *right)
{
    struct select_order order = {QUERY_BY_NUMBER, false};
    const struct select_key *a = left, *b = right;
    return select_before(order, a, b) ? -1 : select_before(order, b, a);
}

static int compare_oldest(const void *left, const void *right)
{
    return compare_newest(right, left);
}

bool selection_begin(struct selection *selection, size_t capacity)
{
    /* Twice the room: keys are gathered until it is full, then the worse half goes. */
    *selection = (struct selection){.capacity = capacity, .keys = malloc(2 * capacity * sizeof(struct select_key))};
    return selection->keys != NULL;
}

void selection_end(struct selection *selection)
{
    free(selection->keys);
    selection->keys = NULL;
}

static void cut(struct selection *selection, struct select_order order)
{
    if (selection->count)
        qsort(selection->keys, selection->count, sizeof *selection->keys,
              order.oldest_first ? compare_oldest : compare_newest);
    if (selection->count > selection->capacity)
        selection->count = selection->capacity;
}

/* ---- keys ---- */

static uint64_t order_column(enum query_order by)
{
    static const uint64_t columns[] = {
        [QUERY_BY_SEEN] = NUMBER_BIT(NUMBER_SEEN),
        [QUERY_BY_FIRST_SEEN] = NUMBER_BIT(NUMBER_FIRST_SEEN),
        [QUERY_BY_UPDATED] = NUMBER_BIT(NUMBER_UPDATED),
        [QUERY_BY_DATE] = NUMBER_BIT(NUMBER_DATE_LOW) | NUMBER_BIT(NUMBER_DATE_HIGH),
        [QUERY_BY_CONFIDENCE] = NUMBER_BIT(NUMBER_CONFIDENCE),
        [QUERY_BY_NUMBER] = 0,
    };
    return columns[by];
}

static int64_t key_value(const struct block *block, struct select_order order, unsigned place)
{
    switch (order.by) {
    case QUERY_BY_SEEN:
        return block->numbers[NUMBER_SEEN][place];
    case QUERY_BY_FIRST_SEEN:
        return block->numbers[NUMBER_FIRST_SEEN][place];
    case QUERY_BY_UPDATED:
        return block->numbers[NUMBER_UPDATED][place];
    case QUERY_BY_CONFIDENCE:
        return block->numbers[NUMBER_CONFIDENCE][place];
    case QUERY_BY_DATE: {
        int64_t low = block->numbers[NUMBER_DATE_LOW][place], high = block->numbers[NUMBER_DATE_HIGH][place];
        return low != INT32_MIN ? low : high != INT32_MAX ? high : order.oldest_first ? INT64_MAX : INT64_MIN;
    }
    case QUERY_BY_NUMBER:
        break;
    }
    return 0;
}

static bool is_seen(const struct select_seen *seen, int64_t sequence)
{
    size_t word = (size_t)sequence / 64;
    return seen && word < seen->size && (seen->words[word] >> (sequence % 64) & 1);
}

static void take(struct selection *selection, struct select_order order, const struct select_key *key,
                 bool *is_full, struct select_key *worst)
{
    if (*is_full && !select_before(order, key, worst))
        return;
    selection->keys[selection->count++] = *key;
    if (selection->count < 2 * selection->capacity)
        return;
    cut(selection, order);
    *is_full = true;
    *worst = selection->keys[selection->count - 1];
}

bool select_run(struct columns *columns, struct plan *plan, struct select_order order, const struct select_key *after,
                const struct select_seen *seen, int64_t last, struct selection *selection, struct error *error)
{
    struct block block = {0};
    struct plan_bits fits;
    struct select_key worst = {0};
    bool is_full = false, ok;
    int64_t blocks;
    selection->count = 0;
    selection->found = 0;
    ok = columns_blocks(columns, &blocks, error);
    for (int64_t i = 0; ok && i < blocks; i++) {
        /* The order of blocks is near the order wanted, so that most later ones are worse at once. */
        int64_t number = order.oldest_first ? i : blocks - 1 - i;
        ok = plan_run(plan, &block, number, order_column(order.by), &fits, error);
        for (unsigned place = 0; ok && place < COLUMN_BLOCK_EVENTS; place++) {
            if (place % 64 == 0 && !fits.may.words[place / 64]) {
                place += 63;
                continue;
            }
            struct select_key key = {.sequence = number * COLUMN_BLOCK_EVENTS + place};
            if (!bits_have(&fits.may, place) || key.sequence > last || is_seen(seen, key.sequence))
                continue;
            key.value = key_value(&block, order, place);
            key.is_certain = bits_have(&fits.must, place);
            if (after && !select_before(order, after, &key))
                continue;
            selection->found++;
            take(selection, order, &key, &is_full, &worst);
        }
    }
    cut(selection, order);
    block_free(&block);
    return ok;
}

/* ---- positions ---- */

static char order_letter(struct select_order order)
{
    static const char letters[] = "sfudcn";
    char letter = letters[order.by];
    return order.oldest_first ? (char)(letter - 'a' + 'A') : letter;
}

void select_print(char text[QUERY_POSITION_SIZE], struct select_order order, const struct select_key *key)
{
    snprintf(text, QUERY_POSITION_SIZE, "%c%016" PRIx64 "%" PRIx64, order_letter(order), (uint64_t)key->value,
             (uint64_t)key->sequence);
}

bool select_parse(const char *text, struct select_order order, struct select_key *key)
{
    enum { VALUE_DIGITS = 16, DIGITS_MAX = 32 };
    size_t digits = strspn(text + (*text != '\0'), "0123456789abcdef");
    char value[VALUE_DIGITS + 1];
    if (*text != order_letter(order) || text[1 + digits] || digits <= VALUE_DIGITS || digits > DIGITS_MAX)
        return false;
    memcpy(value, text + 1, VALUE_DIGITS);
    value[VALUE_DIGITS] = '\0';
    *key = (struct select_key){.value = (int64_t)strtoull(value, NULL, 16),
                               .sequence = (int64_t)strtoull(text + 1 + VALUE_DIGITS, NULL, 16)};
    return true;
}
