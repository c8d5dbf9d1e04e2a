/* The host's HTTP client (core/host/http.h), answering from recorded exchanges: it takes that one's place in the harness
 * library. Answers are there at once, before submit returns; the workbench hands them over when the callback is done. */
#include "kit/harness_private.h"

#include "core/config/config.h"
#include "core/host/http.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADERS_MAX = 64, FILE_SIZE_MAX = 64 * 1024 * 1024 };

struct header {
    char *name, *value;
};

struct exchange {
    struct exchange *next;
    char *method, *url, *content_type, *body, *error;
    size_t body_size;
    int status;
    enum ent_http_outcome outcome;
    struct header headers[HEADERS_MAX];
    size_t header_count;
    bool is_used;
};

struct made_request {
    struct made_request *next;
    char *method, *url, *body;
    size_t body_size;
    struct header headers[HEADERS_MAX];
    size_t header_count;
};

static char *copy(const char *bytes, size_t size)
{
    char *made = malloc(size + 1);
    if (made) {
        if (size > 0)
            memcpy(made, bytes, size);
        made[size] = '\0';
    }
    return made;
}

static char *copy_text(const char *text)
{
    return copy(text ? text : "", text ? strlen(text) : 0);
}

static bool add_header(struct header *headers, size_t *count, const char *name, const char *value)
{
    if (*count == HEADERS_MAX)
        return false;
    headers[*count] = (struct header){copy_text(name), copy_text(value)};
    (*count)++;
    return headers[*count - 1].name && headers[*count - 1].value;
}

static void free_headers(struct header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(headers[i].name);
        free(headers[i].value);
    }
}

static const char *find_header(const struct header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(headers[i].name, name) == 0)
            return headers[i].value;
    return NULL;
}

void exchange_begin(struct http_client *client)
{
    client->exchanges_end = &client->exchanges;
    client->requests_end = &client->requests;
}

void exchange_free(struct http_client *client)
{
    for (struct exchange *exchange = client->exchanges, *next; exchange; exchange = next) {
        next = exchange->next;
        free_headers(exchange->headers, exchange->header_count);
        free(exchange->method);
        free(exchange->url);
        free(exchange->content_type);
        free(exchange->body);
        free(exchange->error);
        free(exchange);
    }
    for (struct made_request *request = client->requests, *next; request; request = next) {
        next = request->next;
        free_headers(request->headers, request->header_count);
        free(request->method);
        free(request->url);
        free(request->body);
        free(request);
    }
}

/* ---- recording ---- */

static struct exchange *record_exchange(struct ent_harness *harness, const char *method, const char *url, const char *body,
                                        size_t body_size)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->method = copy_text(method ? method : "GET");
    exchange->url = copy_text(url);
    exchange->body = copy(body ? body : "", body ? body_size : 0);
    exchange->body_size = body ? body_size : 0;
    *harness->http.exchanges_end = exchange;
    harness->http.exchanges_end = &exchange->next;
    return exchange->method && exchange->url && exchange->body ? exchange : NULL;
}

int ent_harness_exchange(struct ent_harness *harness, const char *method, const char *url, int status,
                         const char *content_type, const char *body)
{
    struct exchange *exchange = record_exchange(harness, method, url, body, body ? strlen(body) : 0);
    if (!exchange)
        return -1;
    exchange->status = status;
    exchange->outcome = status == 304 ? ENT_HTTP_NOT_MODIFIED : ENT_HTTP_DONE;
    exchange->content_type = content_type ? copy_text(content_type) : NULL;
    return 0;
}

int ent_harness_exchange_fail(struct ent_harness *harness, const char *method, const char *url,
                              enum ent_http_outcome outcome, const char *error)
{
    struct exchange *exchange = record_exchange(harness, method, url, NULL, 0);
    if (!exchange)
        return -1;
    exchange->outcome = outcome;
    exchange->error = copy_text(error);
    return exchange->error ? 0 : -1;
}

