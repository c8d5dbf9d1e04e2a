#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/lexicon_folders.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/base/locate.h"
#include "lib/evaluate/reliability.h"
#include "lib/evaluate/stages.h"
#include "lib/evaluate/trial.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One run of the command. */
struct run {
    json_t *labels, *items, *outputs;
    struct coder *coder;
    struct coder_workspace *workspace;
    struct model model;
    struct teaching teaching;
    struct training_folds training_folds;
    double min_confidence;
    size_t errors;
    bool json, folds;
};

/* ---- what it needs ---- */
static bool load_teaching(struct run *run, const char *path, struct error *error)
{
    char found[PATH_MAX];
    if (!path) {
        if (!locate_data((const void *)(size_t)&load_teaching, "features.txt", found, sizeof found, error))
            return false;
        path = found;
    }
    return teaching_load(&run->teaching, path, error) && (training_folds_make(&run->teaching, &run->training_folds) ||
                                                          error_set(error, ERROR_MEMORY, "out of memory"));
}

static bool open_coder(struct run *run, const struct command_line *line, struct error *error)
{
    struct lexicon *lexicon = lexicon_folders_open(command_value(line, "lexicon"), error);
    const char *model = command_value(line, "model");
    run->coder = lexicon ? coder_open_lexicon(lexicon, error) : NULL;
    if (!run->coder || (model && !model_load(model, &run->model, error)))
        return false;
    if (model)
        coder_use_model(run->coder, &run->model);
    run->workspace = coder_workspace_create();
    return run->workspace || error_set(error, ERROR_MEMORY, "out of memory");
}

static struct trial make_trial(const struct run *run, unsigned percent)
{
    return (struct trial){.coder = run->coder,
                          .workspace = run->workspace,
                          .teaching = &run->teaching,
                          .folds = &run->training_folds,
                          .labels = run->labels,
                          .items = run->items,
                          .percent = percent,
                          .min_confidence = run->min_confidence};
}

static bool code_items(struct run *run, struct error *error)
{
    const char *id;
    json_t *item;
    run->outputs = json_object();
    if (run->folds) {
        struct trial trial = make_trial(run, 100);
        return trial_code(&trial, run->outputs, error);
    }
    json_object_foreach(run->items, id, item)
    {
        if (!json_object_get(run->labels, id))
            continue;
        json_t *row = coding_row(run->coder, run->workspace, item, run->min_confidence, error);
        if (!row || json_object_set_new(run->outputs, id, row))
            return false;
    }
    return true;
}

/* Items without a label hold no event. */
static bool label_the_rest(struct run *run, struct error *error)
{
    const char *id;
    json_t *item;
    json_object_foreach(run->items, id, item)
    {
        if (json_object_get(run->labels, id))
            continue;
        json_t *row = json_pack("{ss ss s[]}", "id", id, "relevance", "none", "events");
        if (!row || json_object_set_new(run->labels, id, row))
            return error_set(error, ERROR_MEMORY, "out of memory");
    }
    return true;
}

/* ---- without a pair ---- */
static bool is_of_pair(const json_t *event, const char *one, const char *other)
{
    struct label_actor actors[LABEL_ACTORS_MAX];
    size_t count = label_principals(json_object_get(event, "actors"), actors);
    return label_names(actors, count, one) && label_names(actors, count, other);
}

/* Takes the events between two actors out of a set. */
static void leave_out(json_t *set, const char *one, const char *other)
{
    const char *id;
    json_t *row;
    json_object_foreach(set, id, row)
    {
        json_t *events = json_object_get(row, "events");
        for (size_t i = json_array_size(events); i-- > 0;)
            if (is_of_pair(json_array_get(events, i), one, other))
                json_array_remove(events, i);
    }
}

/* "USA-UKR" */
static bool leave_out_pair(struct run *run, const char *pair, struct error *error)
{
    char one[64], other[64];
    if (sscanf(pair, "%63[^-]-%63s", one, other) != 2)
        return error_set(error, ERROR_INPUT, "--without %s: two actors with a hyphen between, such as USA-UKR", pair);
    leave_out(run->labels, one, other);
    leave_out(run->outputs, one, other);
    return true;
}

/* ---- figures ---- */
static void append_interval(struct buffer *out, const char *name, double value, struct interval interval)
{
    buffer_printf(out, "  %-24s %.3f   (%.3f to %.3f)\n", name, value, interval.low, interval.high);
}

