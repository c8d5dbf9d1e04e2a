/* Columns: what queries ask of events, laid out for scanning (core/query). Events are numbered by their sequence and
 * stand in blocks of COLUMN_BLOCK_EVENTS; a block has, for each column, one row with the values of its events, and for
 * each bit of the texts' signature one row with a bit an event. Words that events hold are numbered within their
 * column, in `column_value`. All of this can be made again from the events' revisions.
 *
 * An event whose revision is newer than its block is stale: store_event_put notes it, with the revision that its block
 * shows (0 for none), and whoever reads must look at its record instead; who adds up counts of whole blocks takes away
 * what the revision shown adds to them. core/query/fold.h takes stale events into their blocks, on the writer's thread.
 * Reading is for any thread with its own connection. Tables: column_value(family, id, text), column_block(id, data),
 * text_bit(id, bits), event_stale(event, folded), column_stamp(block, stamp): a block's stamp is drawn anew whenever the
 * block is written, so that whoever has a copy of it knows whether it still is one (core/query/sheets.h). */
#ifndef CORE_STORE_COLUMNS_H
#define CORE_STORE_COLUMNS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum {
    COLUMN_BLOCK_EVENTS = 4096,
    COLUMN_FAMILIES_MAX = 64,
    TEXT_BITS = 4096, /* of an event's signature */
    TEXT_BIT_BYTES = COLUMN_BLOCK_EVENTS / 8
};

extern const char store_columns_schema[];
/* The same for a store that has events already: all of them are stale. */
extern const char store_columns_migration[];
/* For a store whose columns were made by other rules: all of it is made again. */
extern const char store_columns_anew[];
/* For one whose stale events do not say yet what their blocks show. */
extern const char store_columns_shown[];
/* For one whose blocks have no stamps yet. */
extern const char store_columns_stamped[];

/* ---- values ---- */
/* The number of `text` in the family; makes one where it has none. Writing. */
bool store_column_value_put(struct store *store, int family, const char *text, uint32_t *id, struct error *error);
/* Return false to stop early. The text is lent. */
typedef bool store_column_value_callback(void *context, uint32_t id, const char *text);
/* The family's values from number `from` on, in order. Values are numbered 0, 1, 2, … without gaps. */
bool store_column_values(struct store *store, int family, uint32_t from, store_column_value_callback *callback,
                         void *context, struct error *error);

/* ---- blocks ---- */
/* The column of a block; *data is NULL where there is none. The caller frees it. */
bool store_column_read(struct store *store, int64_t block, int family, void **data, size_t *size, struct error *error);
bool store_column_write(struct store *store, int64_t block, int family, const void *data, size_t size,
                        struct error *error);
/* One bit of the block's signatures; *found false where no event has it. */
bool store_text_bit_read(struct store *store, int64_t block, unsigned bit, unsigned char bits[TEXT_BIT_BYTES],
                         bool *found, struct error *error);
bool store_text_bit_write(struct store *store, int64_t block, unsigned bit, const unsigned char bits[TEXT_BIT_BYTES],
                          struct error *error);

/* Says that the block was written; with whatever wrote it, in one transaction. Writing. */
bool store_column_stamp_renew(struct store *store, int64_t block, struct error *error);
/* 0 for a block that was never written. */
bool store_column_stamp(struct store *store, int64_t block, int64_t *stamp, struct error *error);
/* Of `count` blocks from `first` on. */
bool store_column_stamps(struct store *store, int64_t first, size_t count, int64_t *stamps, struct error *error);

/* All columns of a block, or the rows of its texts' signatures that it has, in order. The bytes are lent. False where
 * the callback stopped, then without an error. */
typedef bool store_column_piece_callback(void *context, unsigned number, const void *bytes, size_t size);
bool store_columns_each(struct store *store, int64_t block, bool of_texts, store_column_piece_callback *callback,
                        void *context, struct error *error);
/* Reads the columns of a block, or its texts' signatures, and keeps nothing: afterwards they lie in the system's page cache. Adds to *bytes. */
bool store_columns_touch(struct store *store, int64_t block, bool of_texts, int64_t *bytes, struct error *error);

/* ---- stale events ---- */
/* Notes that the event is about to change; before its row does. Writing. */
bool store_stale_note(struct store *store, int64_t event, struct error *error);
/* Makes every event stale and drops what was made of them. Writing. */
bool store_columns_reset(struct store *store, struct error *error);
/* Those of a block, in order, at most COLUMN_BLOCK_EVENTS; as their places within it. */
bool store_stale_read(struct store *store, int64_t block, uint16_t places[COLUMN_BLOCK_EVENTS], size_t *count,
                      struct error *error);
bool store_stale_forget(struct store *store, int64_t block, struct error *error);
/* Whether there are `enough` of them; then the block that holds most of the first 4 * `enough`. */
bool store_stale_block(struct store *store, size_t enough, bool *found, int64_t *block, struct error *error);
/* The greatest sequence of an event; 0 where there is none. */
bool store_event_last(struct store *store, int64_t *sequence, struct error *error);

#endif
