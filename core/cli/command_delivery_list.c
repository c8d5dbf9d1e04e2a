/* entente delivery list: how far each alert has come at each sink. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/cli/table.h"
#include "core/store/deliveries.h"
#include "lib/base/calendar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 200, SHORT_ID = 8, ROWS_FOR_PEOPLE = 50 };

static const struct table_column columns[] = {
    {.title = "ID", .name = "id", .min = 8, .max = 8},
    {.title = "SINK", .name = "sink", .min = 6, .max = 20, .flexible = true},
    {.title = "STATE", .name = "state", .min = 9, .max = 9},
    {.title = "TRIES", .name = "attempts", .min = 5, .is_number = true, .rank = 3},
    {.title = "WHEN", .name = "when", .min = 16, .max = 20, .rank = 1},
    {.title = "WATCH", .name = "watch", .min = 6, .max = 20, .flexible = true, .rank = 4},
    {.title = "HEADLINE", .name = "headline", .min = 16, .flexible = true, .rank = 2},
    {.title = "WHY", .name = "text", .min = 12, .flexible = true},
};

static const struct table_column export_columns[] = {
    {.name = "id"},      {.name = "sink"},     {.name = "alert"},    {.name = "watch"}, {.name = "reason"},
    {.name = "state"},   {.name = "attempts", .is_number = true},    {.name = "next"},  {.name = "settled"},
    {.name = "text"},    {.name = "hold"},     {.name = "carrier"},  {.name = "headline"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, EXPORT_COLUMNS = sizeof export_columns / sizeof *export_columns };

struct walk {
    struct table *table;
    enum table_format format;
    int64_t last;
    size_t left; /* SIZE_MAX: no bound */
};

static bool is_open(const struct delivery_state_row *row)
{
    return strcmp(row->state, "pending") == 0 || strcmp(row->state, "held") == 0;
}

static enum display_style style_of(const struct delivery_state_row *row)
{
    if (strcmp(row->state, "dead") == 0)
        return STYLE_BAD;
    if (strcmp(row->state, "delivered") == 0)
        return STYLE_GOOD;
    return row->attempts > 0 ? STYLE_WARNING : STYLE_PLAIN;
}

/* The time that matters: of what is open the next try, of the rest when it was over. */
static void people_row(struct table *table, const struct delivery_state_row *row)
{
    char id[SHORT_ID + 1] = "", time[SHEET_TIME_SIZE], why[700];
    memcpy(id, row->id, strnlen(row->id, SHORT_ID));
    bool is_held = strcmp(row->state, "held") == 0;
    snprintf(why, sizeof why, "%s%s%s%s", *row->hold ? (is_held ? "waits for " : "in ") : "", row->hold,
             *row->hold && *row->text ? ": " : "", row->text);
    table_cell_styled(table, STYLE_NAME, id);
    table_cell(table, row->sink);
    table_cell_styled(table, style_of(row), row->state);
    table_cell_integer(table, row->attempts);
    table_cell(table, sheet_time(time, is_open(row) ? row->due : row->settled));
    table_cell(table, row->watch);
    table_cell(table, record_text(row->alert, ENT_ALERT_HEADLINE));
    table_cell(table, why);
    table_row(table);
}

static void export_row(struct table *table, const struct delivery_state_row *row)
{
    char next[CALENDAR_TEXT_SIZE] = "", settled[CALENDAR_TEXT_SIZE] = "";
    if (is_open(row))
        calendar_print(next, row->due);
    else
        calendar_print(settled, row->settled);
    table_cell(table, row->id);
    table_cell(table, row->sink);
    table_cell(table, row->alert_id);
    table_cell(table, row->watch);
    table_cell(table, row->reason);
    table_cell(table, row->state);
    table_cell_integer(table, row->attempts);
    table_cell(table, *next ? next : NULL);
    table_cell(table, *settled ? settled : NULL);
    table_cell(table, *row->text ? row->text : NULL);
    table_cell(table, *row->hold ? row->hold : NULL);
    table_cell(table, *row->carrier ? row->carrier : NULL);
    table_cell(table, record_text(row->alert, ENT_ALERT_HEADLINE));
    table_row(table);
}

