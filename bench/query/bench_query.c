/* Query: how long first pages, pages in the middle, facets, dyads and timelines take over an archive of a million
 * events.
 *
 * usage: bench-query [-n EVENTS] [-d DIRECTORY] [-r ROUNDS] [-i] [-c] [-w] [FILTER ...]
 *
 * The archive is made once in DIRECTORY (/tmp/entente-bench-query-N) and used again by later runs; -i stores an item an
 * event as well. Prints a line a filter (those of a list of its own where none is given): the time of its first page of
 * 50 rows with their records and the dashboard's budget, of the page behind that, of seven facets and of all, of a
 * timeline by month and type, of its dyads by year and type and of its pairs alone, each the median and the worst of
 * ROUNDS runs, each of them with a newly opened store; and how many events fit. -c measures the processor's time
 * instead of the clock's, for machines that do something else beside. -w measures instead what the columns cost whoever
 * writes: it makes N events in a new store, with and without taking them into columns. Ends with 1 where a first page
 * took more than 100 ms. */
#include "bench/query/archive.h"

#include "core/query/counts.h"
#include "core/query/fold.h"
#include "core/query/query.h"
#include "core/store/state.h"
#include "core/watch/rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 50, ROUNDS_MAX = 50, BUDGET = 2000, PAGE_LIMIT_MS = 100 };

static const char *const filters[] = {
    "",
    "type = exercise",
    "type = arms_transfer and actor = RUS",
    "dyad(USA, UKR)",
    "dyad(*, central_asia) and type in (arms_transfer, training)",
    "type = downturn and status = requested and modality = denied and scope = background",
    "actor = ORG:NATO and not host in (europe) and sources >= 3",
    "supplier = CHN and recipient in (africa) and status -> signed",
    "date = 2011-05 and type = visit",
    "date >= 2025 and confidence >= 0.95",
    "confidence >= 0.999 and type = expo",
    "money > 1 B EUR",
    "personnel > 2 k and type = operation",
    "equipment = 'Hapmenduzen-1'",
    "equipment ~ 'gno|tal.*zen'",
    "unroca in (IV, VI) and sipri = ship and money > 100 M USD",
    "place = 'Pertalnesver'",
    "region = western_africa and source_class = official",
    "source = 'thushiade.example'",
    "name ~ 'shield 20(19|20)$'",
    "text ~ 'kilometres from the border'",
    "text ~ 'frigate.*docked'",
    "text ~ 'air[- ]defen[cs]e'",
    "text ~ 'qui[a-z]*thu' and type = aid",
    "text ~ 'zephyr squadron'",
    "text ~ 'pronest|vexmorlun'",
    "text ~ 'ministry' and not text ~ 'the'",
    "type = industry and text ~ 'engine'",
    "programme = FMF",
    "change = status",
};

static int rounds = 5;
static clockid_t which_clock = CLOCK_MONOTONIC;

