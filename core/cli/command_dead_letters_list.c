/* entente dead-letters list: the records that will not be handed out again unless a person asks, and why. */
#include "core/cli/command.h"
#include "core/cli/sheet.h"
#include "core/cli/store_table.h"
#include "core/store/dead_letters.h"
#include "lib/base/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 200, SHORT_ID = 8 };

static const struct table_column columns[] = {
    {.title = "NO", .name = "id", .min = 2, .is_number = true},
    {.title = "AT", .name = "at", .min = 16, .max = 20, .rank = 1},
    {.title = "INSTANCE", .name = "instance", .min = 10, .max = 30, .flexible = true},
    {.title = "KIND", .name = "kind", .min = 8, .rank = 3},
    {.title = "RECORD", .name = "record", .min = 8, .max = 8, .rank = 2},
    {.title = "TRIES", .name = "attempts", .min = 5, .is_number = true, .rank = 4},
    {.title = "WHY", .name = "text", .min = 12, .flexible = true},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool add_letter(void *context, const struct dead_letter_row *row)
{
    static const char *const kinds[] = {"", "item", "delivery", "output", "event"};
    struct store_table *walk = context;
    char time[CALENDAR_TEXT_SIZE], record[SHORT_ID + 1] = "";
    memcpy(record, row->record_id, strnlen(row->record_id, SHORT_ID));
    if (walk->format == TABLE_FOR_PEOPLE)
        sheet_time(time, row->at);
    else
        calendar_print(time, row->at);
    table_cell_integer(walk->table, row->id);
    table_cell(walk->table, time);
    table_cell_styled(walk->table, STYLE_NAME, row->instance);
    table_cell(walk->table, (size_t)row->kind < sizeof kinds / sizeof *kinds ? kinds[row->kind] : "");
    table_cell(walk->table, walk->format == TABLE_FOR_PEOPLE ? record : row->record_id);
    table_cell_integer(walk->table, row->attempts);
    table_cell(walk->table, row->text);
    table_row(walk->table);
    walk->last = row->id;
    return true;
}

static bool read_rows(struct store_table *walk, struct store *store, struct error *error)
{
    return store_dead_letters_each(store, walk->last, PAGE, add_letter, walk, error);
}

static int run(const struct command_line *line)
{
    return store_table_print(line, columns, COLUMNS, read_rows,
                             "No dead letters.");
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",
     "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_dead_letters_list = {
    .name = "dead-letters list",
    .summary = "List what was given up",
    .description =
        "A record that a plugin refused, that kept failing past its deadline, or that twice took the plugin down "
        "with it is put aside, so that the others go on. It stays until a person says what to do with it.",
    .examples = "entente dead-letters\tThe same as 'dead-letters list'\n"
                "entente dead-letters list --format jsonl | jq -r .text | sort | uniq -c\tWhat goes wrong most",
    .options = options,
    .run = run,
};
