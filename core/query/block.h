/* Block: the columns of COLUMN_BLOCK_EVENTS events in memory, with what is stale taken from the events' records, so
 * that whoever counts or filters sees the events as they stand. For core/query alone.
 *
 * A struct columns belongs to a query: it numbers the values that it has met (a value's number here is not the stored
 * one) and keeps them over blocks. A struct block is filled again for each block. One thread. */
#ifndef CORE_QUERY_BLOCK_H
#define CORE_QUERY_BLOCK_H

#include "core/query/dyad_list.h"
#include "core/query/event_columns.h"
#include "core/query/names.h"
#include "lib/base/error.h"

enum { BLOCK_WORDS = COLUMN_BLOCK_EVENTS / 64 };

struct store;
struct sheets;
struct columns;

/* One bit an event of a block. */
struct bits {
    uint64_t words[BLOCK_WORDS];
};
static inline bool bits_have(const struct bits *bits, unsigned place)
{
    return bits->words[place / 64] >> (place % 64) & 1;
}
static inline void bits_set(struct bits *bits, unsigned place)
{
    bits->words[place / 64] |= (uint64_t)1 << (place % 64);
}
static inline int64_t bits_count(const struct bits *bits)
{
    int64_t count = 0;
    for (int i = 0; i < BLOCK_WORDS; i++)
        count += __builtin_popcountll(bits->words[i]);
    return count;
}

struct column_entry {
    uint16_t place;
    uint32_t value;
};

/* Entries in order of their places. */
struct column_list {
    struct column_entry *entries;
    size_t count, capacity;
};

struct block {
    int64_t number;
    uint64_t families; /* those that were asked for: bits of enum column_family and, from NUMBERS_AT on, of numbers */
    struct column_list lists[FAMILY_COUNT];
    int64_t *numbers[NUMBER_COUNT]; /* NULL where not asked for */
    struct dyad_list dyads;         /* by the numbers of FAMILY_PARTY */
    struct bits live, stale;
};

#define COLUMN_BIT(column) ((uint64_t)1 << (column))
#define NUMBER_BIT(number) ((uint64_t)1 << (NUMBERS_AT + (number)))
#define DYADS_BIT COLUMN_BIT(FAMILY_DYAD)

/* NULL when memory is out. `store` is lent. */
struct columns *columns_create(struct store *store);
struct store *columns_store(const struct columns *columns);
struct sheets *columns_sheets(const struct columns *columns);
void columns_destroy(struct columns *columns);
const struct names *columns_values(const struct columns *columns, enum column_family family);
/* Blocks that there are now. */
bool columns_blocks(struct columns *columns, int64_t *count, struct error *error);

/* Bits of the texts' signatures that an event must have all. */
struct text_bits {
    const unsigned *bits;
    size_t count;
    struct bits have; /* filled: who has them; stale events are said to */
};

/* What is to be loaded. */
struct block_wishes {
    uint64_t families;
    struct text_bits *texts;
    size_t text_count;
    /* These come too if `wants` says so of the block as it is stored, without what changed since; else only of events
     * that are stale. False with `failed` set where it cannot tell. `wants` is called within the transaction. */
    uint64_t more;
    bool (*wants)(void *context, struct block *block, bool *failed);
    void *context;
};

/* Fills a block that is zeroed or was filled before, and the texts' bits. Who is live is always known. All in one read
 * transaction. */
bool block_load(struct columns *columns, struct block *block, int64_t number, const struct block_wishes *wishes,
                struct error *error);
void block_free(struct block *block);
/* Fills `live` from the numbers. */
void block_find_live(struct block *block);

/* ---- parts of loading, also for core/query/tallies.c ---- */
struct stale_event {
    uint16_t place;
    bool is_live;
    int64_t folded;         /* the revision that the block shows; 0 for none */
    int64_t revision, made; /* as it stands */
};
/* What is read then of the block is of one state; store_snapshot_end ends it. */
bool columns_begin(struct columns *columns, int64_t block, struct error *error);
/* As store_column_read, of the block that was begun: from its sheet where that is a copy of it (sheets.h). */
bool columns_read(struct columns *columns, int family, void **data, size_t *size, struct error *error);
/* Those of a block; the caller frees *stale, also after a failure. */
bool columns_stale(struct columns *columns, int64_t block, struct stale_event **stale, size_t *count,
                   struct error *error);
/* Reads the family's values that came since the last time. */
bool columns_learn(struct columns *columns, enum column_family family, struct error *error);
/* Which of our numbers each stored one has; never NULL. Lent until columns_learn. */
const uint32_t *columns_numbers(const struct columns *columns, enum column_family family, size_t *count);
/* Our number of a text. False when memory is out. */
bool columns_number(struct columns *columns, enum column_family family, const char *text, uint32_t *number);
/* A revision's record; the caller releases it. */
struct ent_record *columns_record(struct columns *columns, int64_t revision, struct error *error);
/* Lent, to be filled. */
struct rule_facts *columns_facts(const struct columns *columns);

/* ---- encoding, also for core/query/fold.c ---- */
/* Reads a stored list; `values` (may be NULL) gives the number for each stored one. */
bool column_list_decode(struct column_list *list, const void *data, size_t size, const uint32_t *values,
                        size_t value_count, struct error *error);
/* The stored form; the caller frees it. NULL when memory is out. */
void *column_list_encode(const struct column_list *list, size_t *size);
/* Drops the entries of the places in `places`. */
void column_list_drop(struct column_list *list, const struct bits *places);
/* Appends, unless the place has the value among its last entries. False when memory is out. */
bool column_list_add(struct column_list *list, unsigned place, uint32_t value);
/* Puts the list in order of places again, keeping the order within one. */
void column_list_sort(struct column_list *list);

#endif
