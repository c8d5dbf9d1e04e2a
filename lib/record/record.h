/* Record: build, seal, verify and read the flat blocks of <entente/record.h>.
 *
 * Two ways to look at a block. `struct record_view` borrows verified bytes and costs nothing; views of records
 * within records are made from it. `struct ent_record` owns its bytes and is reference-counted; it is what units of
 * work pass on. Sealed records never change, so any thread may read them while it holds a reference.
 *
 * A builder belongs to one thread. It checks each value against the schema and remembers the first error, so
 * that only record_seal need be checked. Memory: record_seal and record_from_bytes give the caller one reference. */
#ifndef LIB_RECORD_RECORD_H
#define LIB_RECORD_RECORD_H

#include "lib/base/error.h"

#include <entente/record.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct record_view {
    const unsigned char *bytes; /* 8-byte aligned */
    size_t size;
};

struct ent_record {
    struct record_view view;
    atomic_uint references;
};

struct text {
    const char *bytes; /* NUL-terminated in a record */
    size_t size;
};

/* ---- building ---- */
struct ent_builder;

/* NULL when memory is out. */
struct ent_builder *record_build(unsigned kind);
void record_put_str(struct ent_builder *builder, unsigned field, const char *bytes, size_t size);
/* Nothing is written for NULL or "". */
void record_put_text(struct ent_builder *builder, unsigned field, const char *text);
void record_put_int(struct ent_builder *builder, unsigned field, int64_t value); /* int and flag fields */
void record_put_num(struct ent_builder *builder, unsigned field, double value);
void record_put_time(struct ent_builder *builder, unsigned field, int64_t milliseconds);
/* A copy of a sealed record as a record within. */
void record_put_view(struct ent_builder *builder, unsigned field, struct record_view view);
/* Copies every entry of `view` whose field is not in `except` (ended by 0; may be NULL). The kinds must share
 * their field ids (report to report or event, item to item). */
void record_put_all(struct ent_builder *builder, struct record_view view, const unsigned *except);
/* The same of a record of the very kind that is being built; another one is an error. */
void record_put_same(struct ent_builder *builder, struct record_view view, const unsigned *except);
void record_open(struct ent_builder *builder, unsigned field, unsigned kind);
void record_close(struct ent_builder *builder);
/* Both end the builder. NULL with `error` filled where any put failed. */
struct ent_record *record_seal(struct ent_builder *builder, struct error *error);
void record_discard(struct ent_builder *builder);

/* ---- owning ---- */
/* Copies and verifies. */
struct ent_record *record_from_bytes(const void *bytes, size_t size, struct error *error);
struct ent_record *record_hold(const struct ent_record *record);
void record_release(struct ent_record *record); /* NULL does nothing */

/* ---- verifying ---- */
/* Everything that the readers below rely on: sizes, alignment, order, types against the schema, UTF-8,
 * terminating NULs, depth. Unknown fields of a known kind pass, so that a newer writer can be read. */
bool record_verify(const void *bytes, size_t size, struct error *error);
/* Borrows bytes that have been verified, here or when they were stored by us; they must be 8-byte aligned. */
struct record_view record_view_of(const void *bytes, size_t size);

/* ---- reading ---- */
unsigned record_kind(struct record_view view);
size_t record_count(struct record_view view, unsigned field);
/* Fills *value and returns true where the field has an entry number `index`. */
bool record_get_str(struct record_view view, unsigned field, size_t index, struct text *value);
bool record_get_int(struct record_view view, unsigned field, size_t index, int64_t *value); /* int, flag, time */
bool record_get_num(struct record_view view, unsigned field, size_t index, double *value);
bool record_get_view(struct record_view view, unsigned field, size_t index, struct record_view *value);
/* First value, or NULL. */
const char *record_text(struct record_view view, unsigned field);
/* First value, or `absent`. */
int64_t record_int(struct record_view view, unsigned field, int64_t absent);
double record_num(struct record_view view, unsigned field, double absent);

#endif