static bool append_intervals(const struct run *run, const struct tally *tally, const struct tally_item *items,
                             size_t count, struct buffer *out)
{
    uint32_t *groups = calloc(count + 1, sizeof *groups);
    struct intervals intervals;
    const char *id;
    json_t *label;
    size_t at = 0;
    bool good = groups != NULL;
    json_object_foreach(run->labels, id, label)
    {
        const struct teaching_item *taught = run->folds ? teaching_find(&run->teaching, id) : NULL;
        if (good)
            groups[at++] = taught ? taught->group : 0;
    }
    good = good && trial_intervals(items, groups, count, &intervals);
    if (good) {
        buffer_append_text(out, "95 % intervals\n");
        append_interval(out, "EVENTS F1", tally_f1(&tally->sum.facts), intervals.facts);
        append_interval(out, "EVENTS precision", tally_precision(&tally->sum.facts), intervals.precision);
        append_interval(out, "USABLE F1", tally_f1(&tally->sum.usable), intervals.usable);
        append_interval(out, "non-facts F1", tally_f1(&tally->sum.nonfacts), intervals.nonfacts);
        append_interval(out, "relevance F1", tally_f1(&tally->sum.relevance), intervals.relevance);
    }
    free(groups);
    return good;
}

static void append_errors(const struct run *run, const struct tally *tally, struct buffer *out)
{
    for (size_t i = 0; i < tally->error_count && i < run->errors; i++) {
        struct buffer line = BUFFER_INIT;
        tally_print_error(&tally->errors[i], &line);
        if (line.bytes)
            display_clean_lines(out, line.bytes, line.size);
        buffer_free(&line);
    }
}

static bool print_figures(const struct run *run, struct error *error)
{
    struct tally tally;
    struct tally_item *shares = calloc(json_object_size(run->labels) + 1, sizeof *shares);
    struct buffer out = BUFFER_INIT;
    const char *id;
    json_t *label;
    size_t count = 0;
    bool good = shares != NULL;
    tally_begin(&tally);
    json_object_foreach(run->labels, id, label)
    {
        const json_t *output = json_object_get(run->outputs, id), *item = json_object_get(run->items, id);
        good = good && tally_add(&tally, label, output, item, &shares[count++]);
    }
    if (good && run->json)
        tally_print_json(&tally, &out);
    else if (good) {
        tally_print(&tally, &out);
        good = append_intervals(run, &tally, shares, count, &out);
        append_errors(run, &tally, &out);
    }
    out.failed |= !good;
    free(shares);
    tally_end(&tally);
    return printout_write(&out, error);
}

static bool add_reliability(struct reliability *reliability, const struct run *run, bool others, struct error *error)
{
    const char *id;
    json_t *label;
    bool good = true;
    json_object_foreach(run->labels, id, label)
    {
        good = good && reliability_add(reliability, label, json_object_get(run->outputs, id), others);
    }
    return good || error_set(error, ERROR_MEMORY, "out of memory");
}

/* The random sample, coded as the labelled items were. */
static bool add_stream(struct reliability *reliability, const struct run *run, const struct command_line *line,
                       struct error *error)
{
    struct run stream = *run;
    const char *labels = command_value(line, "stream-labels");
    stream.items = label_load(command_value(line, "stream"), error);
    stream.labels = !stream.items ? NULL : labels ? label_load(labels, error) : json_object();
    stream.outputs = NULL;
    bool good = stream.labels && label_the_rest(&stream, error) && code_items(&stream, error) &&
                add_reliability(reliability, &stream, true, error);
    json_decref(stream.items);
    json_decref(stream.labels);
    json_decref(stream.outputs);
    return good;
}

static bool print_reliability(const struct run *run, const struct command_line *line, struct error *error)
{
    struct reliability reliability = {.items = {0}};
    struct buffer out = BUFFER_INIT;
    bool stream = command_value(line, "stream") != NULL;
    bool good = add_reliability(&reliability, run, !stream, error) &&
                (!stream || add_stream(&reliability, run, line, error));
    if (good)
        reliability_print(&reliability, &out);
    return good && printout_write(&out, error);
}

