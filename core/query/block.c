#include "core/query/block.h"

#include "core/query/sheets.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

/* The values of a family: their texts, and which stored number is which of ours. */
struct value_set {
    struct names names;
    uint32_t *of_stored;
    size_t stored, capacity;
    bool failed; /* memory is out */
};

struct columns {
    struct store *store;
    struct sheets *sheets;
    int64_t block;  /* begun */
    bool has_sheet; /* and it is there */
    struct rule_facts *facts;
    struct value_set values[FAMILY_COUNT];
};

struct store *columns_store(const struct columns *columns)
{
    return columns->store;
}

struct sheets *columns_sheets(const struct columns *columns)
{
    return columns->sheets;
}

struct columns *columns_create(struct store *store)
{
    struct columns *columns = calloc(1, sizeof *columns);
    if (!columns)
        return NULL;
    columns->store = store;
    columns->sheets = sheets_create(store_path(store));
    columns->facts = rule_facts_create();
    if (columns->sheets && columns->facts)
        return columns;
    columns_destroy(columns);
    return NULL;
}

void columns_destroy(struct columns *columns)
{
    if (!columns)
        return;
    for (int i = 0; i < FAMILY_COUNT; i++) {
        names_free(&columns->values[i].names);
        free(columns->values[i].of_stored);
    }
    rule_facts_destroy(columns->facts);
    sheets_destroy(columns->sheets);
    free(columns);
}

const struct names *columns_values(const struct columns *columns, enum column_family family)
{
    return &columns->values[family].names;
}

bool columns_blocks(struct columns *columns, int64_t *count, struct error *error)
{
    int64_t last;
    sheets_refresh(columns->sheets);
    if (!store_event_last(columns->store, &last, error))
        return false;
    *count = last / COLUMN_BLOCK_EVENTS + 1;
    return true;
}

/* ---- values ---- */

static bool fail_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory for the columns of events");
}

static bool take_value(void *context, uint32_t id, const char *text)
{
    struct value_set *set = context;
    if (id != set->stored)
        return false;
    if (set->stored == set->capacity) {
        size_t larger = set->capacity ? set->capacity * 2 : 256;
        uint32_t *numbers = realloc(set->of_stored, larger * sizeof *numbers);
        set->failed = !numbers;
        if (!numbers)
            return false;
        set->of_stored = numbers;
        set->capacity = larger;
    }
    set->failed = !names_put(&set->names, text, &set->of_stored[set->stored]);
    set->stored += !set->failed;
    return !set->failed;
}

bool columns_learn(struct columns *columns, enum column_family family, struct error *error)
{
    struct value_set *set = &columns->values[family];
    return store_column_values(columns->store, family, (uint32_t)set->stored, take_value, set, error) &&
           (!set->failed || fail_memory(error));
}

const uint32_t *columns_numbers(const struct columns *columns, enum column_family family, size_t *count)
{
    static const uint32_t none;
    const struct value_set *set = &columns->values[family];
    *count = set->stored;
    return set->of_stored ? set->of_stored : &none;
}

bool columns_number(struct columns *columns, enum column_family family, const char *text, uint32_t *number)
{
    return names_put(&columns->values[family].names, text, number);
}

struct rule_facts *columns_facts(const struct columns *columns)
{
    return columns->facts;
}

/* ---- loading ---- */

bool columns_read(struct columns *columns, int family, void **data, size_t *size, struct error *error)
{
    return (columns->has_sheet && sheets_column(columns->sheets, family, data, size)) ||
           store_column_read(columns->store, columns->block, family, data, size, error);
}

static bool read_list(struct columns *columns, struct block *block, int family, struct error *error)
{
    void *data;
    size_t size;
    struct value_set *set = &columns->values[family];
    if (!columns_read(columns, family, &data, &size, error))
        return false;
    bool ok = column_list_decode(&block->lists[family], data, size, set->of_stored, set->stored, error);
    free(data);
    return ok;
}

static bool read_numbers(struct columns *columns, struct block *block, int number, struct error *error)
{
    void *data;
    size_t size, whole = COLUMN_BLOCK_EVENTS * sizeof(int64_t);
    if (!block->numbers[number])
        block->numbers[number] = malloc(whole);
    if (!block->numbers[number])
        return fail_memory(error);
    if (!columns_read(columns, NUMBERS_AT + number, &data, &size, error))
        return false;
    if (data && size != whole) {
        free(data);
        return error_set(error, ERROR_STATE, "a column of events is damaged: it holds %zu bytes", size);
    }
    if (data)
        memcpy(block->numbers[number], data, whole);
    for (size_t i = 0; !data && i < COLUMN_BLOCK_EVENTS; i++)
        block->numbers[number][i] = NUMBER_NONE;
    free(data);
    return true;
}

