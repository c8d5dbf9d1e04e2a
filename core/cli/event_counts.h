/* Event counts: the options by which commands count events, and their rows. One thread. */
#ifndef CORE_CLI_EVENT_COUNTS_H
#define CORE_CLI_EVENT_COUNTS_H

#include "core/cli/event_filter.h"
#include "core/query/counts.h"

#define EVENT_COUNTS_OPTIONS                                                                                           \
    EVENT_FILTER_OPTIONS, {"by-type", 0, COMMAND_FLAG, NULL, NULL, NULL, "Each type of event by itself"},              \
        {"clock", 0, COMMAND_VALUE, "CLOCK", "date|seen|first-seen", "date",                                           \
         "What a period goes by: the day on which the act begins, its latest report or its first one"},                \
    {                                                                                                                  \
        "format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",                                         \
            "Table for people, JSON lines or CSV for programs"                                                         \
    }

/* From --period, --clock and --by-type. */
struct query_grouping event_counts_grouping(const struct command_line *line);
/* Closes a count: frees, and says how many events it is of, or why it failed. The exit status. */
int event_counts_close(struct query *query, struct event_filter *filter, const struct query_totals *totals,
                       bool for_people, bool ok, const struct error *error);

#endif
