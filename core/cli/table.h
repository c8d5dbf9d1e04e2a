/* Table: rows of cells as people or programs want them: a table that fits the terminal, JSON lines, or CSV (RFC 4180).
 *
 * The columns are a constant table. Cells are given from left to right, then table_row ends the row. A table lays its
 * columns out by the first TABLE_ROWS_MEASURED rows and streams the rest; the other formats stream from the first row.
 * On a terminal text is cut with … and cleaned (display_clean); into a file or a pipe nothing is cut. Copies what it is
 * given. One owner, one thread; a failed write or allocation is told by table_finish. */
#ifndef CORE_CLI_TABLE_H
#define CORE_CLI_TABLE_H

#include "core/cli/display.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TABLE_ROWS_MEASURED = 1000, TABLE_COLUMNS_MAX = 32 };

/* Rows of options for commands that list: {"format", 'f', …}. */
#define TABLE_FORMAT_CHOICES "table|jsonl|csv"
enum table_format { TABLE_FOR_PEOPLE, TABLE_JSONL, TABLE_CSV };

struct table_column {
    const char *title; /* for people: "SOURCES" */
    const char *name;  /* in JSON and CSV: "independent_sources" */
    int min;           /* columns it keeps while it is shown */
    int max;           /* columns, 0 for no bound */
    bool flexible;     /* gives way first where the terminal is narrow */
    bool is_number;    /* aligned right; unquoted in JSON */
    int rank;          /* 0 always shown; else left out where the terminal is too narrow, greatest first */
};

struct table;

/* From the value of --format; TABLE_FOR_PEOPLE for unknown words, which the parser has refused already. */
enum table_format table_format_of(const char *word);

/* `columns` is lent. `width` 0 for no bound. NULL when memory is out. */
struct table *table_create(const struct table_column *columns, size_t count, enum table_format format, int width,
                           FILE *out);
void table_cell(struct table *table, const char *text); /* NULL: absent */
void table_cell_styled(struct table *table, enum display_style style, const char *text);
void table_cell_integer(struct table *table, int64_t value);
void table_cell_number(struct table *table, double value);
void table_row(struct table *table);
size_t table_rows(const struct table *table);
bool table_is_csv(const struct table *table);
/* Prints what waits and destroys the table. */
bool table_finish(struct table *table, struct error *error);
/* The same at the end of a walk that went well (`ok`) or not: what failed first is told. `table` may be NULL. */
bool table_end(struct table *table, bool ok, struct error *error);

#endif
