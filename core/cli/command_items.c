/* entente items: the articles fetched, newest first. */
#include "core/cli/listing.h"
#include "core/cli/sheet.h"
#include "lib/base/calendar.h"
#include "lib/record/record_json.h"

#include <string.h>

static const struct table_column columns[] = {
    {.title = "ID", .name = "id", .min = 8, .max = 8},
    {.title = "PUBLISHED", .name = "published", .min = 16, .max = 16, .rank = 1},
    {.title = "SOURCE", .name = "source", .min = 6, .max = 20, .flexible = true, .rank = 2},
    {.title = "CLASS", .name = "class", .min = 5, .rank = 4},
    {.title = "REPORTS", .name = "reports", .min = 7, .is_number = true, .rank = 3},
    {.title = "TITLE", .name = "title", .min = 30, .flexible = true},
};

static const struct table_column csv_columns[] = {
    {.name = "id"},      {.name = "version"},   {.name = "published"}, {.name = "fetched"},
    {.name = "source"},  {.name = "publisher"}, {.name = "class"},     {.name = "language"},
    {.name = "reports"}, {.name = "title"},     {.name = "url"},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    CSV_COLUMNS = sizeof csv_columns / sizeof *csv_columns,
    SHORT_ID = 8
};

static void people_row(struct table *table, const struct query_row *row)
{
    struct record_view item = row->record->view;
    char id[SHORT_ID + 1] = "", time[SHEET_TIME_SIZE];
    const char *whole = record_text(item, ENT_ITEM_ID);
    int64_t published;
    if (whole)
        memcpy(id, whole, strnlen(whole, SHORT_ID));
    table_cell_styled(table, row->superseded ? STYLE_FAINT : STYLE_NAME, id);
    table_cell(table, record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published) ? sheet_time(time, published) : "");
    table_cell(table, record_text(item, ENT_ITEM_SOURCE));
    table_cell(table, record_text(item, ENT_ITEM_CLASS));
    table_cell_integer(table, row->reports);
    table_cell_styled(table, row->superseded ? STYLE_FAINT : STYLE_PLAIN, record_text(item, ENT_ITEM_TITLE));
    table_row(table);
}

static void time_cell(struct table *table, struct record_view item, unsigned field)
{
    char text[CALENDAR_TEXT_SIZE];
    int64_t time;
    bool known = record_get_int(item, field, 0, &time);
    if (known)
        calendar_print(text, time);
    table_cell(table, known ? text : NULL);
}

static void csv_row(struct table *table, const struct query_row *row)
{
    struct record_view item = row->record->view;
    table_cell(table, record_text(item, ENT_ITEM_ID));
    table_cell_integer(table, record_int(item, ENT_ITEM_VERSION, 1));
    time_cell(table, item, ENT_ITEM_PUBLISHED);
    time_cell(table, item, ENT_ITEM_FETCHED);
    static const unsigned words[] = {ENT_ITEM_SOURCE, ENT_ITEM_PUBLISHER, ENT_ITEM_CLASS, ENT_ITEM_LANGUAGE};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        table_cell(table, record_text(item, words[i]));
    table_cell_integer(table, row->reports);
    table_cell(table, record_text(item, ENT_ITEM_TITLE));
    table_cell(table, record_text(item, ENT_ITEM_URL));
    table_row(table);
}

static bool print(struct table *table, const struct query_row *row, struct buffer *line)
{
    if (table && table_is_csv(table)) {
        csv_row(table, row);
    } else if (table) {
        people_row(table, row);
    } else {
        struct json_writer writer;
        json_begin(&writer, line);
        json_object_open(&writer);
        record_members_to_json(&writer, row->record->view, RECORD_JSON_NULLS);
        json_key(&writer, "superseded");
        json_put_boolean(&writer, row->superseded);
        json_key(&writer, "reports");
        json_put_integer(&writer, row->reports);
        json_object_close(&writer);
    }
    return !line->failed;
}

static const struct listing_plan plan = {
    .what = "items",
    .open = query_items,
    .print = print,
    .columns = columns,
    .column_count = COLUMNS,
    .csv_columns = csv_columns,
    .csv_column_count = CSV_COLUMNS,
};

static int run(const struct command_line *line)
{
    struct listing listing;
    if (!listing_begin(&listing, line))
        return COMMAND_USAGE;
    listing.filter.sources = command_value(line, "source");
    return listing_run(&listing, line, &plan);
}

static const struct command_option options[] = {
    {"source", 'S', COMMAND_VALUE, "NAMES", NULL, NULL, "Only from these sources, apart by commas"},
    LISTING_OPTIONS,
    {.name = NULL},
};

const struct command command_items = {
    .name = "items",
    .summary = "List the articles fetched",
    .description = "Every version of every article, what was stored last first. --since and --until go by the time of "
                   "publication, or of the fetch where none is stated.",
    .examples = "entente items --since 24h\tWhat came in since yesterday\n"
                "entente items --source edm --text 'air defence' --limit 0\tAll of one source that speak of it\n"
                "entente items --format jsonl > items.jsonl\tThe whole archive, bodies included",
    .options = options,
    .run = run,
};
