/* entente store check: is the store, or a backup of it, whole? */
#include "core/cli/message.h"
#include "core/cli/progress.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/query/counts.h"
#include "core/store/check.h"
#include "core/store/store.h"

#include <inttypes.h>
#include <string.h>

struct showing {
    struct progress progress;
    const char *what;
    int64_t problems;
};

static void show_problem(void *context, const char *problem)
{
    struct showing *showing = context;
    struct buffer text = BUFFER_INIT;
    progress_end(&showing->progress);
    showing->problems++;
    display_clean(&text, problem, strlen(problem));
    printf("%sproblem:%s %s\n", style(STYLE_BAD), style_end(), text.failed ? "" : text.bytes);
    buffer_free(&text);
}

static void show_progress(void *context, const char *what, int64_t done, int64_t all)
{
    struct showing *showing = context;
    if (what != showing->what) {
        progress_end(&showing->progress);
        progress_begin(&showing->progress, what);
        showing->what = what;
    }
    progress_update(&showing->progress, done, all);
}

static bool ignore_row(void *context, const struct query_facet_row *row)
{
    (void)context;
    (void)row;
    return true;
}

/* What queries count by is made of the events, and must come to the same number: the columns, which asking for no facet
 * goes over, and the tallies, which asking for one adds up. */
static bool check_columns(struct query *query, struct showing *showing, struct error *error)
{
    int64_t live;
    char text[300];
    struct query_filter filter = QUERY_FILTER_INIT;
    struct query_totals totals, tallied;
    if (!store_count(query_store(query), "SELECT count(*) FROM event WHERE state=0", &live, error) ||
        !query_facets(query, &filter, 0, 0, 0, NULL, NULL, &totals, error) ||
        !query_facets(query, &filter, 1u << QUERY_FACET_DYAD, 1, 0, ignore_row, NULL, &tallied, error))
        return false;
    if (totals.events != live || tallied.events != live) {
        snprintf(text, sizeof text,
                 "queries see %" PRId64 " events where there are %" PRId64
                 ". What to do: run 'entente store vacuum --columns' (if no daemon wrote just now)",
                 totals.events != live ? totals.events : tallied.events, live);
        show_problem(showing, text);
    }
    return true;
}

static struct store *open_file(const char *path)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(path, STORE_READ, &error);
    if (!store)
        message_failure("%s", error.text);
    return store;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct showing showing = {.what = NULL};
    struct store_check_counts counts;
    char size[SHEET_TIME_SIZE];
    bool is_file = line->argument_count > 0;
    struct query *query = is_file ? NULL : state_open_query(line);
    struct store *store = is_file ? open_file(line->arguments[0]) : query ? query_store(query) : NULL;
    if (!store)
        return COMMAND_USAGE;
    progress_begin(&showing.progress, "pages");
    bool ok = store_check(store, !command_flag(line, "quick"), show_problem, show_progress, &showing, &counts, &error);
    if (ok && query && counts.problems == 0)
        ok = check_columns(query, &showing, &error);
    progress_end(&showing.progress);
    if (ok && showing.problems == 0)
        printf("%s: no problem found, %s records read\n", store_path(store), sheet_count(size, counts.records));
    if (query)
        query_close(query);
    else
        store_close(store);
    if (!ok)
        return message_failure("%s", error.text);
    return showing.problems ? COMMAND_PROBLEMS : COMMAND_DONE;
}

static const struct command_option options[] = {
    {"quick", 'q', COMMAND_FLAG, NULL, NULL, NULL, "Do not read every record"},
    {.name = NULL},
};

const struct command command_store_check = {
    .name = "store check",
    .summary = "Check that the store, or a backup, is whole",
    .arguments = "[FILE]",
    .arguments_max = 1,
    .description =
        "SQLite looks at its pages and indexes; then what must hold between the tables is looked at, and every record "
        "is read. Exits with 1 where there is a problem, and says what to do. It changes nothing and may run beside "
        "the daemon, whose log grows meanwhile.",
    .examples = "entente store check\tThe store of the configuration\n"
                "entente store check /backup/entente.db\tA backup, before it is needed",
    .options = options,
    .run = run,
};