static bool add_row(void *context, const struct delivery_state_row *row)
{
    struct walk *walk = context;
    if (walk->format == TABLE_FOR_PEOPLE)
        people_row(walk->table, row);
    else
        export_row(walk->table, row);
    walk->last = row->sequence;
    walk->left -= walk->left != SIZE_MAX;
    return walk->left > 0;
}

/* 0 means all; left out, a table has a screenful. */
static bool read_limit(const struct command_line *line, enum table_format format, size_t *limit)
{
    const char *text = command_value(line, "limit");
    char *end;
    errno = 0;
    unsigned long count = text ? strtoul(text, &end, 10) : format == TABLE_FOR_PEOPLE ? ROWS_FOR_PEOPLE : 0;
    *limit = count ? count : SIZE_MAX;
    if (!text || (*text >= '0' && *text <= '9' && !*end && !errno))
        return true;
    message_failure("--limit: '%.40s' is no number", text);
    return false;
}

static bool walk_all(struct walk *walk, const struct command_line *line, struct store *store, struct error *error)
{
    bool ok = true;
    for (int64_t before = -1; ok && walk->last != before && walk->left > 0;) {
        before = walk->last;
        ok = store_delivery_states(store, command_value(line, "sink"), command_value(line, "alert"),
                                   command_value(line, "state"), before, PAGE, add_row, walk, error);
    }
    return ok;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct walk walk = {.format = table_format_of(command_value(line, "format"))};
    if (!read_limit(line, walk.format, &walk.left))
        return COMMAND_USAGE;
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    bool is_for_people = walk.format == TABLE_FOR_PEOPLE;
    walk.table = table_create(is_for_people ? columns : export_columns, is_for_people ? COLUMNS : EXPORT_COLUMNS,
                              walk.format, display()->width, stdout);
    bool ok = walk.table ? walk_all(&walk, line, query_store(query), &error)
                         : error_set(&error, ERROR_MEMORY, "out of memory");
    size_t rows = walk.table ? table_rows(walk.table) : 0;
    ok = table_end(walk.table, ok, &error);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    if (is_for_people && rows == 0)
        message_note("No deliveries.");
    else if (is_for_people && walk.left == 0)
        message_note("Only the newest %zu; --limit 0 shows all.", rows);
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"sink", 's', COMMAND_VALUE, "NAME", NULL, NULL, "Only to this sink"},
    {"state", 0, COMMAND_LIST, "STATES", "pending|held|delivered|dead|recalled", NULL, "Only in one of these states"},
    {"alert", 'a', COMMAND_VALUE, "ID", NULL, NULL, "Only of the alert, or the delivery, whose id begins so"},
    {"limit", 'n', COMMAND_VALUE, "COUNT", NULL, NULL,
     "Rows at most, 0 for all; else 50 for a table and all for exports"},
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",
     "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_delivery_list = {
    .name = "delivery list",
    .summary = "List how far each alert has come at each sink",
    .description = "One row for each alert and sink, newest first. A delivery is pending until the sink has taken it "
                   "(WHEN is the next "
                   "try, WHY the last error), held while it waits for a digest, the end of quiet hours, a throttle or "
                   "its group, then "
                   "delivered (WHY is what the receiver answered, where it says something) or dead, with the reason; "
                   "recalled where "
                   "its event was rejected, withdrawn or put together with one that the same sink was told of, before "
                   "it went out.",
    .examples = "entente delivery list\tThe newest deliveries\n"
                "entente delivery list --state pending,dead --sink desk-mail\tWhat has not reached one sink, and why\n"
                "entente delivery list --format jsonl | jq -r 'select(.state==\"dead\").id'\tFor a program",
    .options = options,
    .run = run,
};
