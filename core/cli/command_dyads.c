/* entente dyads: how many events there are between whom. */
#include "core/cli/event_counts.h"
#include "core/cli/message.h"
#include "core/cli/state.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
    {.title = "FIRST", .name = "first", .min = 3, .flexible = true},
    {.title = "SECOND", .name = "second", .min = 3, .flexible = true},
    {.title = "TYPE", .name = "type", .min = 4},
    {.title = "PERIOD", .name = "period", .min = 6},
    {.title = "EVENTS", .name = "events", .min = 6, .is_number = true},
};
/* For people a column that nothing was asked for is left out. */
static const struct table_column by_type[] = {
    {.title = "FIRST", .name = "first", .min = 3, .flexible = true},
    {.title = "SECOND", .name = "second", .min = 3, .flexible = true},
    {.title = "TYPE", .name = "type", .min = 4},
    {.title = "EVENTS", .name = "events", .min = 6, .is_number = true},
};
static const struct table_column by_period[] = {
    {.title = "FIRST", .name = "first", .min = 3, .flexible = true},
    {.title = "SECOND", .name = "second", .min = 3, .flexible = true},
    {.title = "PERIOD", .name = "period", .min = 6},
    {.title = "EVENTS", .name = "events", .min = 6, .is_number = true},
};
static const struct table_column plain[] = {
    {.title = "FIRST", .name = "first", .min = 3, .flexible = true},
    {.title = "SECOND", .name = "second", .min = 3, .flexible = true},
    {.title = "EVENTS", .name = "events", .min = 6, .is_number = true},
};

struct printing {
    struct table *table;
    bool has_type, has_period, for_people;
};

static bool print_row(void *context, const struct query_count_row *row)
{
    const struct printing *printing = context;
    table_cell_styled(printing->table, STYLE_NAME, row->first);
    table_cell_styled(printing->table, STYLE_NAME, row->second);
    if (printing->has_type)
        table_cell(printing->table, row->type);
    if (printing->has_period)
        table_cell(printing->table, printing->for_people && !*row->period ? "undated" : row->period);
    table_cell_integer(printing->table, row->count);
    table_row(printing->table);
    return true;
}

static struct table *make_table(const struct query_grouping *grouping, enum table_format format,
                                struct printing *printing)
{
    bool whole = format != TABLE_FOR_PEOPLE;
    printing->for_people = !whole;
    printing->has_type = whole || grouping->by_type;
    printing->has_period = whole || grouping->period != QUERY_PERIOD_NONE;
    const struct table_column *wanted = printing->has_type && printing->has_period ? columns
                                        : printing->has_type                       ? by_type
                                        : printing->has_period                     ? by_period
                                                                                   : plain;
    return table_create(wanted, (size_t)(3 + printing->has_type + printing->has_period), format, display()->width,
                        stdout);
}

static bool parse_top(size_t *top, const char *text, bool for_people)
{
    char *end;
    *top = for_people ? LISTING_LIMIT_DEFAULT : 0;
    if (!text)
        return true;
    long long count = strtoll(text, &end, 10);
    *top = (size_t)count;
    if (isdigit((unsigned char)*text) && !*end && count <= INT32_MAX)
        return true;
    message_failure("--top: '%.40s' is no count; write a number, 0 for all", text);
    return false;
}

static int run(const struct command_line *line)
{
    struct event_filter filter;
    struct error error = ERROR_INIT;
    struct query_grouping grouping = event_counts_grouping(line);
    struct query_totals totals = {0, true};
    struct printing printing = {0};
    enum table_format format = table_format_of(command_value(line, "format"));
    bool for_people = format == TABLE_FOR_PEOPLE;
    struct query *query = NULL;
    grouping.is_directed = command_flag(line, "directed");
    if (event_filter_begin(&filter, line) && parse_top(&grouping.top, command_value(line, "top"), for_people))
        query = state_open_query(line);
    if (!query) {
        event_filter_end(&filter);
        return COMMAND_USAGE;
    }
    printing.table = make_table(&grouping, format, &printing);
    bool ok = printing.table || error_set(&error, ERROR_MEMORY, "out of memory");
    ok = ok && query_dyads(query, &filter.query, &grouping, print_row, &printing, &totals, &error);
    ok = table_end(printing.table, ok, &error);
    return event_counts_close(query, &filter, &totals, for_people, ok, &error);
}

static const struct command_option options[] = {
    {"period", 0, COMMAND_VALUE, "PERIOD", "none|day|month|quarter|year", "none", "Each period by itself"},
    {"directed", 0, COMMAND_FLAG, NULL, NULL, NULL, "Who gives comes first; else both are in alphabetical order"},
    {"top", 'n', COMMAND_VALUE, "COUNT", NULL, NULL, "Only so many pairs, those with most events; 0 for all, else 50 in a table"},
    EVENT_COUNTS_OPTIONS,
    {.name = NULL},
};

const struct command command_dyads = {
    .name = "dyads",
    .summary = "Count events by pairs of actors",
    .description = "A pair is giver and taker where an event has both, else any two that take part; observers, vague groups "
                   "(GRP:) and unknown parties are in none. An event of three participants counts in three pairs, once in "
                   "each. The pairs with most events come first.",
    .examples = "entente dyads\tWho has most to do with whom\n"
                "entente dyads --when \"type = arms_transfer\" --directed --period year --format csv > arms.csv\tA matrix of "
                "suppliers and recipients by year\n"
                "entente dyads --actor UZB --by-type --since 365d\tAll partners of one state, by type, in a year's news",
    .options = options,
    .run = run,
};
