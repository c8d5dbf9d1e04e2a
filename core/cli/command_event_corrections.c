/* entente event corrections: what people corrected, by whom and when. */
#include "core/cli/command.h"
#include "core/cli/sheet.h"
#include "core/cli/store_table.h"
#include "core/desk/correction_values.h"
#include "core/store/corrections.h"
#include "lib/base/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 200, SHORT_ID = 8 };

static const struct table_column columns[] = {
    {.title = "NO", .name = "number", .min = 2, .is_number = true},
    {.title = "AT", .name = "made", .min = 16, .max = 20, .rank = 1},
    {.title = "BY", .name = "author", .min = 4, .max = 20, .flexible = true},
    {.title = "WHAT", .name = "kind", .min = 7, .max = 16},
    {.title = "EVENT", .name = "event", .min = 8, .max = 8},
    {.title = "HOW", .name = "change", .min = 10, .flexible = true},
    {.title = "NOTE", .name = "note", .min = 8, .flexible = true, .rank = 2},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* "status=signed; name=…", "with 77b01d22", "of 12". */
static void describe(struct buffer *text, const struct correction_row *row, bool is_short)
{
    int id_size = is_short ? SHORT_ID : (int)strlen(row->other);
    if (row->kind == CORRECTION_MERGE)
        buffer_printf(text, "with %.*s", id_size, row->other);
    else if (row->kind == CORRECTION_SPLIT)
        buffer_printf(text, "into %.*s", id_size, row->other);
    else if (row->kind == CORRECTION_UNDO)
        buffer_printf(text, "of %" PRId64, row->target);
    for (const char *at = row->fields; row->value.bytes && *at;) {
        size_t size = strcspn(at, ",");
        const struct correction_field *field = correction_field_find(at, size);
        size_t before = text->size;
        buffer_printf(text, "%s%.*s=", before ? "; " : "", (int)size, at);
        before = text->size;
        if (field)
            correction_value_text(text, row->value, field->field);
        if (text->size == before)
            buffer_append_text(text, "none");
        at += size + (at[size] == ',');
    }
}

static bool add_correction(void *context, const struct correction_row *row)
{
    struct store_table *walk = context;
    bool is_short = walk->format == TABLE_FOR_PEOPLE;
    char time[CALENDAR_TEXT_SIZE], event[SHORT_ID + 1] = "";
    struct buffer how = BUFFER_INIT, kind = BUFFER_INIT;
    memcpy(event, row->event, strnlen(row->event, SHORT_ID));
    if (is_short)
        sheet_time(time, row->made);
    else
        calendar_print(time, row->made);
    describe(&how, row, is_short);
    buffer_printf(&kind, "%s%s", correction_kind_word(row->kind), row->is_undone ? ", undone" : "");
    table_cell_integer(walk->table, row->number);
    table_cell(walk->table, time);
    table_cell(walk->table, row->author);
    table_cell_styled(walk->table, row->is_undone ? STYLE_FAINT : STYLE_PLAIN, kind.bytes ? kind.bytes : "");
    table_cell_styled(walk->table, STYLE_NAME, is_short ? event : row->event);
    table_cell(walk->table, how.bytes ? how.bytes : "");
    table_cell(walk->table, row->note);
    table_row(walk->table);
    walk->last = row->number;
    buffer_free(&how);
    buffer_free(&kind);
    return true;
}

static bool read_rows(struct store_table *walk, struct store *store, struct error *error)
{
    return store_corrections_each(store, walk->last, PAGE, add_correction, walk, error);
}

static int run(const struct command_line *line)
{
    return store_table_print(line, columns, COLUMNS, read_rows,
                             "No corrections.");
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",
     "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_event_corrections = {
    .name = "event corrections",
    .summary = "List what people corrected",
    .description = "In the order in which it was done. The number is what 'entente event undo' takes.",
    .examples = "entente event corrections\tWho confirmed, rejected, merged, split or set what\n"
                "entente event corrections --format csv > corrections.csv\tFor the files",
    .options = options,
    .run = run,
};
