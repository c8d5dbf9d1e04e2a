#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "lib/base/locate.h"
#include "lib/evaluate/coding.h"
#include "lib/evaluate/tally.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_WIDTH = 200 };

/* One run of the command. */
struct run {
    json_t *labels, *items, *outputs;
    struct coder *coder;
    struct coder_workspace *workspace;
    double min_confidence;
    size_t errors;
    bool json;
};

static void print(const struct buffer *out)
{
    fwrite(out->bytes, 1, out->size, stdout);
}

static bool open_coder(struct run *run, const char *lexicon, struct error *error)
{
    char path[PATH_MAX];
    if (!lexicon) {
        if (!locate_data((const void *)(size_t)&open_coder, "lexicon.bin", path, sizeof path, error))
            return false;
        lexicon = path;
    }
    run->coder = coder_open(lexicon, error);
    if (run->coder && !(run->workspace = coder_workspace_create()))
        return error_set(error, ERROR_MEMORY, "out of memory");
    return run->coder != NULL;
}

static bool code_items(struct run *run, struct error *error)
{
    const char *id;
    json_t *item;
    run->outputs = json_object();
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

static bool print_figures(const struct run *run, struct error *error)
{
    struct tally tally;
    struct buffer out = BUFFER_INIT;
    const char *id;
    json_t *label;
    bool good = true;
    tally_begin(&tally);
    json_object_foreach(run->labels, id, label)
    {
        good =
            good && tally_add(&tally, label, json_object_get(run->outputs, id), json_object_get(run->items, id), NULL);
    }
    if (run->json)
        tally_print_json(&tally, &out);
    else
        tally_print(&tally, &out);
    for (size_t i = 0; i < tally.error_count && i < run->errors; i++) {
        struct buffer line = BUFFER_INIT;
        tally_print_error(&tally.errors[i], &line);
        if (line.bytes)
            display_clean_lines(&out, line.bytes, line.size);
        buffer_free(&line);
    }
    print(&out);
    good = good && !out.failed;
    buffer_free(&out);
    tally_end(&tally);
    return good || error_set(error, ERROR_MEMORY, "out of memory");
}

static bool read_number(const char *text, double least, double most, double *number)
{
    char *end = NULL;
    *number = strtod(text, &end);
    return *text && !*end && *number >= least && *number <= most;
}

static bool evaluate(struct run *run, const struct command_line *line, struct error *error)
{
    const char *items = command_value(line, "items"), *outputs = line->argument_count > 1 ? line->arguments[1] : NULL;
    run->labels = label_load(line->arguments[0], error);
    if (!run->labels || (items && !(run->items = label_load(items, error))))
        return false;
    if (command_flag(line, "unlabelled") && !label_the_rest(run, error))
        return false;
    if (outputs ? !(run->outputs = label_load(outputs, error))
                : !open_coder(run, command_value(line, "lexicon"), error) || !code_items(run, error))
        return false;
    return print_figures(run, error);
}

static int run_evaluate(const struct command_line *line)
{
    struct run run = {.json = command_flag(line, "json")};
    struct error error = ERROR_INIT;
    double errors;
    if (!read_number(command_value(line, "min-confidence"), 0, 1, &run.min_confidence))
        return message_failure("--min-confidence %s: not a number from 0 to 1", command_value(line, "min-confidence"));
    if (!read_number(command_value(line, "errors"), 0, 1e6, &errors))
        return message_failure("--errors %s: not a number", command_value(line, "errors"));
    run.errors = (size_t)errors;
    if (line->argument_count < 2 && !command_value(line, "items"))
        return message_failure(
            "nothing to judge: name a file of the coder's output behind the labels, or --items FILE");
    int status = evaluate(&run, line, &error) ? 0 : message_failure("%s", error.text);
    coder_workspace_destroy(run.workspace);
    coder_close(run.coder);
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
    {"lexicon", 0, COMMAND_VALUE, "FILE", NULL, NULL,
     "Compiled lexicon; else the one that was built with this program"},
    {"min-confidence", 0, COMMAND_VALUE, "NUMBER", NULL, "0.45", "Leave out events below this confidence"},
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
    .examples = "entente evaluate labels.jsonl --items items.jsonl\tHow good is the coder?\n"
                "entente evaluate labels.jsonl output.jsonl --errors 20\tOf a file that was made before",
    .options = options,
    .run = run_evaluate,
};