/* ---- learning curve ---- */
static bool print_curve(struct run *run, struct error *error)
{
    puts("share of the articles learned from, and what it gives on the others");
    for (unsigned percent = 20; percent <= 100; percent += 20) {
        struct trial trial = make_trial(run, percent);
        struct tally tally;
        json_t *outputs = json_object(), *label;
        const char *id;
        bool good = trial_code(&trial, outputs, error);
        tally_begin(&tally);
        json_object_foreach(run->labels, id, label)
        {
            good = good && tally_add(&tally, label, json_object_get(outputs, id), NULL, NULL);
        }
        if (good)
            printf("  %3u %%   events P %.3f R %.3f F1 %.3f   relevance F1 %.3f\n", percent,
                   tally_precision(&tally.sum.facts), tally_recall(&tally.sum.facts), tally_f1(&tally.sum.facts),
                   tally_f1(&tally.sum.relevance));
        tally_end(&tally);
        json_decref(outputs);
        if (!good)
            return false;
    }
    return true;
}

/* ---- stages ---- */
struct staging {
    struct run *run;
    struct stages stages;
};

static bool add_stage(void *context, const char *id, const json_t *item, struct error *error)
{
    struct staging *staging = context;
    return stages_add(&staging->stages, staging->run->coder, staging->run->workspace, item,
                      json_object_get(staging->run->labels, id), error);
}

static bool print_stages(struct run *run, struct error *error)
{
    struct staging staging = {.run = run};
    struct buffer out = BUFFER_INIT;
    const char *id;
    json_t *item;
    bool good = stages_begin(&staging.stages) || error_set(error, ERROR_MEMORY, "out of memory");
    if (good && run->folds) {
        struct trial trial = make_trial(run, 100);
        good = trial_run(&trial, add_stage, &staging, error);
    } else
        json_object_foreach(run->items, id, item)
        {
            good = good && (!json_object_get(run->labels, id) || add_stage(&staging, id, item, error));
        }
    if (good)
        stages_print(&staging.stages, &out);
    for (size_t i = 0; good && i < json_array_size(staging.stages.lost) && i < run->errors; i++) {
        const json_t *lost = json_array_get(staging.stages.lost, i);
        struct tally_error row = {FAULT_MISSED, label_text(lost, "id"), json_object_get(lost, "event")};
        struct buffer line = BUFFER_INIT;
        buffer_printf(&line, "%-10s ", label_text(lost, "stage"));
        tally_print_error(&row, &line);
        if (line.bytes)
            display_clean_lines(&out, line.bytes, line.size);
        buffer_free(&line);
    }
    stages_end(&staging.stages);
    good = good && printout_write(&out, error);
    buffer_free(&out);
    return good;
}

/* ---- the command ---- */
static bool evaluate(struct run *run, const struct command_line *line, struct error *error)
{
    const char *items = command_value(line, "items"), *outputs = line->argument_count > 1 ? line->arguments[1] : NULL;
    run->labels = label_load(line->arguments[0], error);
    if (!run->labels || (items && !(run->items = label_load(items, error))))
        return false;
    if (command_flag(line, "unlabelled") && !label_the_rest(run, error))
        return false;
    if (run->folds && !load_teaching(run, command_value(line, "features"), error))
        return false;
    if (outputs ? !(run->outputs = label_load(outputs, error))
                : !open_coder(run, line, error) || !code_items(run, error))
        return false;
    const char *pair = command_value(line, "without");
    if (pair && !leave_out_pair(run, pair, error))
        return false;
    return print_figures(run, error) && (!command_flag(line, "stages") || print_stages(run, error)) &&
           (!command_flag(line, "reliability") || print_reliability(run, line, error)) &&
           (!command_flag(line, "curve") || print_curve(run, error));
}

static bool read_number(const char *text, double least, double most, double *number)
{
    char *end = NULL;
    *number = strtod(text, &end);
    return *text && !*end && *number >= least && *number <= most;
}

