#include "core/cli/event_counts.h"

#include "core/cli/message.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static size_t find_word(const char *const *words, size_t count, const char *word)
{
    size_t at = 0;
    while (at + 1 < count && strcmp(words[at], word) != 0)
        at++;
    return at;
}

struct query_grouping event_counts_grouping(const struct command_line *line)
{
    static const char *const periods[] = {"none", "day", "month", "quarter", "year"};
    static const char *const clocks[] = {"seen", "first-seen", "date"};
    return (struct query_grouping){
        .period = (enum query_period)find_word(periods, sizeof periods / sizeof *periods, command_value(line, "period")),
        .clock = (enum query_clock)find_word(clocks, sizeof clocks / sizeof *clocks, command_value(line, "clock")),
        .by_type = command_flag(line, "by-type")};
}

int event_counts_close(struct query *query, struct event_filter *filter, const struct query_totals *totals,
                       bool for_people, bool ok, const struct error *error)
{
    int reason = errno;
    query_close(query);
    event_filter_end(filter);
    if (!ok)
        return reason == EPIPE ? COMMAND_DONE : message_failure("%s", error->text);
    if (for_people && totals->events == 0)
        message_note("No events%s.", query_filter_is_open(&filter->query) ? " yet" : " of that kind");
    else if (for_people)
        message_note("%" PRId64 " event%s.", totals->events, totals->events == 1 ? "" : "s");
    return COMMAND_DONE;
}
