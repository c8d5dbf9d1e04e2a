#include "plugins/web/export.h"

#include "plugins/web/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 32768, CURSOR_SIZE = 128 };

/* One export under way. It holds a page at most, which a worker fetches while the connection sleeps. */
struct export {
    struct job job; /* first: a worker has it for the export */
    struct server *server;
    struct MHD_Connection *connection;
    struct ent_parameter parameters[PARAMETERS_MAX + 2];
    size_t parameter_count;
    size_t after_at; /* where the cursor stands among them */
    char *texts;               /* the parameters' own copies */
    char cursor[CURSOR_SIZE];
    bool is_csv, is_over, has_failed;
    struct buffer out;
    size_t sent;
};

/* ---- CSV ---- */

/* RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe. */
static void put_cell(struct buffer *out, const char *text, bool is_first)
{
    if (!is_first)
        buffer_append_char(out, ',');
    buffer_append_char(out, '"');
    if (text && strchr("=+-@\t\r", text[0]) && text[0])
        buffer_append_char(out, '\'');
    for (; text && *text; text++) {
        if (*text == '"')
            buffer_append_char(out, '"');
        buffer_append_char(out, *text);
    }
    buffer_append_char(out, '"');
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void put_number_cell(struct buffer *out, const json_t *value)
{
    char text[40] = "";
    if (json_is_integer(value))
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, sizeof text, "%.6g", json_real_value(value));
    buffer_printf(out, ",%s", text);
}

/* "RUS:supplier;UZB:recipient": of each element two members. */
static void put_pairs_cell(struct buffer *out, const json_t *list, const char *first, const char *second)
{
    struct buffer cell = BUFFER_INIT;
    size_t index;
    const json_t *element;
    json_array_foreach(list, index, element)
    {
        const char *left = text_of(element, first), *right = second ? text_of(element, second) : NULL;
        buffer_printf(&cell, "%s%s%s%s", index ? ";" : "", left ? left : "", right ? ":" : "", right ? right : "");
    }
    put_cell(out, cell.bytes ? cell.bytes : "", false);
    buffer_free(&cell);
}

static const char *const text_columns[] = {"id", "type", "subtype", "status", "modality", "scope", "name", "headline"};
static const char csv_header[] = "id,type,subtype,status,modality,scope,name,headline,date_start,date_end,date_precision,"
                                 "actors,places,equipment,confidence,independent_sources,revision,first_seen,last_seen\r\n";

static void put_csv(struct buffer *out, const json_t *event)
{
    const json_t *date = json_object_get(event, "date");
    for (size_t i = 0; i < sizeof text_columns / sizeof *text_columns; i++)
        put_cell(out, text_of(event, text_columns[i]), i == 0);
    put_cell(out, text_of(date, "start"), false);
    put_cell(out, text_of(date, "end"), false);
    put_cell(out, text_of(date, "precision"), false);
    put_pairs_cell(out, json_object_get(event, "actors"), "id", "role");
    put_pairs_cell(out, json_object_get(event, "places"), "name", "country");
    put_pairs_cell(out, json_object_get(event, "equipment"), "name", NULL);
    put_number_cell(out, json_object_get(event, "confidence"));
    put_number_cell(out, json_object_get(event, "independent_sources"));
    put_number_cell(out, json_object_get(event, "revision"));
    put_cell(out, text_of(event, "first_seen"), false);
    put_cell(out, text_of(event, "last_seen"), false);
    buffer_append_text(out, "\r\n");
}

static void put_line(struct buffer *out, const json_t *event)
{
    char *text = json_dumps(event, JSON_COMPACT);
    buffer_append_text(out, text ? text : "");
    buffer_append_char(out, '\n');
    out->failed = out->failed || !text;
    free(text);
}

/* ---- pages ---- */

static const struct ent_answer *ask_page(struct export *export)
{
    export->parameters[export->after_at].value = export->cursor;
    return export->server->query->ask(export->server->instance, "events", export->parameters, export->parameter_count);
}

/* Takes an answer in; false where it is not a page. */
static bool take_page(struct export *export, const struct ent_answer *answer)
{
    json_t *body = json_loadb(answer->body.data, answer->body.size, 0, NULL);
    const char *next = text_of(body, "next");
    size_t index;
    json_t *event;
    json_array_foreach(json_object_get(body, "events"), index, event)
    {
        if (export->is_csv)
            put_csv(&export->out, event);
        else
            put_line(&export->out, event);
    }
    snprintf(export->cursor, sizeof export->cursor, "%s", next ? next : "");
    export->is_over = !next;
    bool is_good = body && !export->out.failed;
    json_decref(body);
    return is_good;
}