static bool read_dyads(struct columns *columns, struct block *block, struct error *error)
{
    void *pairs = NULL, *places = NULL;
    size_t pairs_size, places_size, count;
    bool ok = columns_learn(columns, FAMILY_PARTY, error) &&
              columns_read(columns, FAMILY_DYAD, &pairs, &pairs_size, error) &&
              columns_read(columns, FAMILY_DYAD_PLACES, &places, &places_size, error);
    const uint32_t *values = columns_numbers(columns, FAMILY_PARTY, &count);
    ok = ok &&
         dyad_list_decode(&block->dyads, pairs, pairs_size, places, places_size, values, count, &block->stale, error);
    free(pairs);
    free(places);
    return ok;
}

void block_find_live(struct block *block)
{
    memset(&block->live, 0, sizeof block->live);
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        if (block->numbers[NUMBER_SEEN][i] != NUMBER_NONE)
            bits_set(&block->live, i);
}

/* Row after row, as long as anybody is left who has all so far. */
static bool read_text(struct columns *columns, const struct block *block, struct text_bits *text, struct error *error)
{
    uint64_t left = 1;
    memset(&text->have, 0xff, sizeof text->have);
    for (size_t i = 0; left && i < text->count; i++) {
        bool found;
        struct bits row;
        if (!(columns->has_sheet && sheets_text_bit(columns->sheets, text->bits[i], (unsigned char *)row.words, &found)) &&
            !store_text_bit_read(columns->store, block->number, text->bits[i], (unsigned char *)row.words, &found,
                                 error))
            return false;
        left = 0;
        for (int word = 0; word < BLOCK_WORDS; word++)
            left |= text->have.words[word] &= found ? row.words[word] : 0;
    }
    for (int word = 0; word < BLOCK_WORDS; word++)
        text->have.words[word] |= block->stale.words[word];
    return true;
}

bool columns_stale(struct columns *columns, int64_t block, struct stale_event **stale, size_t *count,
                   struct error *error)
{
    bool row;
    size_t capacity = 0;
    sqlite3_stmt *statement =
        store_statement(columns->store,
                        "SELECT e.sequence, e.state, e.last_revision, r.made, s.folded FROM event_stale s"
                        " JOIN event e ON e.sequence=s.event JOIN event_revision r"
                        " ON r.sequence=e.last_revision WHERE s.event>=?1 AND s.event<?2"
                        " ORDER BY s.event",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, block * COLUMN_BLOCK_EVENTS);
    sqlite3_bind_int64(statement, 2, (block + 1) * COLUMN_BLOCK_EVENTS);
    for (;;) {
        if (!store_step(columns->store, statement, &row, error, "read which events are stale"))
            return false;
        if (!row)
            return true;
        if (*count == capacity) {
            size_t larger = capacity ? 2 * capacity : 64;
            struct stale_event *grown = realloc(*stale, larger * sizeof *grown);
            if (!grown) {
                store_done(statement);
                return fail_memory(error);
            }
            *stale = grown;
            capacity = larger;
        }
        uint16_t place = (uint16_t)(sqlite3_column_int64(statement, 0) % COLUMN_BLOCK_EVENTS);
        (*stale)[(*count)++] = (struct stale_event){.place = place,
                                                    .is_live = sqlite3_column_int(statement, 1) == 0,
                                                    .revision = sqlite3_column_int64(statement, 2),
                                                    .made = sqlite3_column_int64(statement, 3),
                                                    .folded = sqlite3_column_int64(statement, 4)};
    }
}

/* ---- stale events, from their records ---- */

struct patch {
    struct columns *columns;
    struct block *block;
    unsigned place;
};

static bool add_value(void *context, enum column_family family, const char *text)
{
    struct patch *patch = context;
    uint32_t value;
    return !(patch->block->families & COLUMN_BIT(family)) ||
           (names_put(&patch->columns->values[family].names, text, &value) &&
            column_list_add(&patch->block->lists[family], patch->place, value));
}

static bool add_dyad(void *context, const char *first, const char *second, enum dyad_direction direction)
{
    struct patch *patch = context;
    uint32_t one, other;
    return columns_number(patch->columns, FAMILY_PARTY, first, &one) &&
           columns_number(patch->columns, FAMILY_PARTY, second, &other) &&
           dyad_list_add(&patch->block->dyads, dyad_key(one, other, direction), patch->place);
}

struct ent_record *columns_record(struct columns *columns, int64_t revision, struct error *error)
{
    bool row;
    sqlite3_stmt *statement =
        store_statement(columns->store, "SELECT record FROM event_revision WHERE sequence=?1", error);
    if (!statement)
        return NULL;
    sqlite3_bind_int64(statement, 1, revision);
    if (!store_step(columns->store, statement, &row, error, "read an event"))
        return NULL;
    if (!row) {
        error_set(error, ERROR_STATE, "%s is damaged: an event has no revision", store_path(columns->store));
        return NULL;
    }
    struct ent_record *record = store_column_record(columns->store, statement, 0, error);
    store_done(statement);
    return record;
}