static struct exchange *last_exchange(struct http_client *client)
{
    struct exchange *last = client->exchanges;
    while (last && last->next)
        last = last->next;
    return last;
}

int ent_harness_exchange_header(struct ent_harness *harness, const char *name, const char *value)
{
    struct exchange *last = last_exchange(&harness->http);
    return last && add_header(last->headers, &last->header_count, name, value) ? 0 : -1;
}

static int fail_reading(struct ent_harness *harness, const char *path, int line, const char *why)
{
    snprintf(harness->error, sizeof harness->error, "%s:%d: %s", path, line, why);
    return -1;
}

static bool read_body(const char *path, json_t *object, char **body, size_t *size, struct error *error)
{
    const char *file = json_string_value(json_object_get(object, "body_file"));
    json_t *text = json_object_get(object, "body");
    char whole[4096];
    if (!file) {
        *size = json_string_length(text);
        *body = copy(json_string_value(text), *size);
        return *body != NULL;
    }
    const char *slash = strrchr(path, '/');
    snprintf(whole, sizeof whole, "%.*s%s", slash && file[0] != '/' ? (int)(slash - path) + 1 : 0, path, file);
    return config_read_file(whole, FILE_SIZE_MAX, body, size, error);
}

static int read_exchange(struct ent_harness *harness, const char *path, int line, json_t *object)
{
    struct error error = ERROR_INIT;
    const char *name, *url = json_string_value(json_object_get(object, "url"));
    json_t *value;
    char *body = NULL;
    size_t size = 0;
    if (!url)
        return fail_reading(harness, path, line, "an exchange has a \"url\"");
    if (!read_body(path, object, &body, &size, &error))
        return fail_reading(harness, path, line, error.text);
    struct exchange *exchange =
        record_exchange(harness, json_string_value(json_object_get(object, "method")), url, body, size);
    free(body);
    if (!exchange)
        return fail_reading(harness, path, line, "out of memory");
    json_t *status = json_object_get(object, "status");
    exchange->status = status ? (int)json_integer_value(status) : 200;
    exchange->outcome = exchange->status == 304 ? ENT_HTTP_NOT_MODIFIED : ENT_HTTP_DONE;
    json_object_foreach(json_object_get(object, "headers"), name, value)
    {
        if (strcasecmp(name, "content-type") == 0)
            exchange->content_type = copy_text(json_string_value(value));
        add_header(exchange->headers, &exchange->header_count, name, json_string_value(value));
    }
    return 0;
}

int ent_harness_exchanges_read(struct ent_harness *harness, const char *path)
{
    struct error error = ERROR_INIT;
    char *bytes = NULL;
    size_t size = 0;
    int line = 0, status = 0;
    if (!config_read_file(path, FILE_SIZE_MAX, &bytes, &size, &error))
        return fail_reading(harness, path, 0, error.text);
    char *save = NULL;
    for (char *text = strtok_r(bytes, "\n", &save); text && status == 0; text = strtok_r(NULL, "\n", &save)) {
        json_error_t problem;
        json_t *object = json_loads(text, 0, &problem);
        line++;
        status = json_is_object(object) ? read_exchange(harness, path, line, object)
                                        : fail_reading(harness, path, line, object ? "no JSON object" : problem.text);
        json_decref(object);
    }
    free(bytes);
    return status;
}

size_t ent_harness_exchanges_left(const struct ent_harness *harness)
{
    size_t left = 0;
    for (const struct exchange *exchange = harness->http.exchanges; exchange; exchange = exchange->next)
        left += !exchange->is_used;
    return left;
}

/* ---- what was asked ---- */

static const struct made_request *request_at(const struct ent_harness *harness, size_t index)
{
    const struct made_request *request = harness->http.requests;
    while (request && index-- > 0)
        request = request->next;
    return request;
}

size_t ent_harness_request_count(const struct ent_harness *harness)
{
    return harness->http.request_count;
}

const char *ent_harness_request_method(const struct ent_harness *harness, size_t index)
{
    const struct made_request *request = request_at(harness, index);
    return request ? request->method : NULL;
}

