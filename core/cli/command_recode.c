/* entente recode: the archive through another lexicon, first as a difference, then applied. */
#include "core/base/clock.h"
#include "core/base/paths.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/lexicon_folders.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "core/cli/progress.h"
#include "core/cli/recoding.h"
#include "core/cli/state.h"
#include "core/cli/table.h"
#include "core/config/config.h"
#include "core/setup/setup.h"
#include "lib/coder/lexicon_compile.h"
#include "lib/record/record_json.h"
#include "lib/record/vocabulary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { TYPES_MAX = 16, FOLDERS_MAX = 32, COUNT_SIZE = 24 };

/* What a dry run has found. */
struct counts {
    int64_t before, after, gained, lost, changed;
};

struct report {
    struct counts types[TYPES_MAX]; /* by the codebook's order */
    int64_t items_changed, gone, uncoded;
    bool lists, as_json;
    struct buffer list; /* JSON of the items, where that is wanted */
    struct json_writer writer;
    struct progress progress;
};

/* ---- counting ---- */

static struct counts *counts_of(struct report *report, struct record_view event)
{
    const char *type = record_text(event, ENT_REPORT_TYPE);
    const char *const *types = vocabulary_words(VOCABULARY_TYPE);
    size_t index = 0;
    while (types[index] && index + 1 < TYPES_MAX && (!type || strcmp(types[index], type) != 0))
        index++;
    return &report->types[index];
}

static void count_item(struct report *report, const struct recoding_item *item)
{
    bool changed = false;
    for (size_t i = 0; i < item->difference_count; i++) {
        const struct difference *row = &item->differences[i];
        bool gained = row->kind == DIFFERENCE_GAINED, lost = row->kind == DIFFERENCE_LOST;
        struct counts *counts =
            counts_of(report, gained ? item->after[row->after]->view : item->before[row->before]->view);
        counts->before += !gained;
        counts->after += !lost;
        counts->gained += gained;
        counts->lost += lost;
        counts->changed += row->kind == DIFFERENCE_CHANGED;
        changed |= row->kind != DIFFERENCE_SAME;
    }
    report->items_changed += changed;
    report->gone += item->is_gone;
    report->uncoded += item->is_uncoded;
}

/* ---- listing ---- */

static void print_field(void *context, const char *field, const char *before, const char *after)
{
    struct buffer line = BUFFER_INIT;
    (void)context;
    display_clean(&line, *before ? before : "(nothing)", strlen(*before ? before : "(nothing)"));
    buffer_append_text(&line, " → ");
    display_clean(&line, *after ? after : "(nothing)", strlen(*after ? after : "(nothing)"));
    printf("        %s: %s\n", field, line.bytes ? line.bytes : "");
    buffer_free(&line);
}

static void print_event(const char *sign, struct record_view event)
{
    struct buffer text = BUFFER_INIT, line = BUFFER_INIT;
    difference_print_event(event, &text);
    display_clean(&line, text.bytes ? text.bytes : "", text.size);
    printf("    %s %s\n", sign, line.bytes ? line.bytes : "");
    buffer_free(&text);
    buffer_free(&line);
}

static void print_item(const struct recoding_item *item)
{
    struct buffer title = BUFFER_INIT;
    const char *id = record_text(item->item, ENT_ITEM_ID), *text = record_text(item->item, ENT_ITEM_TITLE);
    display_clean(&title, text ? text : "", text ? strlen(text) : 0);
    printf("%s%.12s%s  %s%s\n", style(STYLE_NAME), id ? id : "", style_end(), title.bytes ? title.bytes : "",
           item->is_gone ? "  (its body is not kept any more: it stays as it is)" : "");
    buffer_free(&title);
    for (size_t i = 0; i < item->difference_count; i++) {
        const struct difference *row = &item->differences[i];
        if (row->kind == DIFFERENCE_GAINED)
            print_event("+", item->after[row->after]->view);
        else if (row->kind == DIFFERENCE_LOST)
            print_event("-", item->before[row->before]->view);
        else if (row->kind == DIFFERENCE_CHANGED) {
            print_event("~", item->after[row->after]->view);
            difference_fields(item->before[row->before]->view, item->after[row->after]->view, print_field, NULL);
        }
    }
}

static void write_field(void *context, const char *field, const char *before, const char *after)
{
    struct json_writer *writer = context;
    json_key(writer, field);
    json_array_open(writer);
    json_put_text(writer, before);
    json_put_text(writer, after);
    json_array_close(writer);
}

