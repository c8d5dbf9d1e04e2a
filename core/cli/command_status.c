/* entente status: what a running daemon does and how its sources, processors and sinks fare; without one, what the
 * store knows. */
#include "core/base/clock.h"
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/cli/status_gather.h"
#include "core/cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HELD_WORTH_TELLING_MS = 60 * 1000 };

static int64_t integer_of(const json_t *object, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* "12.3 MiB" */
static const char *print_size(char text[SHEET_TIME_SIZE], int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024 && unit < 4; unit++)
        value /= 1024;
    snprintf(text, SHEET_TIME_SIZE, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text;
}

static const char *print_duration(char text[SHEET_TIME_SIZE], int64_t milliseconds)
{
    int64_t minutes = milliseconds / 60000;
    if (minutes < 1)
        snprintf(text, SHEET_TIME_SIZE, "%" PRId64 " s", milliseconds / 1000);
    else if (minutes < 60)
        snprintf(text, SHEET_TIME_SIZE, "%" PRId64 " min", minutes);
    else if (minutes < 48 * 60)
        snprintf(text, SHEET_TIME_SIZE, "%" PRId64 " h %" PRId64 " min", minutes / 60, minutes % 60);
    else
        snprintf(text, SHEET_TIME_SIZE, "%" PRId64 " d %" PRId64 " h", minutes / 1440, minutes / 60 % 24);
    return text;
}

/* What a daemon says of itself; every member may be absent. */
static void daemon_rows(struct sheet *sheet, const json_t *status, bool running, int64_t now)
{
    const json_t *daemon = json_object_get(status, "daemon");
    char time[SHEET_TIME_SIZE];
    if (!running) {
        sheet_row(sheet, "Daemon", "none runs on this state directory; 'entented' starts one");
        return;
    }
    int64_t started = integer_of(daemon, "started");
    sheet_row(sheet, "Daemon", "entented %s, process %" PRId64 ", up %s", text_of(daemon, "version"),
              integer_of(daemon, "pid"), started ? print_duration(time, now - started) : "for some time");
    if (*text_of(daemon, "config"))
        sheet_row(sheet, "Configured", "%s", text_of(daemon, "config"));
    if (*text_of(daemon, "paused_because"))
        sheet_row(sheet, "Paused", "%s", text_of(daemon, "paused_because"));
    if (*text_of(daemon, "trouble"))
        sheet_row(sheet, "Trouble", "%s", text_of(daemon, "trouble"));
    const json_t *open = json_object_get(daemon, "open_items");
    if (open)
        sheet_row(sheet, "In work", "%" PRId64 " items behind the watermark, %" PRId64 " units waiting to be stored",
                  (int64_t)json_integer_value(open), integer_of(daemon, "queued_units"));
}

static void store_rows(struct sheet *sheet, const json_t *status)
{
    const json_t *store = json_object_get(status, "store"), *counts = json_object_get(status, "counts");
    char size[SHEET_TIME_SIZE], texts[4][SHEET_TIME_SIZE];
    if (!store)
        return;
    sheet_row(sheet, "Store", "%s, %s", text_of(store, "path"), print_size(size, integer_of(store, "bytes")));
    sheet_row(sheet, "Holds", "items %s, reports %s, events %s, alerts %s",
              sheet_count(texts[0], integer_of(counts, "items")), sheet_count(texts[1], integer_of(counts, "reports")),
              sheet_count(texts[2], integer_of(counts, "events")), sheet_count(texts[3], integer_of(counts, "alerts")));
    int64_t letters = integer_of(status, "dead_letters");
    if (letters)
        sheet_row(sheet, "Dead letters", "%s; 'entente dead-letters' shows them", sheet_count(size, letters));
}

/* What is wrong with an instance that does not run: "parked: no url". False where it runs or no daemon does. */
static bool is_halted(const json_t *row, char *text, size_t size)
{
    const char *state = text_of(row, "state"), *why = text_of(row, "why");
    if (!*state || strcmp(state, "running") == 0 || strcmp(state, "created") == 0)
        return false;
    snprintf(text, size, "%s%s%s", state, *why ? ": " : "", why);
    return true;
}

/* How to colour a state that is_halted says: what a person has taken away is nothing bad. */
static enum display_style halted_style(const json_t *row)
{
    return strcmp(text_of(row, "state"), "not configured") == 0 ? STYLE_FAINT : STYLE_BAD;
}

static void source_cells(struct table *table, const json_t *row, int64_t now)
{
    char time[SHEET_TIME_SIZE], state[700];
    int64_t failures = integer_of(row, "failures"), last_success = integer_of(row, "last_success");
    int64_t next = integer_of(row, "next_fetch");
    const json_t *median = json_object_get(row, "median_delay");
    int64_t delay = median ? (int64_t)json_integer_value(median) : -1;
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell(table, sheet_age(time, last_success, now));
    table_cell(table, sheet_age(time, integer_of(row, "last_item"), now));
    table_cell(table, json_is_true(json_object_get(row, "gone")) ? "never"
                      : next <= now                              ? "due"
                                                                 : sheet_age(time, next, now));
    table_cell_integer(table, integer_of(row, "items"));
    table_cell(table, delay < 0 ? "" : print_duration(time, delay));
    bool halted = is_halted(row, state, sizeof state), gone = json_is_true(json_object_get(row, "gone"));
    bool silent = !failures && strcmp(text_of(row, "outage"), "silent") == 0;
    if (!halted && gone)
        snprintf(state, sizeof state, "gone, not fetched any more: %s", text_of(row, "text"));
    else if (!halted && failures)
        snprintf(state, sizeof state, "failed %" PRId64 "×: %s", failures, text_of(row, "text"));
    else if (!halted && silent)
        snprintf(state, sizeof state, "silent, newest %s", sheet_age(time, integer_of(row, "newest"), now));
    else if (!halted)
        snprintf(state, sizeof state, "%s",
                 integer_of(row, "in_flight") ? "being fetched"
                 : last_success               ? "ok"
                                              : "not fetched yet");
    table_cell_styled(table,
                      halted             ? halted_style(row)
                      : gone || failures ? STYLE_BAD
                      : silent           ? STYLE_WARNING
                                         : STYLE_GOOD,
                      state);
}

static void worker_state(struct table *table, const json_t *row)
{
    char state[700];
    int64_t behind = integer_of(row, "behind");
    bool halted = is_halted(row, state, sizeof state);
    const char *text = text_of(row, "text");
    table_cell_styled(table,
                      halted  ? halted_style(row)
                      : *text ? STYLE_WARNING
                              : STYLE_GOOD,
                      halted   ? state
                      : *text  ? text
                      : behind ? "working"
                               : "up to date");
}

/* Items that a working processor has before it for a moment are not worth a word. */
static bool holds_items(const json_t *row, int64_t now)
{
    char unused[700];
    int64_t since = integer_of(row, "held_since");
    bool is_long = since && now - since >= HELD_WORTH_TELLING_MS;
    return integer_of(row, "held") > 0 && since &&
           (is_long || is_halted(row, unused, sizeof unused) || json_is_true(json_object_get(row, "passed_by")));
}

static void processor_cells(struct table *table, const json_t *row, int64_t now)
{
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_integer(table, integer_of(row, "behind"));
    table_cell_integer(table, integer_of(row, "waiting"));
    if (!holds_items(row, now)) {
        worker_state(table, row);
        return;
    }
    char state[800], time[SHEET_TIME_SIZE], halted[700];
    const char *why = is_halted(row, halted, sizeof halted) ? halted : text_of(row, "text");
    bool is_passed = json_is_true(json_object_get(row, "passed_by"));
    snprintf(state, sizeof state, "%s%" PRId64 " item%s %s for %s%s%.600s", is_passed ? "passed by: " : "",
             integer_of(row, "held"), integer_of(row, "held") == 1 ? "" : "s", is_passed ? "not taken up" : "held",
             print_duration(time, now - integer_of(row, "held_since")), *why ? ": " : "", why);
    table_cell_styled(table, is_passed ? STYLE_WARNING : STYLE_BAD, state);
}

static void detector_cells(struct table *table, const json_t *row, int64_t now)
{
    (void)now;
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_integer(table, integer_of(row, "alerts"));
    table_cell_integer(table, integer_of(row, "behind"));
    table_cell_integer(table, integer_of(row, "waiting"));
    worker_state(table, row);
}

static void watch_cells(struct table *table, const json_t *row, int64_t now)
{
    (void)now;
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_integer(table, integer_of(row, "alerts"));
    table_cell_integer(table, integer_of(row, "behind"));
}

static void sink_cells(struct table *table, const json_t *row, int64_t now)
{
    char time[SHEET_TIME_SIZE], state[700];
    int64_t pending = integer_of(row, "pending"), dead = integer_of(row, "dead"), due = integer_of(row, "next_due");
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_integer(table, pending);
    table_cell_integer(table, integer_of(row, "held"));
    table_cell_integer(table, integer_of(row, "delivered"));
    table_cell_integer(table, dead);
    const char *text = text_of(row, "text"), *colon = *text ? ": " : "";
    bool halted = is_halted(row, state, sizeof state);
    if (dead && !halted)
        snprintf(state, sizeof state, "gave up on %" PRId64 "%s%s", dead, colon, text);
    else if (pending && !halted)
        snprintf(state, sizeof state, "next try %s%s%s", due <= now ? "due" : sheet_age(time, due, now), colon, text);
    else if (!halted)
        snprintf(state, sizeof state, "ok");
    table_cell_styled(table,
                      halted    ? halted_style(row)
                      : dead    ? STYLE_BAD
                      : pending ? STYLE_WARNING
                                : STYLE_GOOD,
                      state);
}

static void service_cells(struct table *table, const json_t *row, int64_t now)
{
    char state[700];
    (void)now;
    bool halted = is_halted(row, state, sizeof state);
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_styled(table, halted ? halted_style(row) : STYLE_GOOD, halted ? state : "ok");
}

static void uncoded_cells(struct table *table, const json_t *row, int64_t now)
{
    (void)now;
    char languages[300] = "";
    size_t used = 0;
    const char *code;
    json_t *count;
    json_object_foreach(json_object_get(row, "languages"), code, count)
    {
        int wrote = snprintf(languages + used, sizeof languages - used, "%s%s %" PRId64, used ? ", " : "",
                             strcmp(code, "und") == 0 ? "undetermined" : code, (int64_t)json_integer_value(count));
        if (wrote < 0 || (size_t)wrote >= sizeof languages - used)
            break;
        used += (size_t)wrote;
    }
    table_cell_styled(table, STYLE_NAME, text_of(row, "name"));
    table_cell_integer(table, integer_of(row, "items"));
    table_cell(table, languages);
}

static void process_cells(struct table *table, const json_t *row, int64_t now)
{
    char size[SHEET_TIME_SIZE], time[SHEET_TIME_SIZE];
    table_cell_styled(table, STYLE_NAME, text_of(row, "plugin"));
    table_cell(table, text_of(row, "version"));
    table_cell_integer(table, integer_of(row, "process"));
    table_cell(table, sheet_age(time, integer_of(row, "since"), now));
    table_cell(table, print_size(size, integer_of(row, "memory")));
    table_cell_integer(table, integer_of(row, "instances"));
    table_cell_integer(table, integer_of(row, "restarts"));
    table_cell(table, text_of(row, "isolation"));
}

static const struct table_column source_columns[] = {
    {.title = "SOURCE", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "LAST SUCCESS", .name = "last_success", .min = 12},
    {.title = "LAST ITEM", .name = "last_item", .min = 10, .rank = 3},
    {.title = "NEXT FETCH", .name = "next_fetch", .min = 10, .rank = 1},
    {.title = "ITEMS", .name = "items", .min = 5, .is_number = true, .rank = 2},
    {.title = "DELAY", .name = "median_delay", .min = 6, .rank = 4},
    {.title = "STATE", .name = "state", .min = 24, .flexible = true},
};
static const struct table_column processor_columns[] = {
    {.title = "PROCESSOR", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "BEHIND", .name = "behind", .min = 6, .is_number = true},
    {.title = "TO RETRY", .name = "waiting", .min = 8, .is_number = true},
    {.title = "STATE", .name = "state", .min = 10, .flexible = true},
};
static const struct table_column watch_columns[] = {
    {.title = "WATCH", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "ALERTS", .name = "alerts", .min = 6, .is_number = true},
    {.title = "BEHIND", .name = "behind", .min = 6, .is_number = true},
};
static const struct table_column detector_columns[] = {
    {.title = "DETECTOR", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "ALERTS", .name = "alerts", .min = 6, .is_number = true},
    {.title = "BEHIND", .name = "behind", .min = 6, .is_number = true},
    {.title = "TO RETRY", .name = "waiting", .min = 8, .is_number = true},
    {.title = "STATE", .name = "state", .min = 10, .flexible = true},
};
static const struct table_column sink_columns[] = {
    {.title = "SINK", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "PENDING", .name = "pending", .min = 7, .is_number = true},
    {.title = "HELD", .name = "held", .min = 4, .is_number = true, .rank = 1},
    {.title = "DELIVERED", .name = "delivered", .min = 9, .is_number = true},
    {.title = "DEAD", .name = "dead", .min = 4, .is_number = true},
    {.title = "STATE", .name = "state", .min = 10, .flexible = true},
};

static const struct table_column service_columns[] = {
    {.title = "SERVICE", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "STATE", .name = "state", .min = 10, .flexible = true},
};

static const struct table_column process_columns[] = {
    {.title = "PROCESS OF", .name = "plugin", .min = 10, .max = 40, .flexible = true},
    {.title = "VERSION", .name = "version", .min = 7, .rank = 2},
    {.title = "PID", .name = "process", .min = 7, .is_number = true},
    {.title = "SINCE", .name = "since", .min = 7, .rank = 1},
    {.title = "MEMORY", .name = "memory", .min = 8},
    {.title = "INSTANCES", .name = "instances", .min = 9, .is_number = true},
    {.title = "RESTARTS", .name = "restarts", .min = 8, .is_number = true},
    {.title = "ISOLATION", .name = "isolation", .min = 10, .flexible = true},
};

static const struct table_column uncoded_columns[] = {
    {.title = "UNCODED FROM", .name = "name", .min = 12, .max = 40, .flexible = true},
    {.title = "ITEMS", .name = "items", .min = 5, .is_number = true},
    {.title = "LANGUAGES", .name = "languages", .min = 10, .flexible = true},
};

#define SECTION(key, columns, cells)                                                                                   \
    {                                                                                                                  \
        key, columns, sizeof columns / sizeof *columns, cells                                                          \
    }
static const struct {
    const char *key;
    const struct table_column *columns;
    size_t column_count;
    void (*cells)(struct table *table, const json_t *row, int64_t now);
} sections[] = {
    SECTION("sources", source_columns, source_cells),     SECTION("processors", processor_columns, processor_cells),
    SECTION("watches", watch_columns, watch_cells),       SECTION("detectors", detector_columns, detector_cells),
    SECTION("sinks", sink_columns, sink_cells),           SECTION("services", service_columns, service_cells),
    SECTION("processes", process_columns, process_cells), SECTION("uncoded", uncoded_columns, uncoded_cells),
};

static bool print_sections(const json_t *status, int64_t now, struct error *error)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const json_t *rows = json_object_get(status, sections[i].key), *row;
        size_t index;
        if (json_array_size(rows) == 0)
            continue;
        putchar('\n');
        struct table *table =
            table_create(sections[i].columns, sections[i].column_count, TABLE_FOR_PEOPLE, display()->width, stdout);
        if (!table)
            return error_set(error, ERROR_MEMORY, "out of memory");
        json_array_foreach(rows, index, row)
        {
            sections[i].cells(table, row, now);
            table_row(table);
        }
        if (!table_finish(table, error))
            return false;
    }
    return true;
}

