#include "plugins/web/export.h"

#include "plugins/web/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 32768, CURSOR_SIZE = 128 };

static const struct format {
    const char *path, *name, *type, *disposition;
} formats[] = {
    {API_EXPORTS "events.csv", "csv", "text/csv; charset=utf-8; header=present", "attachment; filename=\"events.csv\""},
    {API_EXPORTS "events.jsonl", "jsonl", "application/x-ndjson", "attachment; filename=\"events.jsonl\""},
    {API_EXPORTS "events.geojson", "geojson", "application/geo+json", "attachment; filename=\"events.geojson\""},
    {API_EXPORTS "trade.csv", "trade", "text/csv; charset=utf-8; header=present", "attachment; filename=\"trade.csv\""},
    {API_EXPORTS "cameo.csv", "cameo", "text/csv; charset=utf-8; header=present", "attachment; filename=\"cameo.csv\""},
};

/* One export under way. It holds a page at most, which a worker fetches while the connection sleeps. */
struct export
{
    struct job job; /* first: a worker has it for the export */
    struct server *server;
    struct MHD_Connection *connection;
    struct ent_parameter parameters[PARAMETERS_MAX + 4];
    size_t parameter_count;
    size_t after_at; /* where the cursor stands among them */
    char *texts;     /* the parameters' own copies */
    char cursor[CURSOR_SIZE];
    bool is_over, has_failed;
    json_t *page; /* its text is what is being sent */
    const char *text;
    size_t size, sent;
};

/* ---- pages ---- */

static const struct ent_answer *ask_page(struct export *export)
{
    export->parameters[export->after_at].value = export->cursor;
    return export->server->query->ask(export->server->instance, "export", export->parameters, export->parameter_count);
}

/* Takes an answer in; false where it is not a page. */
static bool take_page(struct export *export, const struct ent_answer *answer)
{
    json_t *page = json_loadb(answer->body.data, answer->body.size, 0, NULL), *text = json_object_get(page, "text");
    const char *next = json_string_value(json_object_get(page, "next"));
    json_decref(export->page);
    export->page = page;
    export->text = json_string_value(text);
    export->size = json_string_length(text);
    export->sent = 0;
    snprintf(export->cursor, sizeof export->cursor, "%s", next ? next : "");
    export->is_over = !next;
    return export->text != NULL;
}

/* On a worker's thread. One page a job, so that those who ask meanwhile have their turn. */
static void fetch_page(struct job *job)
{
    struct export *export = (struct export *)job;
    struct MHD_Connection *connection = export->connection;
    const struct ent_answer *answer = ask_page(export);
    export->has_failed = !answer || answer->kind != ENT_ANSWER_OK || !take_page(export, answer);
    export->server->query->release(export->server->instance, answer);
    MHD_resume_connection(connection);
}

static ssize_t read_export(void *context, uint64_t position, char *bytes, size_t room)
{
    struct export *export = context;
    (void)position;
    if (export->sent == export->size && !export->is_over && !export->has_failed) {
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
    size_t left = export->size - export->sent, size = left < room ? left : room;
    if (size == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    memcpy(bytes, export->text + export->sent, size);
    export->sent += size;
    return (ssize_t)size;
}

static void end_export(void *context)
{
    struct export *export = context;
    json_decref(export->page);
    free(export->texts);
    free(export);
}

/* Copies the request's parameters, which last no longer than the request's own callback. Pages, and what is one, are
 * ours to say. */
static bool copy_parameters(struct export *export, const struct exchange *exchange, const char *format)
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
    /* By other orders what moves between two pages might be in neither. */
    if (!exchange_parameter(exchange, "order"))
        export->parameters[export->parameter_count++] = (struct ent_parameter){"order", "number"};
    export->after_at = export->parameter_count;
    export->parameters[export->parameter_count++] = (struct ent_parameter){"after", ""};
    export->parameters[export->parameter_count++] = (struct ent_parameter){"limit", "500"};
    export->parameters[export->parameter_count++] = (struct ent_parameter){"format", format};
    return true;
}

static enum MHD_Result begin_export(struct exchange *exchange, const struct format *format)
{
    struct export *export = calloc(1, sizeof *export);
    if (!export || !copy_parameters(export, exchange, format->name)) {
        if (export)
            end_export(export);
        return exchange_send(exchange, MHD_HTTP_OK, NULL);
    }
    export->job.run = fetch_page;
    export->server = exchange->server;
    export->connection = exchange->connection;
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
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, format->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, format->disposition);
    return exchange_send(exchange, MHD_HTTP_OK, response);
}

enum MHD_Result export_answer(struct exchange *exchange)
{
    size_t index = 0;
    while (strcmp(formats[index].path, exchange->path) != 0 && index + 1 < sizeof formats / sizeof *formats)
        index++;
    return begin_export(exchange, &formats[index]);
}
