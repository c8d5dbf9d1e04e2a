/* entente token list: who may ask and command over the network. */
#include "core/base/clock.h"
#include "core/cli/command.h"
#include "core/cli/sheet.h"
#include "core/cli/store_table.h"
#include "core/store/tokens.h"
#include "lib/base/calendar.h"

#include <stdio.h>

static const struct table_column columns[] = {
    {.title = "ID", .name = "id", .min = 12},
    {.title = "NAME", .name = "name", .min = 8, .max = 30, .flexible = true},
    {.title = "ROLE", .name = "role", .min = 7},
    {.title = "KIND", .name = "kind", .min = 7},
    {.title = "MADE", .name = "created", .min = 16, .max = 20, .rank = 2},
    {.title = "EXPIRES", .name = "expires", .min = 16, .max = 20, .rank = 1},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool add_token(void *context, const struct token_row *row)
{
    struct store_table *walk = context;
    char times[2][CALENDAR_TEXT_SIZE];
    const int64_t values[] = {row->created, row->expires};
    if (row->expires && row->expires <= clock_now())
        return true; /* it is gone with the next one that is made */
    for (int i = 0; i < 2; i++) {
        if (walk->format == TABLE_FOR_PEOPLE)
            sheet_time(times[i], values[i]);
        else
            calendar_print(times[i], values[i]);
    }
    table_cell_styled(walk->table, STYLE_NAME, row->id);
    table_cell(walk->table, row->name);
    table_cell(walk->table, row->role);
    table_cell(walk->table, row->kind);
    table_cell(walk->table, times[0]);
    table_cell(walk->table, row->expires ? times[1] : walk->format == TABLE_FOR_PEOPLE ? "never" : "");
    table_row(walk->table);
    return true;
}

static bool read_rows(struct store_table *walk, struct store *store, struct error *error)
{
    return store_tokens_each(store, add_token, walk, error);
}

static int run(const struct command_line *line)
{
    return store_table_print(line, columns, COLUMNS, read_rows,
                             "No tokens. 'entente token login' lets a browser in, 'entente token create' makes one for a program.");
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",
     "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_token_list = {
    .name = "token list",
    .summary = "List access tokens, and the sessions of browsers",
    .description = "Tokens themselves cannot be shown again: only their digests are kept.",
    .examples = "entente token list\tWho is let in, as what, until when",
    .options = options,
    .run = run,
};
