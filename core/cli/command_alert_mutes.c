/* entente alert mutes: what is muted, by whom and until when. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/cli/table.h"
#include "core/query/query.h"
#include "core/store/alert_states.h"
#include "lib/base/calendar.h"

static const struct table_column columns[] = {
    {.title = "WATCH", .name = "watch", .min = 8, .max = 30, .flexible = true},
    {.title = "EVENT", .name = "event", .min = 8},
    {.title = "UNTIL", .name = "until", .min = 16},
    {.title = "BY", .name = "author", .min = 4, .max = 20, .rank = 2},
    {.title = "NOTE", .name = "note", .min = 10, .flexible = true, .rank = 1},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct mutes {
    struct table *table;
    bool for_people;
};

static bool put(void *context, const struct mute *mute)
{
    struct mutes *mutes = context;
    char time[SHEET_TIME_SIZE + CALENDAR_TEXT_SIZE], event[9];
    snprintf(event, sizeof event, "%.8s", mute->event);
    if (!mutes->for_people)
        calendar_print(time, mute->until);
    else if (mute->until >= STORE_MUTED_FOR_EVER)
        snprintf(time, sizeof time, "forever");
    else
        sheet_time(time, mute->until);
    table_cell(mutes->table, mutes->for_people && !*mute->watch ? "any" : mute->watch);
    table_cell(mutes->table, mutes->for_people ? *event ? event : "any" : mute->event);
    table_cell(mutes->table, time);
    table_cell(mutes->table, mute->author);
    table_cell(mutes->table, mute->note);
    table_row(mutes->table);
    return true;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    enum table_format format = table_format_of(command_value(line, "format"));
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    struct mutes mutes = {table_create(columns, COLUMNS, format, display()->width, stdout), format == TABLE_FOR_PEOPLE};
    bool ok = mutes.table ? store_mutes_each(query_store(query), put, &mutes, &error)
                          : error_set(&error, ERROR_MEMORY, "out of memory");
    size_t rows = mutes.table ? table_rows(mutes.table) : 0;
    ok = table_end(mutes.table, ok, &error);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    if (mutes.for_people && rows == 0)
        message_note("nothing is muted");
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table", "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_alert_mutes = {
    .name = "alert mutes",
    .summary = "List what is muted",
    .description = "Watches, events, and events of one watch, with who muted them and until when.",
    .examples = "entente alert mutes\tWhat you will not hear of",
    .options = options,
    .run = run,
};