/* Plugins whose object on disk is not the one at work, each once. */
static void print_replaced(const json_t *status)
{
    json_t *told = json_object();
    for (size_t i = 0; told && i < sizeof sections / sizeof *sections; i++) {
        const json_t *rows = json_object_get(status, sections[i].key), *row;
        size_t index;
        json_array_foreach(rows, index, row)
        {
            const char *plugin = text_of(row, "plugin"), *words = text_of(row, "replaced");
            if (!*words || json_object_get(told, plugin))
                continue;
            printf("%s%s: plugin %s: %s\n", json_object_size(told) > 0 ? "" : "\n", text_of(row, "name"), plugin,
                   words);
            json_object_set_new(told, plugin, json_true());
        }
    }
    json_decref(told);
}

static bool print_people(const json_t *status, bool running, struct error *error)
{
    struct sheet sheet = SHEET_INIT;
    int64_t now = clock_now();
    daemon_rows(&sheet, status, running, now);
    store_rows(&sheet, status);
    bool is_good = sheet_finish(&sheet, stdout, error) && print_sections(status, now, error);
    if (is_good)
        print_replaced(status);
    return is_good;
}

static int run(const struct command_line *line)
{
    char state_dir[STATE_DIR_MAX];
    bool running = false;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    json_t *status = status_gather(state_dir, &running);
    if (!status)
        return COMMAND_USAGE;
    struct error error = ERROR_INIT;
    bool ok;
    if (strcmp(command_value(line, "format"), "json") == 0) {
        ok = json_dumpf(status, stdout, JSON_COMPACT | JSON_SORT_KEYS) == 0 && putchar('\n') != EOF;
        if (!ok)
            error_set(&error, ERROR_SYSTEM, "the output cannot be written");
    } else {
        ok = print_people(status, running, &error);
    }
    json_decref(status);
    return ok ? COMMAND_DONE : message_failure("%s", error.text);
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or one JSON object"},
    {.name = NULL},
};

const struct command command_status = {
    .name = "status",
    .summary = "Show how the daemon and its sources fare",
    .description =
        "Asks the running daemon; where none runs, shows what the store knows. A source is shown with its last "
        "success, its last new item, its next fetch, the median delay from publication to fetch, and its last error; a "
        "processor with how many items it is behind; a detector with the alerts that it raised and how many revisions "
        "of "
        "events it is behind; a sink with "
        "the deliveries that it still owes; a process of isolated plugins with the plugin's version, since when it "
        "runs, its memory and what the kernel holds it to; "
        "at the end plugins that were replaced on disk and are still at work as they were. Items in languages that the "
        "lexicon does not cover are counted by feed.",
    .examples = "entente status\tEverything at a glance\n"
                "entente status --format json | jq '.sources[] | select(.failures > 0)'\tThe feeds that fail",
    .options = options,
    .run = run,
};
