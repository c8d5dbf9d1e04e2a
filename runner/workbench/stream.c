#include "runner/workbench/stream.h"

#include "core/host/http.h"
#include "core/host/runners.h"
#include "core/host/workbench.h"
#include "lib/record/record_json.h"
#include "runner/workbench/tell.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stream {
    const struct stream_settings *settings;
    struct workbench *bench;
    struct registry *registry; /* these two where it is isolated, else NULL */
    struct runners *runners;
    unsigned kind;
    size_t waiting;     /* inputs that have been added and not run */
    size_t lines[1024]; /* of each of them */
    size_t line;        /* of standard input, the last read */
    bool has_problems;
};

static const char *const code_words[] = {"ok", "again", "retry", "reject", "config", "fatal"};

__attribute__((format(printf, 2, 3))) static void complain(struct stream *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("entente: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    stream->has_problems = true;
}

/* ---- in ---- */

/* A delivery as the schema has it ({"id", "alerts"}), or as the sinks jsonl and exec write it: with "delivery" for its
 * id, and the members of a single alert in place of "alerts". */
static struct ent_record *read_delivery(json_t *object, struct error *error)
{
    static const char made_up[] = "00000000000000000000000000000001";
    json_t *copy = json_copy(object);
    const char *id = json_string_value(json_object_get(object, "delivery"));
    json_object_del(copy, "delivery");
    json_t *delivery = json_object_get(object, "alerts")
                           ? json_incref(copy)
                           : json_pack("{s:s, s:i, s:[O]}", "id", id ? id : made_up, "attempt", 1, "alerts", copy);
    if (delivery && id)
        json_object_set_new(delivery, "id", json_string(id));
    struct ent_record *record = delivery ? record_from_json(ENT_DELIVERY, delivery, error) : NULL;
    if (!delivery)
        error_set(error, ERROR_MEMORY, "out of memory");
    json_decref(delivery);
    json_decref(copy);
    return record;
}

static bool add_reports(struct stream *stream, const json_t *reports, struct error *error)
{
    for (size_t i = 0; i < json_array_size(reports); i++) {
        struct ent_record *report = record_from_json(ENT_REPORT, json_array_get(reports, i), error);
        if (!report || !workbench_add_report(stream->bench, report, error))
            return false;
    }
    return true;
}

/* As {"classifier":"classifier.coder","text":"relevant: core"}. */
static bool add_remarks(struct stream *stream, const json_t *remarks, struct error *error)
{
    for (size_t i = 0; i < json_array_size(remarks); i++) {
        const json_t *remark = json_array_get(remarks, i);
        const char *classifier = json_string_value(json_object_get(remark, "classifier"));
        const char *text = json_string_value(json_object_get(remark, "text"));
        if (!classifier || !text)
            return error_set(error, ERROR_INPUT, "a remark has a classifier and a text");
        if (!workbench_add_remark(stream->bench, classifier, text, error))
            return false;
    }
    return true;
}

static bool add_record(struct stream *stream, json_t *object, struct error *error)
{
    unsigned takes = workbench_takes(stream->kind);
    json_t *item = json_object_get(object, "item");
    bool has_reports = stream->kind == PLUGIN_CLASSIFIER && json_is_object(item);
    struct ent_record *record = takes == ENT_DELIVERY ? read_delivery(object, error)
                                                      : record_from_json(takes, has_reports ? item : object, error);
    return record && workbench_add_input(stream->bench, record, error) &&
           (!has_reports || (add_reports(stream, json_object_get(object, "reports"), error) &&
                             add_remarks(stream, json_object_get(object, "remarks"), error)));
}

static void read_line(struct stream *stream, const char *text, size_t size)
{
    json_error_t place;
    struct error error = ERROR_INIT;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &place);
    if (!object)
        complain(stream, "line %zu, column %d: %s", stream->line, place.column, place.text);
    else if (!json_is_object(object))
        complain(stream, "line %zu: a record is a JSON object", stream->line);
    else if (!add_record(stream, object, &error))
        complain(stream, "line %zu: %s", stream->line, error.text);
    else
        stream->lines[stream->waiting++] = stream->line;
    json_decref(object);
}

/* ---- out ---- */

static void print_output(const struct workbench_output *output)
{
    struct buffer line = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &line);
    record_to_json(&json, output->record->view, 0);
    buffer_append_char(&line, '\n');
    if (!line.failed)
        fwrite(line.bytes, 1, line.size, stdout);
    buffer_free(&line);
}

static void print_result(struct stream *stream, size_t index)
{
    const struct workbench_input *input = workbench_input(stream->bench, index);
    char place[40] = "fetch";
    if (stream->kind != PLUGIN_SOURCE)
        snprintf(place, sizeof place, "line %zu", stream->lines[index]);
    if (input->ticket != 0 || input->code == ENT_AGAIN)
        complain(stream, "%s: %s is not done after %d ms", place, plugin_kind_word(stream->kind),
                 stream->settings->timeout_ms);
    else if (input->code != ENT_OK)
        complain(stream, "%s: %s%s%s", place, code_words[input->code], input->text ? ": " : "",
                 input->text ? input->text : "");
    else if (input->text)
        fprintf(stderr, "entente: %s: ok: %s\n", place, input->text);
}

