/* entente events: what happened, newest news first. */
#include "core/cli/event_filter.h"
#include "core/cli/event_output.h"
#include "core/cli/message.h"
#include "core/cli/state.h"

#include <errno.h>
#include <string.h>

static const char *const orders[] = {[QUERY_BY_SEEN] = "seen",       [QUERY_BY_FIRST_SEEN] = "first-seen",
                                     [QUERY_BY_UPDATED] = "updated", [QUERY_BY_DATE] = "date",
                                     [QUERY_BY_CONFIDENCE] = "confidence", [QUERY_BY_NUMBER] = "number"};
static const char *const standings[] = {"live", "rejected", "confirmed", "corrected"};

static size_t find_word(const char *const *words, size_t count, const char *word)
{
    size_t at = 0;
    while (at + 1 < count && strcmp(words[at], word) != 0)
        at++;
    return at;
}

struct printing {
    struct query *query;
    struct event_output output;
};

static bool take_event(void *context, const struct query_row *row, struct error *error)
{
    struct printing *printing = context;
    struct event_retrieved retrieved = {.count = 0};
    return (!printing->output.format ||
            event_retrieved_read(&retrieved, printing->query, row->record->view, error)) &&
           event_output_put(&printing->output, row->record->view, &retrieved, error);
}

static int list(struct listing *listing, const char *format, struct query *query)
{
    struct error error = ERROR_INIT;
    struct printing printing = {.query = query};
    bool more = false;
    struct query_cursor *cursor = query_events(query, &listing->filter, &error);
    bool ok = cursor && event_output_begin(&printing.output, format, display()->width, stdout, &error);
    bool begun = ok;
    ok = ok && listing_walk(listing, "events", cursor, take_event, &printing, &more, &error);
    if (begun)
        ok = event_output_end(&printing.output, ok, &error);
    int reason = errno;
    query_end(cursor);
    errno = reason;
    return listing_close(listing, "events", printing.output.events, more, ok, &error);
}

static int run(const struct command_line *line)
{
    struct listing listing = {.filter = QUERY_FILTER_INIT};
    struct event_filter filter;
    struct query *query = NULL;
    const char *format = command_value(line, "format");
    int status = COMMAND_USAGE;
    if (event_filter_begin(&filter, line)) {
        listing.filter = filter.query;
        listing.format = event_format_find(format) ? TABLE_JSONL : TABLE_FOR_PEOPLE;
        listing.filter.order =
            (enum query_order)find_word(orders, sizeof orders / sizeof *orders, command_value(line, "order"));
        listing.filter.oldest_first = command_flag(line, "reverse");
        listing.filter.standing = (enum query_standing)find_word(standings, sizeof standings / sizeof *standings,
                                                                 command_value(line, "state"));
        query = listing_limit(&listing, line) ? state_open_query(line) : NULL;
    }
    if (query) {
        listing.filter.limit = listing.limit ? listing.limit + 1 : 0;
        status = list(&listing, format, query);
    }
    query_close(query);
    event_filter_end(&filter);
    return status;
}

static const struct command_option options[] = {
    EVENT_FILTER_OPTIONS,
    {"state", 0, COMMAND_VALUE, "STATE", "live|rejected|confirmed|corrected", "live",
     "Those that no person rejected, or those that people rejected, confirmed or corrected in whatever way"},
    {"order", 'o', COMMAND_VALUE, "ORDER", "seen|first-seen|updated|date|confidence|number", "seen",
     "By the latest report, the first one, the latest change, the date of the act, confidence, or as they were stored"},
    {"reverse", 'r', COMMAND_FLAG, NULL, NULL, NULL, "The other way round: the oldest, or the least confident, first"},
    LISTING_LIMIT,
    {"format", 'f', COMMAND_VALUE, "FORMAT", EVENT_FORMAT_CHOICES, "table", EVENT_FORMAT_HELP},
    {.name = NULL},
};

const struct command command_events = {
    .name = "events",
    .summary = "List the events found",
    .description =
        "Each event stands once, however many outlets told it; what had news last comes first. --since and --until go by "
        "the latest report, not by the day of the event. --when takes any rule that a watch may have.\n\n"
        "Every format but the table gives for each row the addresses of its sources, when each was retrieved, and a "
        "quote. JSON lines hold every field of the codebook, with null for what is not known. In CSV, several values of "
        "a field stand apart by semicolons, addresses by spaces. The rows of a trade register are those of arms "
        "transfers, one for each recipient and item; CAMEO and PLOVER rows are one for each pair. docs/exports.md lists "
        "the columns. However many events there are, they are streamed.",
    .examples =
        "entente events --since 7d\tWhat the last week brought\n"
        "entente events --type arms_transfer,training --dyad RUS,UZB\tArms and training between two states\n"
        "entente events --when \"recipient in (africa) and money > 100 M\" --order date\tBy a rule, by the date of the act\n"
        "entente events --actor ORG:NATO --scope current --min-sources 2\tOnly what two independent sources tell\n"
        "entente events --format csv > events.csv\tEverything, for a spreadsheet\n"
        "entente events --format trade --when \"supplier = TUR\" > register.csv\tA trade register of one supplier\n"
        "entente events --format geojson > events.geojson\tFor a map",
    .options = options,
    .run = run,
};