static void write_event(struct json_writer *writer, const struct recoding_item *item, const struct difference *row)
{
    static const char *const words[] = {"same", "changed", "gained", "lost"};
    bool lost = row->kind == DIFFERENCE_LOST;
    json_object_open(writer);
    json_key(writer, "kind");
    json_put_text(writer, words[row->kind]);
    json_key(writer, "event");
    record_to_json(writer, lost ? item->before[row->before]->view : item->after[row->after]->view, 0);
    if (row->kind == DIFFERENCE_CHANGED) {
        json_key(writer, "fields");
        json_object_open(writer);
        difference_fields(item->before[row->before]->view, item->after[row->after]->view, write_field, writer);
        json_object_close(writer);
    }
    json_object_close(writer);
}

static void write_item(struct json_writer *writer, const struct recoding_item *item)
{
    json_object_open(writer);
    json_key(writer, "item");
    json_put_text(writer, record_text(item->item, ENT_ITEM_ID));
    json_key(writer, "title");
    json_put_text(writer, record_text(item->item, ENT_ITEM_TITLE));
    json_key(writer, "gone");
    json_put_boolean(writer, item->is_gone);
    json_key(writer, "events");
    json_array_open(writer);
    for (size_t i = 0; i < item->difference_count; i++)
        if (item->differences[i].kind != DIFFERENCE_SAME)
            write_event(writer, item, &item->differences[i]);
    json_array_close(writer);
    json_object_close(writer);
}

static bool differs(const struct recoding_item *item)
{
    bool differs = item->is_gone;
    for (size_t i = 0; i < item->difference_count; i++)
        differs |= item->differences[i].kind != DIFFERENCE_SAME;
    return differs;
}

static void tell(void *context, const struct recoding_item *item)
{
    struct report *report = context;
    count_item(report, item);
    if (!report->lists || !differs(item))
        return;
    if (report->as_json) {
        write_item(&report->writer, item);
    } else {
        progress_end(&report->progress);
        print_item(item);
    }
}

static void tell_progress(void *context, int64_t done, int64_t all)
{
    struct report *report = context;
    progress_update(&report->progress, done, all);
}

/* ---- the result ---- */

static const struct table_column columns[] = {
    {.title = "TYPE", .name = "type", .min = 12},
    {.title = "BEFORE", .name = "before", .min = 6, .is_number = true},
    {.title = "AFTER", .name = "after", .min = 6, .is_number = true},
    {.title = "GAINED", .name = "gained", .min = 6, .is_number = true},
    {.title = "LOST", .name = "lost", .min = 6, .is_number = true},
    {.title = "CHANGED", .name = "changed", .min = 7, .is_number = true},
};

static void add_row(struct table *table, const char *name, const struct counts *counts)
{
    table_cell(table, name);
    table_cell_integer(table, counts->before);
    table_cell_integer(table, counts->after);
    table_cell_integer(table, counts->gained);
    table_cell_integer(table, counts->lost);
    table_cell_integer(table, counts->changed);
    table_row(table);
}

static bool print_table(const struct report *report, struct error *error)
{
    struct table *table =
        table_create(columns, sizeof columns / sizeof *columns, TABLE_FOR_PEOPLE, display()->width, stdout);
    if (!table)
        return error_set(error, ERROR_MEMORY, "out of memory");
    const char *const *types = vocabulary_words(VOCABULARY_TYPE);
    struct counts all = {0};
    for (size_t i = 0; types[i]; i++) {
        const struct counts *row = &report->types[i];
        if (row->before || row->after)
            add_row(table, types[i], row);
        all.before += row->before;
        all.after += row->after;
        all.gained += row->gained;
        all.lost += row->lost;
        all.changed += row->changed;
    }
    add_row(table, "all", &all);
    return table_finish(table, error);
}

static void put_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    json_put_integer(writer, value);
}

static bool print_json(struct report *report, const char *stamp, const struct recoding_result *result, bool applied,
                       struct error *error)
{
    struct buffer out = BUFFER_INIT;
    struct json_writer writer;
    const char *const *types = vocabulary_words(VOCABULARY_TYPE);
    json_begin(&writer, &out);
    json_object_open(&writer);
    json_key(&writer, "stamp");
    json_put_text(&writer, stamp);
    json_key(&writer, "applied");
    json_put_boolean(&writer, applied);
    put_integer(&writer, "items", result->items);
    put_integer(&writer, "items_changed", report->items_changed);
    put_integer(&writer, "replaced", result->replaced);
    put_integer(&writer, "gone", report->gone);
    put_integer(&writer, "uncoded", report->uncoded);
    json_key(&writer, "types");
    json_object_open(&writer);
    for (size_t i = 0; types[i]; i++) {
        const struct counts *row = &report->types[i];
        json_key(&writer, types[i]);
        json_object_open(&writer);
        put_integer(&writer, "before", row->before);
        put_integer(&writer, "after", row->after);
        put_integer(&writer, "gained", row->gained);
        put_integer(&writer, "lost", row->lost);
        put_integer(&writer, "changed", row->changed);
        json_object_close(&writer);
    }
    json_object_close(&writer);
    if (report->lists) {
        json_key(&writer, "differences");
        buffer_append_text(&out, report->list.size ? report->list.bytes : "[]");
    }
    buffer_append_text(&out, "}\n");
    return printout_write(&out, error);
}

