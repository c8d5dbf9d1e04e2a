/* Sheets: copies of the columns in files of their own, laid out for whoever goes over many blocks. In the store's file the
 * columns of a block lie where there was room when they were written, so that to read one column of a large archive from a
 * disk is to read single pages all over that file. A sheet holds the columns of SHEET_BLOCKS blocks one behind the other, and
 * of each bit of the texts' signatures all its rows, so that it is one stretch for each.
 *
 * A sheet is never what is true: a block is read from it only where the sheet has the stamp that the store gives the block in
 * the same transaction (core/store/columns.h), and else from the store. So sheets may be missing, late, of another archive,
 * or taken away at any time. What looks damaged is not used. core/query/sheet_keeper.h writes them.
 *
 * STATE_DIR/columns/NUMBER.sheet, as this machine has its integers: a struct sheet_head; the signatures' rows, by bit and
 * block, at SHEET_TEXTS_AT; the columns behind them, by family and block. For core/query alone. A struct sheets belongs to
 * one thread and has one file open at a time. */
#ifndef CORE_QUERY_SHEETS_H
#define CORE_QUERY_SHEETS_H

#include "core/store/columns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHEET_BLOCKS = 16, SHEET_TEXTS_AT = 20480 };
#define SHEET_COLUMNS_AT (SHEET_TEXTS_AT + (uint64_t)TEXT_BITS * SHEET_BLOCKS * TEXT_BIT_BYTES)

struct sheet_piece {
    uint64_t at; /* 0: the block has no such column */
    uint32_t size, check;
};

struct sheet_head {
    char magic[8];
    uint32_t byte_order, version;
    int64_t number;                /* its first block is number * SHEET_BLOCKS */
    uint64_t size;                 /* of the whole file */
    int64_t stamps[SHEET_BLOCKS];  /* 0: it has nothing of that block */
    struct sheet_piece pieces[COLUMN_FAMILIES_MAX][SHEET_BLOCKS];
    uint32_t check, reserved;      /* of all before */
};

struct sheets;

/* Of the archive whose store lies at `path`. NULL when memory is out. */
struct sheets *sheets_create(const char *path);
void sheets_destroy(struct sheets *sheets); /* NULL does nothing */
/* The folder; lent. */
const char *sheets_folder(const struct sheets *sheets);
/* To be called before a series of blocks is read: a sheet that was written meanwhile is found. */
void sheets_refresh(struct sheets *sheets);

/* Is there a copy of the block under this stamp? What follows reads that one. */
bool sheets_turn_to(struct sheets *sheets, int64_t block, int64_t stamp);
/* As store_column_read and store_text_bit_read; false where it cannot be read, and the store is to be asked. */
bool sheets_column(struct sheets *sheets, int family, void **data, size_t *size);
bool sheets_text_bit(struct sheets *sheets, unsigned bit, unsigned char bits[TEXT_BIT_BYTES], bool *found);
/* These rows will be read, of this block and its neighbours: number `text`, below 64, of those that a plan has. */
void sheets_expect_texts(struct sheets *sheets, unsigned text, const unsigned *bits, size_t count);

/* The head of a sheet; NULL where there is none that can be used. Lent until the next call. */
const struct sheet_head *sheets_head(struct sheets *sheets, int64_t number);
/* Reads a sheet's columns, or its texts' signatures, from end to end and keeps nothing: afterwards they lie in the system's
 * page cache. Adds to *bytes. Ends early where `goes_on` says no. */
void sheets_touch(struct sheets *sheets, int64_t number, bool of_texts, bool (*goes_on)(void *context), void *context,
                  int64_t *bytes);

/* ---- for who writes them ---- */
/* "FOLDER/NUMBER.sheet" */
void sheets_path(const struct sheets *sheets, int64_t number, char *path, size_t size);
/* A head with nothing in it. */
void sheet_head_begin(struct sheet_head *head, int64_t number);
uint32_t sheet_check(const void *bytes, size_t size);
/* Of the head's own bytes. */
uint32_t sheet_head_check(const struct sheet_head *head);

#endif