/* On a worker's thread. One page a job, so that those who ask meanwhile have their turn. */
static void fetch_page(struct job *job)
{
    struct export *export = (struct export *)job;
    buffer_clear(&export->out);
    export->sent = 0;
    const struct ent_answer *answer = ask_page(export);
    export->has_failed = !answer || answer->kind != ENT_ANSWER_OK || !take_page(export, answer);
    export->server->query->release(export->server->instance, answer);
    MHD_resume_connection(export->connection);
}

static ssize_t read_export(void *context, uint64_t position, char *bytes, size_t room)
{
    struct export *export = context;
    (void)position;
    if (export->sent == export->out.size && !export->is_over && !export->has_failed) {
        MHD_suspend_connection(export->connection);
        if (!workers_give(export->server->workers, WORKERS_QUESTIONS, &export->job)) {
            export->has_failed = true;
            MHD_resume_connection(export->connection);
        }
        return 0;
    }
    /* What has been sent cannot be taken back: the connection breaks, so that nobody takes half for the whole. */
    if (export->has_failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t left = export->out.size - export->sent, size = left < room ? left : room;
    if (size == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    memcpy(bytes, export->out.bytes + export->sent, size);
    export->sent += size;
    return (ssize_t)size;
}

static void end_export(void *context)
{
    struct export *export = context;
    buffer_free(&export->out);
    free(export->texts);
    free(export);
}

/* Copies the request's parameters, which last no longer than the request's own callback. */
static bool copy_parameters(struct export *export, const struct exchange *exchange)
{
    size_t size = 0;
    for (size_t i = 0; i < exchange->parameter_count; i++)
        size += strlen(exchange->parameters[i].name) + strlen(exchange->parameters[i].value) + 2;
    char *at = export->texts = malloc(size + 1);
    if (!at)
        return false;
    for (size_t i = 0; i < exchange->parameter_count; i++) {
        const struct ent_parameter *parameter = &exchange->parameters[i];
        if (strcmp(parameter->name, "after") == 0 || strcmp(parameter->name, "limit") == 0)
            continue;
        char *name = at, *value = stpcpy(name, parameter->name) + 1;
        at = stpcpy(value, parameter->value) + 1;
        export->parameters[export->parameter_count++] = (struct ent_parameter){name, value};
    }
    export->after_at = export->parameter_count;
    export->parameters[export->parameter_count++] = (struct ent_parameter){"after", ""};
    export->parameters[export->parameter_count++] = (struct ent_parameter){"limit", "500"};
    return true;
}

static enum MHD_Result begin_export(struct exchange *exchange, bool is_csv)
{
    struct export *export = calloc(1, sizeof *export);
    if (!export || !copy_parameters(export, exchange)) {
        if (export)
            end_export(export);
        return exchange_send(exchange, MHD_HTTP_OK, NULL);
    }
    export->job.run = fetch_page;
    export->server = exchange->server;
    export->connection = exchange->connection;
    export->is_csv = is_csv;
    if (is_csv)
        buffer_append_text(&export->out, csv_header);
    /* The first page before the status: a filter that is wrong is told as such. */
    const struct ent_answer *answer = ask_page(export);
    if (!answer || answer->kind != ENT_ANSWER_OK || !take_page(export, answer)) {
        enum MHD_Result result = exchange_problem_of(exchange, answer);
        exchange->server->query->release(exchange->server->instance, answer);
        end_export(export);
        return result;
    }
    exchange->server->query->release(exchange->server->instance, answer);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_export, export, end_export);
    if (!response) {
        end_export(export);
        return exchange_send(exchange, MHD_HTTP_OK, NULL);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            is_csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION,
                            is_csv ? "attachment; filename=\"events.csv\"" : "attachment; filename=\"events.jsonl\"");
    return exchange_send(exchange, MHD_HTTP_OK, response);
}

enum MHD_Result export_events_jsonl(struct exchange *exchange)
{
    return begin_export(exchange, false);
}

enum MHD_Result export_events_csv(struct exchange *exchange)
{
    return begin_export(exchange, true);
}
