/* CSV after RFC 4180: cells and rows into a buffer. A buffer that fails says so itself. */
#ifndef CORE_EXPORT_CSV_H
#define CORE_EXPORT_CSV_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct csv {
    struct buffer *out; /* lent */
    /* A text that a spreadsheet would run as a formula gets an apostrophe before it: for who opens a file with a click.
     */
    bool is_guarded;
    bool is_within; /* a row */
};

void csv_cell(struct csv *csv, const char *text); /* NULL: absent */
void csv_cell_integer(struct csv *csv, int64_t value);
void csv_cell_number(struct csv *csv, double value);
void csv_row(struct csv *csv); /* ends it */
/* One field by itself, with its quotes where it needs any. */
void csv_append(struct buffer *out, const char *text);

#endif
