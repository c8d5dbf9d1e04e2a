#include "core/cli/listing.h"

#include "core/base/clock.h"
#include "core/cli/message.h"
#include "core/cli/progress.h"
#include "core/cli/state.h"
#include "lib/base/calendar.h"
#include "lib/zone/zone.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool parse_limit(struct listing *listing, const char *text)
{
    if (!text) {
        listing->limit = listing->format == TABLE_FOR_PEOPLE ? LISTING_LIMIT_DEFAULT : 0;
        return true;
    }
    char *end;
    errno = 0;
    long long limit = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || limit > INT32_MAX) {
        message_failure("--limit: '%.40s' is no count; write a number, 0 for no limit", text);
        return false;
    }
    listing->limit = limit;
    return true;
}

/* Days are those of the zone that people see times in. */
static bool parse_day(const char *text, int64_t now, bool is_until, int64_t *time, struct error *error)
{
    enum { DATE_SIZE = 10 };
    const struct zone *zone = display_zone();
    bool is_word = strcmp(text, "today") == 0 || strcmp(text, "yesterday") == 0;
    bool is_date = isdigit((unsigned char)*text) && strlen(text) <= DATE_SIZE && !text[strspn(text, "0123456789-")];
    if (!zone || (!is_word && !is_date))
        return query_parse_time(text, now, is_until, time, error);
    struct civil civil;
    if (!query_parse_time(text, now + zone_offset(zone, now), is_until, time, error))
        return false;
    calendar_split(*time, &civil);
    *time = zone_time(zone, &civil);
    return true;
}

static bool parse_time(const char *option, const char *text, int64_t now, bool is_until, int64_t *time)
{
    struct error error = ERROR_INIT;
    if (!text || parse_day(text, now, is_until, time, &error))
        return true;
    message_failure("--%s: %s", option, error.text);
    return false;
}

bool listing_times(struct query_filter *filter, const struct command_line *line)
{
    int64_t now = clock_now();
    if (!parse_time("since", command_value(line, "since"), now, false, &filter->since) ||
        !parse_time("until", command_value(line, "until"), now, true, &filter->until))
        return false;
    if (filter->since < filter->until)
        return true;
    message_failure("--since is not before --until: no time lies between them");
    return false;
}

bool listing_limit(struct listing *listing, const struct command_line *line)
{
    return parse_limit(listing, command_value(line, "limit"));
}

bool listing_begin(struct listing *listing, const struct command_line *line)
{
    *listing = (struct listing){.format = table_format_of(command_value(line, "format")), .filter = QUERY_FILTER_INIT};
    listing->filter.text = command_value(line, "text");
    return listing_limit(listing, line) && listing_times(&listing->filter, line);
}

/* States are three letters; everything else has a prefix: ORG:NATO, COM:saab. */
static bool copy_actor(const char *option, const char *word, size_t size, char *id)
{
    enum { STATE_SIZE = 3 };
    const char *colon = memchr(word, ':', size);
    size_t upper = colon ? (size_t)(colon - word) : size;
    for (size_t i = 0; i < size; i++)
        id[i] = i < upper ? (char)toupper((unsigned char)word[i]) : word[i];
    id[size] = '\0';
    bool letters = true;
    for (size_t i = 0; i < upper; i++)
        letters = letters && isalpha((unsigned char)word[i]);
    if (letters && upper == STATE_SIZE && (!colon || size > STATE_SIZE + 1))
        return true;
    message_failure(
        "--%s: '%.*s' is no actor's id; write a state as UZB (ISO 3166-1 alpha-3), an organisation as ORG:NATO, a "
        "company as COM:saab",
        option, size > 60 ? 60 : (int)size, word);
    return false;
}