const char *ent_harness_request_url(const struct ent_harness *harness, size_t index)
{
    const struct made_request *request = request_at(harness, index);
    return request ? request->url : NULL;
}

struct ent_str ent_harness_request_body(const struct ent_harness *harness, size_t index)
{
    const struct made_request *request = request_at(harness, index);
    return request ? ent_bytes(request->body, request->body_size) : ent_text(NULL);
}

const char *ent_harness_request_header(const struct ent_harness *harness, size_t index, const char *name)
{
    const struct made_request *request = request_at(harness, index);
    return request ? find_header(request->headers, request->header_count, name) : NULL;
}

/* A request to a mail server as one of HTTP, which is what exchanges are recorded of. */
static struct ent_http_request of_mail(const struct ent_mail_request *mail)
{
    return (struct ent_http_request){.size = sizeof(struct ent_http_request),
                                     .method = mail->command ? mail->command : mail->message ? "SEND" : "FETCH",
                                     .url = mail->url,
                                     .body = mail->message,
                                     .body_size = mail->message_size,
                                     .max_response = mail->max_response,
                                     .tag = mail->tag};
}

static bool note_envelope(struct made_request *request, const struct ent_mail_request *mail)
{
    bool is_noted = !mail->from || add_header(request->headers, &request->header_count, "From", mail->from);
    for (size_t i = 0; is_noted && i < mail->recipient_count; i++)
        is_noted = add_header(request->headers, &request->header_count, "To", mail->recipients[i]);
    return is_noted;
}

static bool note_request(struct http_client *client, const struct http_job *job)
{
    const struct ent_http_request *asked = job->request;
    struct made_request *request = calloc(1, sizeof *request);
    if (!request)
        return false;
    request->method = copy_text(asked->method ? asked->method : "GET");
    request->url = copy_text(asked->url);
    request->body = copy(asked->body ? asked->body : "", asked->body ? asked->body_size : 0);
    request->body_size = asked->body ? asked->body_size : 0;
    for (size_t i = 0; i < asked->header_count; i++)
        add_header(request->headers, &request->header_count, asked->headers[i].name, asked->headers[i].value);
    if (job->state && job->state->etag)
        add_header(request->headers, &request->header_count, "If-None-Match", job->state->etag);
    if (job->state && job->state->last_modified)
        add_header(request->headers, &request->header_count, "If-Modified-Since", job->state->last_modified);
    bool has_envelope = !job->mail || note_envelope(request, job->mail);
    *client->requests_end = request;
    client->requests_end = &request->next;
    client->request_count++;
    return has_envelope && request->method && request->url && request->body;
}

/* ---- answering ---- */

static struct exchange *find_exchange(struct http_client *client, const struct ent_http_request *request)
{
    const char *method = request->method ? request->method : "GET";
    for (struct exchange *exchange = client->exchanges; exchange; exchange = exchange->next)
        if (!exchange->is_used && strcmp(exchange->method, method) == 0 && strcmp(exchange->url, request->url) == 0)
            return exchange;
    return NULL;
}

static struct ent_str lend(struct arena *arena, const char *text, size_t size)
{
    return (struct ent_str){arena_copy(arena, text ? text : "", text ? size : 0), text ? size : 0};
}

static void put_headers(struct http_response *response, const struct exchange *exchange)
{
    struct ent_http_header *headers = arena_calloc(response->arena, exchange->header_count + 1, sizeof *headers);
    for (size_t i = 0; headers && i < exchange->header_count; i++)
        headers[i] = (struct ent_http_header){
            arena_copy(response->arena, exchange->headers[i].name, strlen(exchange->headers[i].name)),
            arena_copy(response->arena, exchange->headers[i].value, strlen(exchange->headers[i].value))};
    response->shown.headers = headers;
    response->shown.header_count = headers ? exchange->header_count : 0;
}