static bool patch_event(struct columns *columns, struct block *block, const struct stale_event *stale,
                        struct error *error)
{
    int64_t numbers[NUMBER_COUNT];
    struct patch patch = {columns, block, stale->place};
    for (int i = 0; i < NUMBER_COUNT; i++)
        if (block->numbers[i])
            block->numbers[i][stale->place] = NUMBER_NONE;
    if (!stale->is_live)
        return true;
    struct ent_record *record = columns_record(columns, stale->revision, error);
    if (!record)
        return false;
    bool ok = rule_facts_fill(columns->facts, record->view, NULL) &&
              event_columns_each(columns->facts, add_value, &patch) &&
              (!(block->families & DYADS_BIT) || event_dyads_each(columns->facts, add_dyad, &patch));
    event_columns_numbers(columns->facts, stale->made, numbers);
    for (int i = 0; i < NUMBER_COUNT; i++)
        if (block->numbers[i])
            block->numbers[i][stale->place] = numbers[i];
    record_release(record);
    return ok || fail_memory(error);
}

static bool patch_block(struct columns *columns, struct block *block, const struct stale_event *stale, size_t count,
                        struct error *error)
{
    if (count == 0)
        return true;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (block->families & COLUMN_BIT(i))
            column_list_drop(&block->lists[i], &block->stale);
    for (size_t i = 0; i < count; i++)
        if (!patch_event(columns, block, &stale[i], error))
            return false;
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (block->families & COLUMN_BIT(i))
            column_list_sort(&block->lists[i]);
    return true;
}

static bool read_families(struct columns *columns, struct block *block, uint64_t families, struct error *error)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if ((families & COLUMN_BIT(i)) && (!columns_learn(columns, i, error) || !read_list(columns, block, i, error)))
            return false;
    for (int i = 0; i < NUMBER_COUNT; i++)
        if ((families & NUMBER_BIT(i)) && !read_numbers(columns, block, i, error))
            return false;
    return !(families & DYADS_BIT) || read_dyads(columns, block, error);
}

/* As if the block had nothing in these columns. */
static bool empty_families(struct block *block, uint64_t families, struct error *error)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        if (families & COLUMN_BIT(i))
            block->lists[i].count = 0;
    for (int i = 0; i < NUMBER_COUNT; i++) {
        if (!(families & NUMBER_BIT(i)) || block->numbers[i])
            continue;
        block->numbers[i] = calloc(COLUMN_BLOCK_EVENTS, sizeof *block->numbers[i]);
        if (!block->numbers[i])
            return fail_memory(error);
    }
    if (families & DYADS_BIT)
        block->dyads.count = block->dyads.place_count = 0;
    return true;
}

static bool read_stored(struct columns *columns, struct block *block, const struct block_wishes *wishes,
                        struct stale_event **stale, size_t *stale_count, struct error *error)
{
    uint64_t first = wishes->families | NUMBER_BIT(NUMBER_SEEN), more = wishes->more & ~first;
    bool failed = false;
    if (!columns_stale(columns, block->number, stale, stale_count, error))
        return false;
    for (size_t i = 0; i < *stale_count; i++)
        bits_set(&block->stale, (*stale)[i].place);
    block->families = first;
    if (!read_families(columns, block, first, error))
        return false;
    for (size_t i = 0; columns->has_sheet && i < wishes->text_count; i++)
        sheets_expect_texts(columns->sheets, (unsigned)i, wishes->texts[i].bits, wishes->texts[i].count);
    for (size_t i = 0; i < wishes->text_count; i++)
        if (!read_text(columns, block, &wishes->texts[i], error))
            return false;
    block_find_live(block);
    bool is_wanted = more && wishes->wants(wishes->context, block, &failed);
    block->families |= more;
    if (failed)
        return fail_memory(error);
    return is_wanted ? read_families(columns, block, more, error) : empty_families(block, more, error);
}

bool columns_begin(struct columns *columns, int64_t block, struct error *error)
{
    int64_t stamp;
    if (!store_snapshot_begin(columns->store, error))
        return false;
    columns->block = block;
    columns->has_sheet = false;
    if (!store_column_stamp(columns->store, block, &stamp, error)) {
        store_snapshot_end(columns->store);
        return false;
    }
    columns->has_sheet = sheets_turn_to(columns->sheets, block, stamp);
    return true;
}

bool block_load(struct columns *columns, struct block *block, int64_t number, const struct block_wishes *wishes,
                struct error *error)
{
    struct stale_event *stale = NULL;
    size_t stale_count = 0;
    block->number = number;
    memset(&block->stale, 0, sizeof block->stale);
    if (!columns_begin(columns, number, error))
        return false;
    bool ok = read_stored(columns, block, wishes, &stale, &stale_count, error);
    /* Revisions never change, so the records of stale events may be read after the transaction. */
    store_snapshot_end(columns->store);
    ok = ok && patch_block(columns, block, stale, stale_count, error);
    if (ok)
        block_find_live(block);
    free(stale);
    return ok;
}

void block_free(struct block *block)
{
    for (int i = 0; i < FAMILY_COUNT; i++)
        free(block->lists[i].entries);
    for (int i = 0; i < NUMBER_COUNT; i++)
        free(block->numbers[i]);
    dyad_list_free(&block->dyads);
    memset(block, 0, sizeof *block);
}
