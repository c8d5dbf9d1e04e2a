/* entente snapshot: freezes the rows of a query under a name. */
#include "core/base/clock.h"
#include "core/cli/event_filter.h"
#include "core/cli/message.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"

#include <inttypes.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

struct freezing {
    struct query *query;
    struct snapshot_writer writer;
};

static bool take_event(void *context, const struct query_row *row, struct error *error)
{
    struct freezing *freezing = context;
    struct event_retrieved retrieved;
    return event_retrieved_read(&retrieved, freezing->query, row->record->view, error) &&
           snapshot_put(&freezing->writer, row->record->view, &retrieved, error);
}

static bool freeze(struct freezing *freezing, const struct query_filter *filter, struct error *error)
{
    struct listing listing = {.format = TABLE_JSONL};
    bool more = false;
    struct query_cursor *cursor = query_events(freezing->query, filter, error);
    bool ok = cursor && listing_walk(&listing, "events", cursor, take_event, freezing, &more, error);
    query_end(cursor);
    return ok;
}

static bool make(const struct command_line *line, const struct query_filter *filter, const char *state_dir,
                 struct query *query, struct error *error)
{
    struct freezing freezing = {.query = query};
    struct buffer asked = BUFFER_INIT;
    char digest[DIGEST_WHOLE_SIZE];
    const char *order = command_value(line, "order");
    const struct passwd *user = getpwuid(getuid());
    event_filter_print(&asked, line);
    bool ok = snapshot_begin(&freezing.writer, state_dir, line->arguments[0], asked.failed ? "" : asked.bytes, order,
                             user ? user->pw_name : "unknown", clock_now(), error) &&
              freeze(&freezing, filter, error);
    int64_t rows = freezing.writer.rows;
    ok = snapshot_end(&freezing.writer, ok, digest, error);
    buffer_free(&asked);
    if (ok)
        printf("%s  %" PRId64 " row%s\nSHA-256 %s\n", line->arguments[0], rows, rows == 1 ? "" : "s", digest);
    return ok;
}

static int run(const struct command_line *line)
{
    struct event_filter filter;
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX];
    bool by_date = strcmp(command_value(line, "order"), "date") == 0;
    struct query *query = NULL;
    int status = COMMAND_USAGE;
    if (event_filter_begin(&filter, line) && state_find(line, state_dir))
        query = state_open_query(line);
    if (query) {
        /* An order that news do not change, so that the same query gives the same rows. */
        filter.query.order = by_date ? QUERY_BY_DATE : QUERY_BY_NUMBER;
        filter.query.oldest_first = true;
        status = make(line, &filter.query, state_dir, query, &error) ? COMMAND_DONE : message_failure("%s", error.text);
    }
    query_close(query);
    event_filter_end(&filter);
    return status;
}

static const struct command_option options[] = {
    EVENT_FILTER_OPTIONS,
    {"order", 'o', COMMAND_VALUE, "ORDER", "number|date", "number", "As they were stored, or by the date of the act"},
    {.name = NULL},
};

const struct command command_snapshot = {
    .name = "snapshot",
    .summary = "Freeze events under a name, to be cited",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Writes the events that the options let through, as they stand now, into snapshots/NAME.jsonl in the state "
        "directory: the query, every row with its sources, times of retrieval and quotes, and the versions of program, "
        "codebook, coder and lexicon. It prints the SHA-256 of all that. Cite name and digest beside a table: 'entente "
        "snapshot export NAME' makes the table again, byte for byte, and 'entente snapshot verify NAME DIGEST' says "
        "whether the snapshot is the one that was cited.\n\nA snapshot is never changed or written over. It needs no daemon, and "
        "none need be stopped.",
    .examples = "entente snapshot arms-2024 --when \"type = arms_transfer and date = 2024\"\tThe rows behind a table\n"
                "entente snapshot all-2024-06-01\tEverything as it stands",
    .options = options,
    .run = run,
};
