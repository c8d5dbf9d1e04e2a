#include "core/query/fold.h"

#include "core/query/tallies.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

struct fold {
    struct rule_facts *facts;
    struct block block;
    bool has_more;
    /* Values whose stored numbers were asked for in this block. Not longer: a transaction may be taken back. */
    struct names known[FAMILY_COUNT];
    uint32_t *stored_of[FAMILY_COUNT];
    size_t stored_capacity[FAMILY_COUNT];
    /* Of the block at hand: the signatures of its stale events, a row a bit. */
    unsigned char (*bits)[TEXT_BIT_BYTES];
};

struct fold *fold_create(void)
{
    struct fold *fold = calloc(1, sizeof *fold);
    if (!fold)
        return NULL;
    fold->facts = rule_facts_create();
    fold->bits = calloc(TEXT_BITS, sizeof *fold->bits);
    if (fold->facts && fold->bits)
        return fold;
    fold_destroy(fold);
    return NULL;
}

void fold_destroy(struct fold *fold)
{
    if (!fold)
        return;
    rule_facts_destroy(fold->facts);
    block_free(&fold->block);
    for (int i = 0; i < FAMILY_COUNT; i++) {
        names_free(&fold->known[i]);
        free(fold->stored_of[i]);
    }
    free(fold->bits);
    free(fold);
}

bool fold_has_more(const void *context)
{
    const struct fold *fold = context;
    return fold->has_more;
}

static bool fail_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory for the columns of events");
}

/* ---- what is stored ---- */

static bool read_list(struct store *store, struct block *block, int family, struct error *error)
{
    void *data;
    size_t size;
    if (!store_column_read(store, block->number, family, &data, &size, error))
        return false;
    bool ok = column_list_decode(&block->lists[family], data, size, NULL, 0, error);
    free(data);
    if (ok)
        column_list_drop(&block->lists[family], &block->stale);
    return ok;
}

static bool read_numbers(struct store *store, struct block *block, int number, struct error *error)
{
    void *data;
    size_t size, whole = COLUMN_BLOCK_EVENTS * sizeof(int64_t);
    if (!block->numbers[number])
        block->numbers[number] = malloc(whole);
    if (!block->numbers[number])
        return fail_memory(error);
    if (!store_column_read(store, block->number, NUMBERS_AT + number, &data, &size, error))
        return false;
    for (size_t i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        block->numbers[number][i] = NUMBER_NONE;
    if (data && size == whole)
        memcpy(block->numbers[number], data, whole);
    free(data);
    return true;
}

static bool read_dyads(struct store *store, struct block *block, struct error *error)
{
    void *pairs = NULL, *places = NULL;
    size_t pairs_size, places_size;
    bool ok = store_column_read(store, block->number, FAMILY_DYAD, &pairs, &pairs_size, error) &&
              store_column_read(store, block->number, FAMILY_DYAD_PLACES, &places, &places_size, error) &&
              dyad_list_decode(&block->dyads, pairs, pairs_size, places, places_size, NULL, 0, &block->stale, error);
    free(pairs);
    free(places);
    return ok;
}

static bool read_block(struct fold *fold, struct store *store, struct error *error)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (!read_list(store, &fold->block, i, error))
            return false;
    for (int i = 0; i < NUMBER_COUNT; i++)
        if (!read_numbers(store, &fold->block, i, error))
            return false;
    return read_dyads(store, &fold->block, error);
}

/* ---- what is new ---- */

struct taking {
    struct fold *fold;
    struct store *store;
    struct error *error;
    unsigned place;
    bool failed; /* with the error filled */
};

static bool find_value(struct taking *taking, enum column_family family, const char *text, uint32_t *value)
{
    struct fold *fold = taking->fold;
    struct names *known = &fold->known[family];
    size_t before = known->count;
    uint32_t at;
    if (!names_put(known, text, &at))
        return fail_memory(taking->error);
    if (at == before && at >= fold->stored_capacity[family]) {
        size_t larger = fold->stored_capacity[family] * 2 + 64;
        uint32_t *grown = realloc(fold->stored_of[family], larger * sizeof *grown);
        if (!grown)
            return fail_memory(taking->error);
        fold->stored_of[family] = grown;
        fold->stored_capacity[family] = larger;
    }
    if (at == before &&
        !store_column_value_put(taking->store, (int)family, text, &fold->stored_of[family][at], taking->error))
        return false;
    *value = fold->stored_of[family][at];
    return true;
}

static bool take_value(void *context, enum column_family family, const char *text)
{
    struct taking *taking = context;
    uint32_t value = 0;
    taking->failed =
        !find_value(taking, family, text, &value) ||
        !(column_list_add(&taking->fold->block.lists[family], taking->place, value) || fail_memory(taking->error));
    return !taking->failed;
}

static bool take_dyad(void *context, const char *first, const char *second, enum dyad_direction direction)
{
    struct taking *taking = context;
    uint32_t one = 0, other = 0;
    taking->failed = !find_value(taking, FAMILY_PARTY, first, &one) ||
                     !find_value(taking, FAMILY_PARTY, second, &other) ||
                     !(dyad_list_add(&taking->fold->block.dyads, dyad_key(one, other, direction), taking->place) ||
                       fail_memory(taking->error));
    return !taking->failed;
}

static void take_bit(void *context, int size, unsigned bit)
{
    (void)size;
    const struct taking *taking = context;
    taking->fold->bits[bit][taking->place / 8] |= (unsigned char)(1u << (taking->place % 8));
}

