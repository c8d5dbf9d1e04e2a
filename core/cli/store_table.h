/* Store table: all of a command that prints rows of the store as they stand, for people, as JSON lines or as CSV (its
 * option
 * --format). Lists that are filtered and may be long are core/cli/listing.h's. */
#ifndef CORE_CLI_STORE_TABLE_H
#define CORE_CLI_STORE_TABLE_H

#include "core/cli/command.h"
#include "core/cli/table.h"

struct store;

struct store_table {
    struct table *table;
    enum table_format format;
    int64_t last; /* the row given last, where there are pages; 0 at the beginning */
};

/* Adds rows, from the first behind `last` on, which it moves; it is called until `last` stays where it was. */
typedef bool store_table_reader(struct store_table *walk, struct store *store, struct error *error);

/* The command's exit status. `nothing`: what people are told where there is no row. */
int store_table_print(const struct command_line *line, const struct table_column *columns, size_t count,
                      store_table_reader *read, const char *nothing);

#endif