static void put_state(struct http_response *response, const struct http_job *job, const struct exchange *exchange)
{
    const char *etag = find_header(exchange->headers, exchange->header_count, "ETag");
    const char *modified = find_header(exchange->headers, exchange->header_count, "Last-Modified");
    if (!(job->request->flags & ENT_HTTP_CONDITIONAL) || exchange->outcome != ENT_HTTP_DONE || (!etag && !modified))
        return;
    response->has_state = true;
    response->state = (struct unit_http_state){
        .url = arena_copy(response->arena, job->request->url, strlen(job->request->url)),
        .etag = etag ? arena_copy(response->arena, etag, strlen(etag)) : NULL,
        .last_modified = modified ? arena_copy(response->arena, modified, strlen(modified)) : NULL};
}

static void fill_response(struct http_response *response, const struct http_job *job, struct exchange *exchange)
{
    struct ent_http_response *shown = &response->shown;
    const char *retry_after = find_header(exchange->headers, exchange->header_count, "Retry-After");
    exchange->is_used = true;
    shown->outcome = exchange->outcome;
    shown->status = exchange->status;
    shown->body = lend(response->arena, exchange->body, exchange->body_size);
    if (exchange->content_type)
        shown->content_type = lend(response->arena, exchange->content_type, strlen(exchange->content_type));
    if (exchange->error)
        shown->error = lend(response->arena, exchange->error, strlen(exchange->error));
    if (retry_after)
        shown->retry_after_ms = strtoll(retry_after, NULL, 10) * 1000;
    put_headers(response, exchange);
    put_state(response, job, exchange);
    uint64_t limit = job->request->max_response ? job->request->max_response : job->limits.max_body;
    if (limit && exchange->body_size > limit) {
        shown->outcome = ENT_HTTP_TOO_LARGE;
        shown->body = lend(response->arena, "", 0);
        shown->error = lend(response->arena, "the answer is larger than it may be", 35);
    }
}

static void refuse_unknown(struct http_response *response, const struct http_job *job)
{
    char text[500];
    int size = snprintf(text, sizeof text, "no exchange is recorded for %s %s",
                        job->request->method ? job->request->method : "GET", job->request->url);
    response->shown.outcome = ENT_HTTP_FAILED;
    response->shown.error =
        lend(response->arena, text, size < (int)sizeof text ? (size_t)size : sizeof text - 1);
}

bool http_submit(struct http_client *client, const struct http_job *given, struct error *error)
{
    struct http_job own = *given;
    struct ent_http_request request = given->mail ? of_mail(given->mail) : *given->request;
    const struct http_job *job = &own;
    const char *url = request.url;
    own.request = &request;
    if (!url || !strstr(url, "://"))
        return error_set(error, ERROR_INPUT, "http: \"%s\" is no absolute address", url ? url : "");
    struct http_response *response = calloc(1, sizeof *response);
    if (!response || !(response->arena = arena_create(0)) || !note_request(client, job)) {
        http_response_destroy(response);
        return error_set(error, ERROR_MEMORY, "http: out of memory");
    }
    response->shown = (struct ent_http_response){.size = sizeof response->shown,
                                                 .tag = request.tag,
                                                 .retry_after_ms = -1,
                                                 .url = lend(response->arena, url, strlen(url)),
                                                 .error = lend(response->arena, "", 0),
                                                 .content_type = lend(response->arena, "", 0),
                                                 .body = lend(response->arena, "", 0)};
    response->fresh_ms = -1;
    response->generation = job->generation;
    struct exchange *exchange = find_exchange(client, job->request);
    if (exchange)
        fill_response(response, job, exchange);
    else
        refuse_unknown(response, job);
    if (arena_failed(response->arena)) {
        http_response_destroy(response);
        return error_set(error, ERROR_MEMORY, "http: out of memory");
    }
    job->done(job->context, response);
    return true;
}

/* Nothing is ever under way. */
void http_cancel(struct http_client *client)
{
    (void)client;
}

const char *http_shown_url(struct arena *arena, const char *url)
{
    (void)arena;
    return url;
}

void http_response_destroy(struct http_response *response)
{
    if (!response)
        return;
    arena_destroy(response->arena);
    free(response);
}