static bool take_record(struct taking *taking, struct record_view event, int64_t made)
{
    struct fold *fold = taking->fold;
    int64_t numbers[NUMBER_COUNT];
    if (!rule_facts_fill(fold->facts, event, NULL))
        return fail_memory(taking->error);
    event_columns_numbers(fold->facts, made, numbers);
    for (int i = 0; i < NUMBER_COUNT; i++)
        fold->block.numbers[i][taking->place] = numbers[i];
    if (fold->facts->text.size)
        text_signature(fold->facts->text.bytes, fold->facts->text.size, take_bit, taking);
    taking->failed = false;
    return (event_columns_each(fold->facts, take_value, taking) && event_dyads_each(fold->facts, take_dyad, taking)) ||
           (taking->failed ? false : fail_memory(taking->error));
}

static bool take_event(struct taking *taking, unsigned place)
{
    bool row;
    struct block *block = &taking->fold->block;
    taking->place = place;
    for (int i = 0; i < NUMBER_COUNT; i++)
        block->numbers[i][place] = NUMBER_NONE;
    sqlite3_stmt *statement = store_statement(taking->store,
                                              "SELECT r.record, r.made FROM event e JOIN event_revision r"
                                              " ON r.sequence=e.last_revision WHERE e.sequence=?1 AND e.state=0",
                                              taking->error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block->number * COLUMN_BLOCK_EVENTS + place);
    if (!store_step(taking->store, statement, &row, taking->error, "read an event"))
        return false;
    if (!row)
        return true;
    int64_t made = sqlite3_column_int64(statement, 1);
    struct ent_record *record = store_column_record(taking->store, statement, 0, taking->error);
    store_done(statement);
    bool ok = record && take_record(taking, record->view, made);
    record_release(record);
    return ok;
}

/* ---- writing ---- */

/* Owns the data, which may be NULL for memory is out. */
static bool write_data(struct store *store, int64_t block, int family, void *data, size_t size, struct error *error)
{
    bool ok = data ? store_column_write(store, block, family, data, size, error) : fail_memory(error);
    free(data);
    return ok;
}

static bool write_counts(struct fold *fold, struct store *store, struct error *error)
{
    struct block *block = &fold->block;
    size_t size;
    if (!dyad_list_sort(&block->dyads))
        return fail_memory(error);
    void *pairs = dyad_list_encode_pairs(&block->dyads, &size);
    if (!write_data(store, block->number, FAMILY_DYAD, pairs, size, error))
        return false;
    void *places = dyad_list_encode_places(&block->dyads, &size);
    if (!write_data(store, block->number, FAMILY_DYAD_PLACES, places, size, error))
        return false;
    block_find_live(block);
    void *tallies = tallies_encode(block, &size);
    return write_data(store, block->number, FAMILY_TALLIES, tallies, size, error);
}

static bool write_columns(struct fold *fold, struct store *store, struct error *error)
{
    struct block *block = &fold->block;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        size_t size;
        column_list_sort(&block->lists[i]);
        void *data = column_list_encode(&block->lists[i], &size);
        if (!write_data(store, block->number, i, data, size, error))
            return false;
    }
    for (int i = 0; i < NUMBER_COUNT; i++)
        if (!store_column_write(store, block->number, NUMBERS_AT + i, block->numbers[i],
                                COLUMN_BLOCK_EVENTS * sizeof(int64_t), error))
            return false;
    return true;
}

static bool is_zero(const unsigned char bits[TEXT_BIT_BYTES])
{
    static const unsigned char zeroes[TEXT_BIT_BYTES];
    return memcmp(bits, zeroes, TEXT_BIT_BYTES) == 0;
}

static bool write_signatures(struct fold *fold, struct store *store, struct error *error)
{
    unsigned char stale[TEXT_BIT_BYTES];
    memcpy(stale, &fold->block.stale, sizeof stale);
    for (unsigned bit = 0; bit < TEXT_BITS; bit++) {
        unsigned char row[TEXT_BIT_BYTES], before[TEXT_BIT_BYTES];
        bool found;
        if (!store_text_bit_read(store, fold->block.number, bit, before, &found, error))
            return false;
        for (size_t i = 0; i < TEXT_BIT_BYTES; i++)
            row[i] = (unsigned char)((found ? before[i] & ~stale[i] : 0) | fold->bits[bit][i]);
        bool differs = found ? memcmp(row, before, sizeof row) != 0 : !is_zero(row);
        if (differs && !store_text_bit_write(store, fold->block.number, bit, row, error))
            return false;
    }
    return true;
}

bool fold_block(struct fold *fold, struct store *store, int64_t number, struct error *error)
{
    uint16_t places[COLUMN_BLOCK_EVENTS];
    size_t count;
    struct taking taking = {.fold = fold, .store = store, .error = error};
    fold->block.number = number;
    memset(&fold->block.stale, 0, sizeof fold->block.stale);
    memset(fold->bits, 0, TEXT_BITS * sizeof *fold->bits);
    for (int i = 0; i < FAMILY_COUNT; i++)
        names_clear(&fold->known[i]);
    if (!store_stale_read(store, number, places, &count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        bits_set(&fold->block.stale, places[i]);
    if (!read_block(fold, store, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!take_event(&taking, places[i]))
            return false;
    return write_columns(fold, store, error) && write_counts(fold, store, error) &&
           write_signatures(fold, store, error) && store_column_stamp_renew(store, number, error) &&
           store_stale_forget(store, number, error);
}

bool fold_run(void *context, struct store *store, struct error *error)
{
    struct fold *fold = context;
    int64_t block = 0;
    bool found;
    fold->has_more = false;
    if (!store_stale_block(store, FOLD_EVENTS, &found, &block, error))
        return false;
    if (!found)
        return true;
    return fold_block(fold, store, block, error) &&
           store_stale_block(store, FOLD_EVENTS, &fold->has_more, &block, error);
}
