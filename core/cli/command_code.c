#include "core/cli/code_csv.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/lexicon_folders.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/base/json_writer.h"
#include "lib/coder/coder.h"
#include "lib/coder/explain_page.h"
#include "lib/record/event_text.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 256 * 1024 * 1024, FOLDER_DEPTH_MAX = 16 };

/* One run of the command. */
struct run {
    struct coder *coder;
    struct coder_workspace *workspace;
    const char *format;
    const char *date, *title;
    bool explain, syntax;
    const char *html; /* where the page goes, NULL for none */
    struct explain_page page;
    struct table *csv; /* NULL for other formats */
    double min_confidence;
    size_t articles, events, problems;
    bool first; /* nothing printed yet, for the json array */
};

/* ---- forms of output ---- */
static void write_result(struct json_writer *writer, const char *id, const struct coder_result *result)
{
    json_object_open(writer);
    json_key(writer, "id");
    json_put_text(writer, id);
    json_key(writer, "relevance");
    json_put_text(writer, coder_result_relevance(result));
    if (result->uncoded) {
        json_key(writer, "language");
        json_put_text(writer, result->language);
    }
    json_key(writer, "events");
    json_array_open(writer);
    for (size_t i = 0; i < result->event_count; i++)
        event_json(writer, result->events[i]->view);
    json_array_close(writer);
    json_object_close(writer);
}

static void append_actors(struct buffer *out, struct record_view event)
{
    for (size_t i = 0; i < record_count(event, ENT_REPORT_ACTOR); i++) {
        struct record_view actor;
        if (record_get_view(event, ENT_REPORT_ACTOR, i, &actor))
            buffer_printf(out, "%s%s %s", i ? ", " : "", record_text(actor, ENT_ACTOR_ID),
                          record_text(actor, ENT_ACTOR_ROLE));
    }
}

static void append_table(struct buffer *out, const char *id, const struct coder_result *result)
{
    buffer_printf(out, "%s%s%s  %s%s\n", style(STYLE_NAME), id, style_end(), coder_result_relevance(result),
                  result->uncoded ? "  (in a language that the lexicon does not cover)"
                  : result->cut   ? "  (only the first MiB was read)"
                                  : "");
    for (size_t i = 0; i < result->event_count; i++) {
        struct record_view event = result->events[i]->view, date;
        const char *subtype = record_text(event, ENT_REPORT_SUBTYPE);
        buffer_printf(out, "  %s%s%s%s%s  %s, %s, %s  %.2f\n", style(STYLE_HEADING),
                      record_text(event, ENT_REPORT_TYPE), subtype ? "." : "", subtype ? subtype : "", style_end(),
                      record_text(event, ENT_REPORT_STATUS), record_text(event, ENT_REPORT_MODALITY),
                      record_text(event, ENT_REPORT_SCOPE), record_num(event, ENT_REPORT_CONFIDENCE, 0));
        buffer_append_text(out, "    ");
        append_actors(out, event);
        if (record_get_view(event, ENT_REPORT_DATE, 0, &date) && record_text(date, ENT_DATE_START)) {
            const char *end = record_text(date, ENT_DATE_END);
            buffer_printf(out, "  %s", record_text(date, ENT_DATE_START));
            if (!end || strcmp(end, record_text(date, ENT_DATE_START)))
                buffer_printf(out, " to %s", end ? end : "open");
        }
        buffer_append_char(out, '\n');
    }
}

static void show(struct run *run, const char *id, const struct coder_result *result)
{
    struct buffer out = BUFFER_INIT;
    struct json_writer writer;
    bool json = strcmp(run->format, "table") != 0;
    if (run->csv) {
        code_csv_add(run->csv, id, result);
        return;
    }
    if (run->html) {
        explain_page_add(&run->page, run->workspace, id, result);
        return;
    }
    if (run->explain) {
        append_table(&out, id, result);
        coder_explain(run->coder, run->workspace, display()->colour, run->syntax, &out);
    } else if (json) {
        if (!strcmp(run->format, "json"))
            buffer_append_text(&out, run->first ? "[" : ",\n");
        json_begin(&writer, &out);
        write_result(&writer, id, result);
        if (!strcmp(run->format, "jsonl"))
            buffer_append_char(&out, '\n');
    } else
        append_table(&out, id, result);
    run->first = false;
    if (printout(&out) != COMMAND_DONE)
        run->problems++;
}

static void code_article(struct run *run, const char *id, const struct coder_article *article)
{
    struct coder_result result;
    struct error error = ERROR_INIT;
    if (!coder_code(run->coder, run->workspace, article, run->min_confidence, &result, &error)) {
        message_problem("%s: %s", id, error.text);
        run->problems++;
        return;
    }
    run->articles++;
    run->events += result.event_count;
    show(run, id, &result);
}

