/* entente timeline: how many events there are in each period, as a plot or as rows. */
#include "core/cli/event_counts.h"
#include "core/cli/message.h"
#include "core/cli/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
    {.name = "period"},
    {.name = "type"},
    {.name = "events", .is_number = true},
};

static const char undated[] = "undated";

/* A row of the plot. */
struct bar {
    char period[32], type[40];
    int64_t count;
};

struct timeline {
    struct table *table; /* NULL: a plot */
    struct bar *bars;
    size_t count, capacity;
    bool failed;
};

static bool take_row(void *context, const struct query_count_row *row)
{
    struct timeline *timeline = context;
    if (timeline->table) {
        table_cell(timeline->table, row->period);
        table_cell(timeline->table, row->type);
        table_cell_integer(timeline->table, row->count);
        table_row(timeline->table);
        return true;
    }
    if (timeline->count == timeline->capacity) {
        size_t larger = timeline->capacity ? 2 * timeline->capacity : 64;
        struct bar *bars = realloc(timeline->bars, larger * sizeof *bars);
        timeline->failed = !bars;
        if (!bars)
            return false;
        timeline->bars = bars;
        timeline->capacity = larger;
    }
    struct bar *bar = &timeline->bars[timeline->count++];
    snprintf(bar->period, sizeof bar->period, "%s", *row->period ? row->period : undated);
    snprintf(bar->type, sizeof bar->type, "%s", row->type);
    bar->count = row->count;
    return true;
}

/* ---- the plot ---- */

enum { EIGHTHS = 8, BAR_LEAST = 10, EMPTY_MAX = 400 };

/* A bar of so many eighths of a column. */
static void print_bar(int64_t eighths)
{
    static const char *const blocks[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    printf("%s", style(STYLE_NAME));
    for (int64_t i = 0; i < eighths / EIGHTHS; i++)
        fputs("█", stdout);
    printf("%s%s", blocks[eighths % EIGHTHS], style_end());
}

/* The period after this one, in the same form. */
static void next_period(char period[32])
{
    int year = 0, part = 0;
    if (sscanf(period, "%4d-Q%1d", &year, &part) == 2)
        snprintf(period, 32, "%04d-Q%d", part == 4 ? year + 1 : year, part % 4 + 1);
    else if (sscanf(period, "%4d-%2d", &year, &part) == 2)
        snprintf(period, 32, "%04d-%02d", part == 12 ? year + 1 : year, part % 12 + 1);
    else if (sscanf(period, "%4d", &year) == 1)
        snprintf(period, 32, "%04d", year + 1);
}

/* Periods without events, so that time runs evenly; a gap of many is told in words. Days are left as they are. */
static void print_gap(const struct bar *before, const struct bar *bar, int width)
{
    char period[32];
    int skipped = 0;
    memcpy(period, before->period, sizeof period);
    for (next_period(period); strcmp(period, bar->period) < 0 && skipped < EMPTY_MAX; next_period(period))
        skipped++;
    if (skipped > 24) {
        printf("%*s  %sno events for %d periods%s\n", width, "⋮", style(STYLE_FAINT), skipped, style_end());
        return;
    }
    memcpy(period, before->period, sizeof period);
    for (int i = 0; i < skipped; i++) {
        next_period(period);
        printf("%-*s  %s0%s\n", width, period, style(STYLE_FAINT), style_end());
    }
}

static void print_plot(const struct timeline *timeline, bool by_type, bool has_gaps)
{
    enum { TYPE_WIDTH = 20, COUNT_WIDTH = 12 };
    int64_t most = 1;
    int width = 4;
    for (size_t i = 0; i < timeline->count; i++) {
        const struct bar *bar = &timeline->bars[i];
        if (strcmp(bar->period, undated) != 0 && bar->count > most)
            most = bar->count;
        width = (int)strlen(bar->period) > width ? (int)strlen(bar->period) : width;
    }
    int screen = display()->width ? display()->width : 80;
    int64_t room = screen - width - COUNT_WIDTH - (by_type ? TYPE_WIDTH : 0);
    room = room < BAR_LEAST ? BAR_LEAST : room;
    for (size_t i = 0; i < timeline->count; i++) {
        const struct bar *bar = &timeline->bars[i];
        bool is_dated = strcmp(bar->period, undated) != 0;
        if (has_gaps && is_dated && i > 0 && strcmp(bar[-1].period, undated) != 0)
            print_gap(bar - 1, bar, width);
        printf("%-*s  ", width, by_type && i > 0 && strcmp(bar->period, bar[-1].period) == 0 ? "" : bar->period);
        if (by_type)
            printf("%-*s ", TYPE_WIDTH - 1, bar->type);
        int64_t eighths = bar->count * room * EIGHTHS / most;
        if (is_dated)
            print_bar(eighths ? eighths : 1);
        printf("%s%" PRId64 "\n", is_dated ? " " : "", bar->count);
    }
}

/* ---- the command ---- */

static bool show(const struct command_line *line, struct query *query, const struct query_filter *filter,
                 struct query_totals *totals, struct error *error)
{
    struct timeline timeline = {0};
    struct query_grouping grouping = event_counts_grouping(line);
    enum table_format format = table_format_of(command_value(line, "format"));
    bool ok = true;
    if (format != TABLE_FOR_PEOPLE) {
        timeline.table = table_create(columns, sizeof columns / sizeof *columns, format, 0, stdout);
        ok = timeline.table || error_set(error, ERROR_MEMORY, "out of memory");
    }
    ok = ok && query_timeline(query, filter, &grouping, take_row, &timeline, totals, error);
    if (timeline.failed)
        ok = error_set(error, ERROR_MEMORY, "out of memory");
    ok = table_end(timeline.table, ok, error);
    if (ok && !timeline.table) {
        print_plot(&timeline, grouping.by_type, !grouping.by_type && grouping.period != QUERY_PERIOD_DAY);
        ok = fflush(stdout) == 0 || error_set_errno(error, errno, "the output cannot be written");
    }
    free(timeline.bars);
    return ok;
}

static int run(const struct command_line *line)
{
    struct event_filter filter;
    struct error error = ERROR_INIT;
    struct query_totals totals = {0, true};
    struct query *query = event_filter_begin(&filter, line) ? state_open_query(line) : NULL;
    if (!query) {
        event_filter_end(&filter);
        return COMMAND_USAGE;
    }
    bool for_people = table_format_of(command_value(line, "format")) == TABLE_FOR_PEOPLE;
    bool ok = show(line, query, &filter.query, &totals, &error);
    return event_counts_close(query, &filter, &totals, for_people, ok, &error);
}

static const struct command_option options[] = {
    {"period", 0, COMMAND_VALUE, "PERIOD", "day|month|quarter|year", "month", "How long a period is"},
    EVENT_COUNTS_OPTIONS,
    {.name = NULL},
};

const struct command command_timeline = {
    .name = "timeline",
    .summary = "Count events by period",
    .description = "A plot for people: a bar a period. For programs a row for each period that has events, with its type "
                   "where --by-type asks for it. Events whose date is not known come first, as 'undated' without a bar, or with an empty "
                   "period; --clock seen counts by the news instead.",
    .examples = "entente timeline --dyad RUS,KAZ\tTwo states' dealings, month by month\n"
                "entente timeline --when \"type = exercise and org = NATO\" --period year\tExercises a year\n"
                "entente timeline --by-type --clock seen --format csv > months.csv\tFor a chart of your own",
    .options = options,
    .run = run,
};