static bool print_result(struct report *report, const char *stamp, const struct recoding_result *result, bool applied,
                         struct error *error)
{
    progress_end(&report->progress);
    if (report->as_json) {
        json_array_close(&report->writer);
        return print_json(report, stamp, result, applied, error);
    }
    if (!print_table(report, error))
        return false;
    printf("%" PRId64 " items by %s; %" PRId64 " tell otherwise", result->items, stamp, report->items_changed);
    if (report->uncoded)
        printf("; %" PRId64 " are in other languages", report->uncoded);
    if (report->gone)
        printf("; %" PRId64 " cannot be coded any more, since their bodies are not kept, and stay as they are",
               report->gone);
    if (result->resumed_at)
        printf("; went on where an earlier run ended, whose part the table leaves out");
    printf(".\n%s\n", applied ? "Applied: the desk has the new reports, and nobody is alerted."
                              : "Nothing is changed; --apply does it.");
    return true;
}

/* ---- what to recode, and by what ---- */

/* The classifier of that name, or the only one that is a coder. NULL after a message. */
static const struct setup_instance *find_classifier(const struct setup *setup, const char *name)
{
    const struct setup_instance *found = NULL;
    for (size_t i = 0; i < setup_instance_count(setup); i++) {
        const struct setup_instance *row = setup_instance(setup, i);
        bool is_coder = row->plugin && row->plugin_kind == PLUGIN_CLASSIFIER && !strcmp(row->plugin->name, "coder");
        if (!is_coder || (name && strcmp(row->name, name) != 0 && strcmp(row->title, name) != 0))
            continue;
        if (found) {
            message_failure("several classifiers are coders: name one with --classifier");
            return NULL;
        }
        found = row;
    }
    if (!found)
        message_failure(name ? "no classifier %s with plugin = coder is configured"
                             : "no classifier with plugin = coder is configured",
                        name);
    return found;
}