/* ---- JSON lines ---- */
static const char *text_member(json_t *object, const char *name, size_t *size)
{
    json_t *value = json_object_get(object, name);
    *size = json_is_string(value) ? json_string_length(value) : 0;
    return json_is_string(value) ? json_string_value(value) : NULL;
}

static void code_line(struct run *run, const char *file, size_t number, const char *line, size_t size)
{
    json_error_t problem;
    json_t *object = json_loadb(line, size, JSON_ALLOW_NUL, &problem);
    size_t id_size, date_size, url_size;
    const char *id = object ? text_member(object, "id", &id_size) : NULL;
    if (!object || !json_is_object(object) || !id) {
        message_problem("%s:%zu: %s", file, number, object ? "not an object with a text \"id\"" : problem.text);
        run->problems++;
        json_decref(object);
        return;
    }
    struct coder_article article = {.thorough = run->explain || run->html};
    article.title = text_member(object, "title", &article.title_size);
    article.body = text_member(object, "body", &article.body_size);
    article.published = text_member(object, "date", &date_size);
    article.url = text_member(object, "url", &url_size);
    struct coder_result result;
    struct error error = ERROR_INIT;
    if (coder_code(run->coder, run->workspace, &article, run->min_confidence, &result, &error)) {
        run->articles++;
        run->events += result.event_count;
        show(run, id, &result);
    } else {
        message_problem("%s:%zu: %s", file, number, error.text);
        run->problems++;
    }
    json_decref(object);
}

static int code_lines(struct run *run, FILE *file, const char *name)
{
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, file)) >= 0) {
        number++;
        while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
            size--;
        if (size > 0)
            code_line(run, name, number, line, (size_t)size);
    }
    free(line);
    return ferror(file) ? message_failure("%s: %s", name, strerror(errno)) : 0;
}

/* ---- files ---- */
static bool read_all(FILE *file, struct buffer *bytes)
{
    char block[65536];
    size_t got;
    bytes->limit = FILE_MAX;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(bytes, block, got);
    return !ferror(file) && !bytes->failed;
}

static int code_stream(struct run *run, FILE *file, const char *name)
{
    size_t length = strlen(name);
    bool lines =
        (length > 6 && !strcmp(name + length - 6, ".jsonl")) || (!strcmp(name, "-") && !strcmp(run->format, "jsonl"));
    if (lines)
        return code_lines(run, file, name);
    struct buffer bytes = BUFFER_INIT;
    if (!read_all(file, &bytes)) {
        buffer_free(&bytes);
        return message_failure("%s: cannot read it whole (at most %d MiB)", name, FILE_MAX >> 20);
    }
    struct coder_article article = {.thorough = run->explain || run->html,
                                    .title = run->title,
                                    .title_size = run->title ? strlen(run->title) : 0,
                                    .body = bytes.bytes ? bytes.bytes : "",
                                    .body_size = bytes.size,
                                    .published = run->date};
    code_article(run, name, &article);
    buffer_free(&bytes);
    return 0;
}

static int code_path(struct run *run, const char *path, int depth);

static int code_folder(struct run *run, const char *path, int depth)
{
    struct dirent **rows = NULL;
    int count = scandir(path, &rows, NULL, alphasort), worst = 0;
    if (count < 0)
        return message_failure("%s: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        bool hidden = rows[i]->d_name[0] == '.';
        if (!hidden && snprintf(below, sizeof below, "%s/%s", path, rows[i]->d_name) < (int)sizeof below) {
            int status = code_path(run, below, depth + 1);
            worst = status > worst ? status : worst;
        }
        free(rows[i]);
    }
    free(rows);
    return worst;
}