static int run_evaluate(const struct command_line *line)
{
    struct run run = {.json = command_flag(line, "json"),
                      .folds = command_flag(line, "folds") || command_flag(line, "curve")};
    struct error error = ERROR_INIT;
    const char *least = command_value(line, "min-confidence");
    double errors;
    run.min_confidence = CODER_CONFIDENCE_OF_MODEL;
    if (least && !read_number(least, 0, 1, &run.min_confidence))
        return message_failure("--min-confidence %s: not a number from 0 to 1", least);
    if (!read_number(command_value(line, "errors"), 0, 1e6, &errors))
        return message_failure("--errors %s: not a number", command_value(line, "errors"));
    run.errors = (size_t)errors;
    if (command_value(line, "stream") && (!command_flag(line, "reliability") || line->argument_count > 1))
        return message_failure("--stream is coded for --reliability: it needs that flag and no output");
    if (command_flag(line, "stages") && (line->argument_count > 1 || !command_value(line, "items")))
        return message_failure("--stages looks inside the coder: it needs --items FILE and no output");
    if (run.folds && (line->argument_count > 1 || !command_value(line, "items")))
        return message_failure("--folds and --curve code the items anew: they need --items FILE and no output");
    if (line->argument_count < 2 && !command_value(line, "items"))
        return message_failure(
            "nothing to judge: name a file of the coder's output behind the labels, or --items FILE");
    teaching_begin(&run.teaching);
    int status = evaluate(&run, line, &error) ? 0 : message_failure("%s", error.text);
    coder_workspace_destroy(run.workspace);
    coder_close(run.coder);
    teaching_end(&run.teaching);
    training_folds_end(&run.training_folds);
    json_decref(run.labels);
    json_decref(run.items);
    json_decref(run.outputs);
    return status;
}

static const struct command_option options[] = {
    {"items", 'i', COMMAND_VALUE, "FILE", NULL, NULL,
     "The labelled items' texts: coded now, and evidence checked in them"},
    {"unlabelled", 'u', COMMAND_FLAG, NULL, NULL, NULL, "Items without a label count as holding no event"},
    {"errors", 'n', COMMAND_VALUE, "N", NULL, "0", "Also print the first N errors"},
    {"json", 'j', COMMAND_FLAG, NULL, NULL, NULL, "Print the figures as one JSON object"},
    {"folds", 0, COMMAND_FLAG, NULL, NULL, NULL,
     "Learn five times, each without a fifth of the sources and stories, and judge each fifth by those weights"},
    {"stages", 0, COMMAND_FLAG, NULL, NULL, NULL,
     "Also print how many facts could still be found after each stage of the coder; --errors then lists the lost ones"},
    {"reliability", 0, COMMAND_FLAG, NULL, NULL, NULL,
     "Also print, by confidence, how many events are right; --min-confidence 0.02 shows the unlikely ones too"},
    {"stream", 0, COMMAND_VALUE, "FILE", NULL, NULL,
     "With --reliability: random items, which stand for a real stream instead of the labelled items without events"},
    {"stream-labels", 0, COMMAND_VALUE, "FILE", NULL, NULL, "With --stream: the labels of those that hold an event"},
    {"curve", 0, COMMAND_FLAG, NULL, NULL, NULL,
     "With --folds: also with 20, 40, 60 and 80 % of the articles to learn from"},
    {"without", 0, COMMAND_VALUE, "PAIR", NULL, NULL, "Leave out the events between two actors, such as USA-UKR"},
    {"features", 0, COMMAND_VALUE, "FILE", NULL, NULL, "Feature file to learn from; else this program's own"},
    {"lexicon", 0, COMMAND_VALUE, "FOLDER,...", NULL, NULL,
     "Folders of words laid over the lexicon of this program, or one compiled file instead of it"},
    {"model", 0, COMMAND_VALUE, "FILE", NULL, NULL, "Weights other than those of this program"},
    {"min-confidence", 0, COMMAND_VALUE, "NUMBER", NULL, NULL,
     "Leave out events below this confidence; else those that the model finds too unlikely"},
    {.name = NULL},
};

const struct command command_evaluate = {
    .name = "evaluate",
    .summary = "Judge the coder by labelled items",
    .arguments = "LABELS [OUTPUT]",
    .arguments_min = 1,
    .arguments_max = 2,
    .description =
        "Compares events with labels by the rules of the codebook and prints precision, recall and F1. LABELS "
        "and OUTPUT hold one object a line with \"id\", \"relevance\" and \"events\"; OUTPUT is what `entente "
        "code --format jsonl` prints. Without it the items are coded now.",
    .examples =
        "entente evaluate labels.jsonl --items items.jsonl\tHow good is the coder?\n"
        "entente evaluate labels.jsonl --items items.jsonl --folds\tHow good is it on what it has not learned from?\n"
        "entente evaluate labels.jsonl output.jsonl --errors 20\tOf a file that was made before",
    .options = options,
    .run = run_evaluate,
};