static double milliseconds(void)
{
    struct timespec time;
    clock_gettime(which_clock, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench-query: %s: %s\n", what, why);
    exit(2);
}

/* As the daemon does while little else is to be done. */
static void take_in(struct store *store, struct fold *fold, const char *path)
{
    struct error error = ERROR_INIT;
    do
        if (!store_begin(store, &error) || !fold_run(fold, store, &error) || !store_commit(store, &error))
            give_up(path, error.text);
    while (fold_has_more(fold));
}

static void make_archive(const char *directory, int64_t events, bool with_items)
{
    char path[400];
    struct error error = ERROR_INIT;
    int64_t last;
    if (mkdir(directory, 0700) != 0 && access(directory, W_OK) != 0)
        give_up(directory, "cannot be made");
    snprintf(path, sizeof path, "%s/%s", directory, STORE_FILE_NAME);
    struct store *store = store_open(path, STORE_WRITE, &error);
    struct fold *fold = fold_create();
    if (!store || !fold || !store_count(store, "SELECT ifnull(max(sequence), 0) FROM event", &last, &error))
        give_up(path, error.text);
    double start = milliseconds();
    if (last < events) {
        if (!archive_fill(store, last + 1, events, with_items, fold_run, fold, &error))
            give_up(path, error.text);
        double took = milliseconds() - start;
        printf("made %" PRId64 " events in %.0f s, %.0f a second\n", events - last, took / 1e3,
               (double)(events - last) / took * 1e3);
    }
    take_in(store, fold, path); /* also of an archive whose columns a migration dropped */
    fold_destroy(fold);
    store_close(store);
}

static void fill_new(const char *directory, int64_t events, bool with_columns)
{
    char folder[340], path[400];
    struct error error = ERROR_INIT;
    snprintf(folder, sizeof folder, "%s-write", directory);
    snprintf(path, sizeof path, "%s/%s", folder, STORE_FILE_NAME);
    if (mkdir(folder, 0700) != 0)
        give_up(folder, "is there already, or cannot be made");
    struct store *store = store_open(path, STORE_WRITE, &error);
    struct fold *fold = fold_create();
    double start = milliseconds();
    if (!store || !fold || !archive_fill(store, 1, events, false, with_columns ? fold_run : NULL, fold, &error))
        give_up(path, error.text);
    double took = milliseconds() - start;
    int64_t pages;
    if (!store_count(store, "PRAGMA page_count", &pages, &error))
        give_up(path, error.text);
    printf("%s columns: %6.0f events a second, %6.1f us an event, %5.0f bytes an event in the file\n",
           with_columns ? "with   " : "without", (double)events / took * 1e3, took * 1e3 / (double)events,
           (double)pages * 4096 / (double)events);
    fold_destroy(fold);
    store_close(store);
    unlink(path);
    rmdir(folder);
}

/* ---- what is measured ---- */

struct sample {
    double median, worst;
};

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

typedef void measured(struct query *query, const struct query_filter *filter, void *context);

static struct sample measure(const char *directory, const struct query_filter *filter, measured *run, void *context)
{
    double times[ROUNDS_MAX];
    struct error error = ERROR_INIT;
    for (int i = 0; i < rounds; i++) {
        double start = milliseconds();
        struct query *query = query_open(directory, &error);
        if (!query)
            give_up(directory, error.text);
        run(query, filter, context);
        query_close(query);
        times[i] = milliseconds() - start;
    }
    qsort(times, (size_t)rounds, sizeof *times, compare);
    return (struct sample){times[rounds / 2], times[rounds - 1]};
}

static char position[QUERY_POSITION_SIZE];

static void read_page(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    const struct query_row *row = NULL;
    (void)context;
    *position = '\0';
    struct query_cursor *cursor = query_events(query, filter, &error);
    bool ok = cursor != NULL;
    while ((ok = ok && query_next(cursor, &row, &error)) && row)
        query_position(cursor, position);
    if (ok)
        query_position(cursor, position);
    if (!ok)
        give_up("page", error.text);
    query_end(cursor);
}

static bool take_facet(void *context, const struct query_facet_row *row)
{
    *(int64_t *)context += row->count > 0;
    return true;
}

static bool take_count(void *context, const struct query_count_row *row)
{
    *(int64_t *)context += row->count > 0;
    return true;
}

static struct query_totals totals;

static void read_all_facets(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    if (!query_facets(query, filter, (1u << QUERY_FACET_COUNT) - 1, 20, BUDGET, take_facet, context, &totals, &error))
        give_up("facets", error.text);
}

static void read_facets(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    unsigned which = 1u << QUERY_FACET_TYPE | 1u << QUERY_FACET_COUNTRY | 1u << QUERY_FACET_DYAD |
                     1u << QUERY_FACET_STATUS | 1u << QUERY_FACET_MODALITY | 1u << QUERY_FACET_MONTH |
                     1u << QUERY_FACET_SOURCE_CLASS;
    if (!query_facets(query, filter, which, 20, BUDGET, take_facet, context, &totals, &error))
        give_up("facets", error.text);
}

static void read_timeline(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    struct query_grouping grouping = {.period = QUERY_PERIOD_MONTH, .by_type = true, .budget = BUDGET};
    if (!query_timeline(query, filter, &grouping, take_count, context, NULL, &error))
        give_up("timeline", error.text);
}

static void read_dyads(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    struct query_grouping grouping = {.period = QUERY_PERIOD_YEAR, .by_type = true, .top = 100, .budget = BUDGET};
    if (!query_dyads(query, filter, &grouping, take_count, context, NULL, &error))
        give_up("dyads", error.text);
}

static void read_pairs(struct query *query, const struct query_filter *filter, void *context)
{
    struct error error = ERROR_INIT;
    struct query_grouping grouping = {.top = 200, .budget = BUDGET};
    if (!query_dyads(query, filter, &grouping, take_count, context, NULL, &error))
        give_up("pairs", error.text);
}

static bool measure_filter(const char *directory, const char *text)
{
    struct rule_error wrong;
    int64_t rows = 0;
    struct query_filter filter = QUERY_FILTER_INIT;
    struct rule *rule = *text ? rule_compile(text, strlen(text), &wrong) : NULL;
    if (*text && !rule)
        give_up(text, wrong.text);
    filter.rule = rule;
    filter.limit = PAGE;
    filter.budget = QUERY_PAGE_BUDGET;
    *position = '\0';
    struct sample first = measure(directory, &filter, read_page, NULL);
    char behind[QUERY_POSITION_SIZE];
    memcpy(behind, position, sizeof behind);
    filter.after = *behind ? behind : NULL;
    struct sample next = measure(directory, &filter, read_page, NULL);
    filter.after = NULL;
    filter.order = QUERY_BY_DATE;
    struct sample by_date = measure(directory, &filter, read_page, NULL);
    filter.order = QUERY_BY_SEEN;
    struct sample facets = measure(directory, &filter, read_facets, &rows);
    struct sample all_facets = measure(directory, &filter, read_all_facets, &rows);
    struct sample timeline = measure(directory, &filter, read_timeline, &rows);
    struct sample dyads = measure(directory, &filter, read_dyads, &rows);
    struct sample pairs = measure(directory, &filter, read_pairs, &rows);
    printf("%9" PRId64 "%s %5.0f %5.0f %5.0f %5.0f %6.0f %6.0f %6.0f %6.0f %6.0f  %s\n", totals.events,
           totals.is_exact ? " " : "+", first.median, first.worst, next.median, by_date.median, facets.median,
           all_facets.median, timeline.median, dyads.median, pairs.median, *text ? text : "(everything)");
    fflush(stdout);
    rule_destroy(rule);
    return first.median <= PAGE_LIMIT_MS;
}

int main(int count, char **words)
{
    int64_t events = 1000000;
    char directory[300] = "";
    bool with_items = false, writes = false;
    for (int option; (option = getopt(count, words, "n:d:r:icw")) != -1;) {
        if (option == 'n')
            events = strtoll(optarg, NULL, 10);
        else if (option == 'd')
            snprintf(directory, sizeof directory, "%s", optarg);
        else if (option == 'r')
            rounds = (int)strtol(optarg, NULL, 10);
        else if (option == 'i')
            with_items = true;
        else if (option == 'w')
            writes = true;
        else if (option == 'c')
            which_clock = CLOCK_PROCESS_CPUTIME_ID;
        else
            return 2;
    }
    if (events < 1 || rounds < 1 || rounds > ROUNDS_MAX)
        give_up("usage", "bench-query [-n EVENTS] [-d DIRECTORY] [-r ROUNDS] [-i] [-c] [-w] [FILTER ...]");
    if (!*directory)
        snprintf(directory, sizeof directory, "/tmp/entente-bench-query-%" PRId64, events);
    if (writes) {
        fill_new(directory, events, false);
        fill_new(directory, events, true);
        return 0;
    }
    make_archive(directory, events, with_items);
    printf("milliseconds%s, median of %d runs; + where more than %d records had to be looked at for an exact count\n"
           "   events   page worst  next bydate facets    all months  dyads  pairs  filter\n",
           which_clock == CLOCK_MONOTONIC ? "" : " of the processor", rounds, BUDGET);
    bool ok = true;
    for (int i = optind; i < count; i++)
        ok = measure_filter(directory, words[i]) && ok;
    for (size_t i = 0; optind == count && i < sizeof filters / sizeof *filters; i++)
        ok = measure_filter(directory, filters[i]) && ok;
    return ok ? 0 : 1;
}