static void print_withdrawal(const struct stream *stream, const struct workbench_withdrawal *withdrawal)
{
    fprintf(stderr, "entente: line %zu: withdraws report %s\n", stream->lines[withdrawal->input],
            withdrawal->report_id);
}

/* As the daemon does, but at once. */
static void mend(struct stream *stream)
{
    struct ent_instance *instance = workbench_instance(stream->bench);
    if (instance_state(instance) == INSTANCE_BROKEN)
        instance_revive(instance);
}

static bool run(struct stream *stream)
{
    struct error error = ERROR_INIT;
    mend(stream);
    if (stream->kind == PLUGIN_SOURCE)
        tell("step", "in fetch");
    else
        tell("step", "as a %s, with the record on line %zu%s", plugin_kind_word(stream->kind), stream->lines[0],
             stream->waiting > 1 ? " and those after it" : "");
    if (!workbench_run(stream->bench, stream->settings->timeout_ms, &error)) {
        complain(stream, "%s", error.text);
        return false;
    }
    for (size_t i = 0; i < workbench_output_count(stream->bench); i++)
        print_output(workbench_output(stream->bench, i));
    for (size_t i = 0; i < workbench_withdrawal_count(stream->bench); i++)
        print_withdrawal(stream, workbench_withdrawal(stream->bench, i));
    for (size_t i = 0; i < workbench_input_count(stream->bench); i++)
        print_result(stream, i);
    stream->waiting = 0;
    tell("idle", "between records, after line %zu", stream->line);
    if (fflush(stdout) == 0)
        return true;
    complain(stream, "cannot write: %s", strerror(errno));
    return false;
}

static void read_all(struct stream *stream)
{
    char *text = NULL;
    size_t capacity = 0;
    size_t batch = stream->settings->batch;
    bool goes_on = true;
    tell("idle", "while it waited for the first record");
    if (isatty(STDIN_FILENO))
        fputs("entente: one JSON record a line; Ctrl-D ends\n", stderr);
    for (ssize_t size; goes_on && (size = getline(&text, &capacity, stdin)) >= 0;) {
        stream->line++;
        if (size > 0 && text[strspn(text, " \t\r\n")] != '\0')
            read_line(stream, text, (size_t)size);
        if (stream->waiting == batch)
            goes_on = run(stream);
    }
    if (goes_on && stream->waiting > 0)
        run(stream);
    free(text);
}

static void fetch_all(struct stream *stream)
{
    for (int i = 0; i < stream->settings->times && run(stream); i++)
        ;
}

/* By the setting `isolate`; a word that is none is told when the options are read. */
static enum isolation choose_isolation(const struct stream_settings *settings)
{
    static const char key[] = "isolate=";
    enum isolation isolation = ISOLATION_NONE;
    for (size_t i = 0; i < settings->value_count; i++)
        if (strncmp(settings->values[i], key, sizeof key - 1) == 0)
            isolation = isolation_of(settings->values[i] + sizeof key - 1);
    return isolation == ISOLATION_COUNT ? ISOLATION_NONE : isolation;
}

static bool isolate(struct stream *stream, struct workbench_settings *settings, struct error *error)
{
    settings->isolation = choose_isolation(stream->settings);
    if (settings->isolation == ISOLATION_NONE)
        return true;
    stream->registry = registry_create(NULL, error);
    settings->info = stream->registry ? registry_find(stream->registry, stream->settings->path, error) : NULL;
    stream->runners = settings->runners = settings->info ? runners_create(NULL) : NULL;
    return settings->runners || (!error->kind && error_set(error, ERROR_MEMORY, "out of memory"));
}

static bool begin(struct stream *stream, struct http_client *http, struct error *error)
{
    struct workbench_settings settings = {.descriptor = stream->settings->descriptor,
                                          .kind = stream->settings->kind,
                                          .values = stream->settings->values,
                                          .value_count = stream->settings->value_count,
                                          .http = http};
    if (!isolate(stream, &settings, error))
        return false;
    tell("step", "in create");
    stream->bench = workbench_create(&settings, error);
    if (!stream->bench)
        return false;
    stream->kind = instance_kind(workbench_instance(stream->bench));
    tell("step", "in start");
    return workbench_start(stream->bench, error);
}

int stream_records(const struct stream_settings *settings)
{
    struct error error = ERROR_INIT;
    struct stream stream = {.settings = settings};
    struct http_client *http = http_client_create(NULL, &error);
    int status = 2;
    if (!http || !begin(&stream, http, &error)) {
        complain(&stream, "%s", error.text);
    } else if (stream.kind == PLUGIN_SERVICE) {
        complain(&stream, "a service serves the daemon's store and people; run it in entented");
    } else {
        if (stream.kind == PLUGIN_SOURCE)
            fetch_all(&stream);
        else
            read_all(&stream);
        status = stream.has_problems;
    }
    tell("step", "in drain, stop or destroy");
    workbench_destroy(stream.bench);
    runners_destroy(stream.runners);
    registry_destroy(stream.registry);
    http_client_destroy(http);
    return status;
}