static int code_path(struct run *run, const char *path, int depth)
{
    struct stat status;
    if (!strcmp(path, "-"))
        return code_stream(run, stdin, path);
    if (stat(path, &status))
        return message_failure("%s: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return depth < FOLDER_DEPTH_MAX ? code_folder(run, path, depth)
                                        : message_failure("%s: folders nested deeper than %d", path, FOLDER_DEPTH_MAX);
    FILE *file = fopen(path, "re");
    if (!file)
        return message_failure("%s: %s", path, strerror(errno));
    int result = code_stream(run, file, path);
    fclose(file);
    return result;
}

static bool open_coder(struct run *run, const char *given, struct error *error)
{
    struct lexicon *lexicon = lexicon_folders_open(given, error);
    run->coder = lexicon ? coder_open_lexicon(lexicon, error) : NULL;
    if (run->coder && !(run->workspace = coder_workspace_create()))
        return error_set(error, ERROR_MEMORY, "out of memory");
    return run->coder != NULL;
}

static int write_page(struct run *run)
{
    struct buffer out = BUFFER_INIT;
    explain_page_finish(&run->page, coder_stamp(run->coder), &out);
    bool to_stdout = !strcmp(run->html, "-");
    FILE *file = out.failed ? NULL : to_stdout ? stdout : fopen(run->html, "we");
    bool good = file && fwrite(out.bytes, 1, out.size, file) == out.size;
    if (file && !to_stdout)
        good = fclose(file) == 0 && good;
    int status = good ? 0 : message_failure("%s: %s", run->html, out.failed ? "out of memory" : strerror(errno));
    buffer_free(&out);
    return status;
}

static int run_code(const struct command_line *line)
{
    struct run run = {.format = command_value(line, "format"),
                      .date = command_value(line, "date"),
                      .title = command_value(line, "title"),
                      .explain = command_flag(line, "explain") || command_flag(line, "syntax"),
                      .syntax = command_flag(line, "syntax"),
                      .html = command_value(line, "html"),
                      .page = EXPLAIN_PAGE_INIT,
                      .first = true};
    const char *least = command_value(line, "min-confidence");
    char *end = NULL;
    run.min_confidence = least ? strtod(least, &end) : CODER_CONFIDENCE_OF_MODEL;
    if (least && (*end || run.min_confidence < 0 || run.min_confidence > 1))
        return message_failure("--min-confidence %s: not a number from 0 to 1", least);
    struct error error = ERROR_INIT;
    int worst = 0;
    if (!open_coder(&run, command_value(line, "lexicon"), &error))
        worst = message_failure("%s", error.text);
    if (!strcmp(run.format, "csv") && !run.explain && !run.html && run.workspace && !(run.csv = code_csv_begin()))
        worst = message_failure("out of memory");
    static const char *const standard_input[] = {"-"};
    const char *const *paths = line->argument_count ? line->arguments : standard_input;
    size_t count = line->argument_count ? line->argument_count : 1;
    for (size_t i = 0; run.workspace && i < count; i++) {
        int status = code_path(&run, paths[i], 0);
        worst = status > worst ? status : worst;
    }
    if (!strcmp(run.format, "json") && run.workspace && !run.explain && !run.html)
        fputs(run.first ? "[]\n" : "]\n", stdout);
    if (run.csv && !table_finish(run.csv, &error))
        worst = message_failure("%s", error.text);
    if (run.html && run.workspace && write_page(&run))
        worst = 2;
    coder_workspace_destroy(run.workspace);
    coder_close(run.coder);
    return worst ? worst : run.problems ? 1 : 0;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "TYPE", "table|jsonl|json|csv", "table", "How to print the events"},
    {"explain", 'e', COMMAND_FLAG, NULL, NULL, NULL, "Show the text with every decision marked, and the near misses"},
    {"syntax", 0, COMMAND_FLAG, NULL, NULL, NULL, "With --explain: also how the parser grouped each sentence"},
    {"html", 0, COMMAND_VALUE, "FILE", NULL, NULL,
     "Write the explanation as one page for a browser, which asks for nothing outside itself; - is standard output"},
    {"date", 'd', COMMAND_VALUE, "DATE", NULL, NULL,
     "Publication date (YYYY-MM-DD); relative dates stay open without one"},
    {"title", 't', COMMAND_VALUE, "TITLE", NULL, NULL, "Title of the article"},
    {"lexicon", 0, COMMAND_VALUE, "FOLDER,...", NULL, NULL,
     "Folders of words laid over the lexicon of this program, or one compiled file instead of it"},
    {"min-confidence", 0, COMMAND_VALUE, "NUMBER", NULL, NULL,
     "Leave out events below this confidence; else those that the model finds too unlikely"},
    {.name = NULL},
};

const struct command command_code = {
    .name = "code",
    .summary = "Code articles into events, without a daemon",
    .arguments = "FILE...",
    .arguments_min = 0,
    .arguments_max = SIZE_MAX,
    .description = "Reads text files, folders of them, or JSON lines with \"id\", \"title\", \"body\", \"date\" and "
                   "\"url\" (files that end in "
                   ".jsonl, and standard input with --format jsonl), and prints the security-cooperation events that "
                   "they tell of.",
    .examples =
        "entente code --date 2006-09-25 article.txt\tThe events of one article\n"
        "entente code --explain article.txt\tWhy they were coded, and what was not\n"
        "entente code --html why.html article.txt\tThe same as a page, where a click shows an event's evidence\n"
        "entente code --format jsonl < items.jsonl\tOne result a line",
    .options = options,
    .run = run_code,
};