bool listing_actors(const char *option, const char *text, char ids[LISTING_LIST_MAX], size_t *count)
{
    if (strlen(text) >= LISTING_LIST_MAX) {
        message_failure("--%s: the list is too long", option);
        return false;
    }
    size_t at = 0;
    *count = 0;
    for (;;) {
        size_t size = strcspn(text + at, ",");
        if (!copy_actor(option, text + at, size, ids + at))
            return false;
        (*count)++;
        at += size;
        if (!text[at])
            return true;
        ids[at++] = ',';
    }
}

/* One row out: into the table, or as a line of its own. */
static bool print_row(const struct listing_plan *plan, struct table *table, const struct query_row *row,
                      struct buffer *line, struct error *error)
{
    buffer_clear(line);
    bool printed = plan->print(table, row, line) && !line->failed;
    if (!printed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (table)
        return true;
    buffer_append_char(line, '\n');
    if (fwrite(line->bytes, 1, line->size, stdout) == line->size)
        return true;
    int reason = errno;
    clearerr(stdout);
    return error_set_errno(error, reason, "the output cannot be written");
}

static void show_progress(void *context, int64_t done, int64_t all)
{
    progress_update(context, done, all);
}

bool listing_walk(const struct listing *listing, const char *what, struct query_cursor *cursor, listing_take *take,
                  void *context, bool *more, struct error *error)
{
    struct progress progress;
    const struct query_row *row = NULL;
    bool ok = true;
    int64_t printed = 0;
    progress_begin(&progress, what);
    query_on_progress(cursor, show_progress, &progress);
    while ((ok = query_next(cursor, &row, error)) && row && !*more) {
        if (listing->limit && printed == listing->limit) {
            *more = true;
        } else {
            /* On one terminal a row must not end up behind the progress. */
            if (display()->is_terminal)
                progress_end(&progress);
            ok = take(context, row, error);
            printed++;
        }
        if (!ok)
            break;
    }
    progress_end(&progress);
    return ok;
}

int listing_close(const struct listing *listing, const char *what, size_t rows, bool more, bool ok,
                  const struct error *error)
{
    /* A reader that closed the pipe has seen enough. */
    if (!ok)
        return errno == EPIPE ? COMMAND_DONE : message_failure("%s", error->text);
    if (listing->format == TABLE_FOR_PEOPLE && rows == 0)
        message_note("No %s%s.", what, query_filter_is_open(&listing->filter) ? " yet" : " of that kind");
    else if (more && listing->format == TABLE_FOR_PEOPLE)
        message_note("The newest %" PRId64 "; there are more: --limit 0 shows all.", listing->limit);
    return COMMAND_DONE;
}

/* What listing_run prints with. */
struct printing {
    const struct listing_plan *plan;
    struct table *table;
    struct buffer line;
};

static bool take_row(void *context, const struct query_row *row, struct error *error)
{
    struct printing *printing = context;
    return print_row(printing->plan, printing->table, row, &printing->line, error);
}

int listing_run(struct listing *listing, const struct command_line *line, const struct listing_plan *plan)
{
    struct error error = ERROR_INIT;
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    listing->filter.limit = listing->limit ? listing->limit + 1 : 0;
    bool csv = listing->format == TABLE_CSV, more = false;
    struct query_cursor *cursor = plan->open(query, &listing->filter, &error);
    struct printing printing = {.plan = plan};
    bool ok = cursor != NULL;
    if (ok && listing->format != TABLE_JSONL) {
        printing.table =
            table_create(csv ? plan->csv_columns : plan->columns, csv ? plan->csv_column_count : plan->column_count,
                         listing->format, display()->width, stdout);
        ok = printing.table || error_set(&error, ERROR_MEMORY, "out of memory");
    }
    ok = ok && listing_walk(listing, plan->what, cursor, take_row, &printing, &more, &error);
    size_t rows = printing.table ? table_rows(printing.table) : 0;
    ok = table_end(printing.table, ok, &error);
    int reason = errno;
    buffer_free(&printing.line);
    query_end(cursor);
    query_close(query);
    errno = reason;
    return listing_close(listing, plan->what, rows, more, ok, &error);
}
