/* entente alert mutes: what is muted, by whom and until when. */
#include "core/cli/command.h"
#include "core/cli/sheet.h"
#include "core/cli/store_table.h"
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

static bool put(void *context, const struct mute *mute)
{
    struct store_table *walk = context;
    bool is_for_people = walk->format == TABLE_FOR_PEOPLE;
    char time[SHEET_TIME_SIZE + CALENDAR_TEXT_SIZE], event[9];
    snprintf(event, sizeof event, "%.8s", mute->event);
    if (!is_for_people)
        calendar_print(time, mute->until);
    else if (mute->until >= STORE_MUTED_FOR_EVER)
        snprintf(time, sizeof time, "forever");
    else
        sheet_time(time, mute->until);
    table_cell(walk->table, is_for_people && !*mute->watch ? "any" : mute->watch);
    table_cell(walk->table, is_for_people ? *event ? event : "any" : mute->event);
    table_cell(walk->table, time);
    table_cell(walk->table, mute->author);
    table_cell(walk->table, mute->note);
    table_row(walk->table);
    return true;
}

static bool read_rows(struct store_table *walk, struct store *store, struct error *error)
{
    return store_mutes_each(store, put, walk, error);
}

static int run(const struct command_line *line)
{
    return store_table_print(line, columns, COLUMNS, read_rows,
                             "nothing is muted");
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
