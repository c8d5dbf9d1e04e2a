#include "core/cli/store_table.h"

#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/query/query.h"

#include <stdio.h>

int store_table_print(const struct command_line *line, const struct table_column *columns, size_t count,
                      store_table_reader *read, const char *nothing)
{
    struct error error = ERROR_INIT;
    struct store_table walk = {.format = table_format_of(command_value(line, "format"))};
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    walk.table = table_create(columns, count, walk.format, display()->width, stdout);
    bool ok = walk.table || error_set(&error, ERROR_MEMORY, "out of memory");
    for (int64_t before = -1; ok && walk.last != before;) {
        before = walk.last;
        ok = read(&walk, query_store(query), &error);
    }
    size_t rows = walk.table ? table_rows(walk.table) : 0;
    ok = table_end(walk.table, ok, &error);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    if (rows == 0 && walk.format == TABLE_FOR_PEOPLE)
        message_note("%s", nothing);
    return COMMAND_DONE;
}