static struct lexicon *open_lexicon(const struct setup_instance *classifier, const char *given, struct error *error)
{
    const struct option_value *value = options_find(classifier->options, "lexicon");
    const char *folders[FOLDERS_MAX];
    size_t count = value ? value->item_count : 0;
    if (given)
        return lexicon_folders_open(given, error);
    if (count > FOLDERS_MAX) {
        error_set(error, ERROR_LIMIT, "lexicon: at most %d folders", FOLDERS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        folders[i] = value->items[i].data;
    return lexicon_open_given((const void *)(size_t)&open_lexicon, folders, count, NULL, error);
}

static bool read_filter(const struct command_line *line, struct recoding_filter *filter)
{
    struct error error = ERROR_INIT;
    const char *since = command_value(line, "since"), *until = command_value(line, "until");
    const char *where = command_value(line, "where"), *sources = command_value(line, "source");
    *filter = (struct recoding_filter){.since = INT64_MIN, .until = INT64_MAX, .sources = sources};
    if ((since && !query_parse_time(since, clock_now(), false, &filter->since, &error)) ||
        (until && !query_parse_time(until, clock_now(), true, &filter->until, &error))) {
        message_failure("%s", error.text);
        return false;
    }
    if (where) {
        struct rule_error wrong;
        filter->where = rule_compile(where, strlen(where), &wrong);
        if (!filter->where) {
            message_failure("--where: %s, at character %zu", wrong.text, wrong.offset + 1);
            return false;
        }
    }
    int size = snprintf(filter->text, sizeof filter->text, "since=%s until=%s source=%s where=%s", since ? since : "",
                        until ? until : "", sources ? sources : "", where ? where : "");
    if (size >= 0 && (size_t)size < sizeof filter->text)
        return true;
    message_failure("the filters are too long");
    return false;
}

static int recode(const struct command_line *line, const struct setup_instance *classifier,
                  const struct recoding_filter *filter)
{
    char state_dir[STATE_DIR_MAX];
    struct error error = ERROR_INIT;
    const char *given = command_value(line, "lexicon");
    bool applies = command_flag(line, "apply");
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    struct lexicon *lexicon = open_lexicon(classifier, given, &error);
    struct coder *coder = lexicon ? coder_open_lexicon(lexicon, &error) : NULL;
    struct query *query = coder ? query_open(state_dir, &error) : NULL;
    struct report report = {.lists = command_flag(line, "list"),
                            .as_json = !strcmp(command_value(line, "format"), "json")};
    struct recoding_result result = {0};
    const struct option_value *least = options_find(classifier->options, "min_confidence");
    struct recoding_plan plan = {.state_dir = state_dir,
                                 .classifier = classifier->title,
                                 .coder = coder,
                                 .min_confidence = least ? least->number : 0,
                                 .filter = filter,
                                 .apply = applies,
                                 .tell = tell,
                                 .progress = tell_progress,
                                 .context = &report};
    json_begin(&report.writer, &report.list);
    json_array_open(&report.writer);
    progress_begin(&report.progress, applies ? "items recoded" : "items compared");
    bool good = query && recoding_run(query, &plan, &result, &error) &&
                print_result(&report, coder_stamp(coder), &result, applies, &error);
    progress_end(&report.progress);
    query_close(query);
    coder_close(coder);
    buffer_free(&report.list);
    return good ? COMMAND_DONE : message_failure("%s", error.text);
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct recoding_filter filter;
    const char *path = line->config_path ? line->config_path : config_default_path();
    if (command_value(line, "lexicon") && command_flag(line, "apply"))
        return message_failure(
            "--lexicon is for looking: name the folders in the configuration, reload, and then apply");
    if (!path)
        return message_failure("no configuration says by which classifier: name a file with -c");
    if (!read_filter(line, &filter)) {
        rule_destroy(filter.where);
        return COMMAND_USAGE;
    }
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(path, NULL, OPTIONS_CHECK, diagnostics, &error) : NULL;
    /* News comes before what is old. */
    setpriority(PRIO_PROCESS, 0, 19);
    const struct setup_instance *classifier = NULL;
    int status = COMMAND_USAGE;
    if (!setup)
        message_failure("%s", error.text);
    else
        classifier = find_classifier(setup, command_value(line, "classifier"));
    if (classifier)
        status = recode(line, classifier, &filter);
    setup_destroy(setup);
    diagnostics_destroy(diagnostics);
    rule_destroy(filter.where);
    return status;
}

static const struct command_option options[] = {
    {"apply", 'a', COMMAND_FLAG, NULL, NULL, NULL, "Replace the reports; without it only the difference is shown"},
    {"list", 'l', COMMAND_FLAG, NULL, NULL, NULL, "Also each item that tells otherwise, with old and new values"},
    {"lexicon", 0, COMMAND_VALUE, "FOLDER,...", NULL, NULL,
     "Compare with these words laid over the shipped lexicon, in place of what the configuration names"},
    {"classifier", 0, COMMAND_VALUE, "NAME", NULL, NULL, "The classifier, where several are coders"},
    {"since", 's', COMMAND_VALUE, "WHEN", NULL, NULL,
     "Only items published from this time on: an age (12h, 7d, 2w), a date, today, yesterday"},
    {"until", 'u', COMMAND_VALUE, "WHEN", NULL, NULL, "Only items up to this time; a date counts to its end"},
    {"source", 'S', COMMAND_VALUE, "NAMES", NULL, NULL, "Only items from these sources, apart by commas"},
    {"where", 'w', COMMAND_VALUE, "RULE", NULL, NULL,
     "Only items one of whose reports this rule matches (docs/rules.md)"},
    {"format", 'f', COMMAND_VALUE, "FORMAT", "table|json", "table", "Table for people, one JSON object for programs"},
    {.name = NULL},
};

const struct command command_recode = {
    .name = "recode",
    .summary = "Put the archive through another lexicon, and see the difference first",
    .description =
        "Codes every stored item anew as the configured classifier would now, and shows by type which events items "
        "tell of "
        "that they did not before, no longer tell of, or tell otherwise. Nothing is changed until --apply, which "
        "replaces the reports batch by batch; the desk then merges events anew, and nobody is alerted, unless a watch "
        "has "
        "`on = recode`. With a daemon running it does that, whenever it has no news to work on; without one, the state "
        "directory is locked meanwhile. A run that was broken off goes on where it stood when it is given again. "
        "Corrections are kept apart from reports and stay.\n"
        "\n"
        "Reload the daemon before applying, so that new items are coded by the same words.",
    .examples =
        "entente recode\tWhat the present lexicon would change\n"
        "entente recode --lexicon ~/words --since 30d --list\tWhat some words of yours would change, item by item\n"
        "entente recode --apply\tDo it",
    .options = options,
    .run = run,
};
