#include "core/host/http_transfer.h"

#include "core/base/clock.h"
#include "core/host/http_address.h"
#include "core/host/mail_exchange.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    HEADERS_MAX = 128,
    HEADER_BYTES_MAX = 256 * 1024,
    ARENA_BLOCK = 1024, /* thousands may wait for their turn */
    MOVE_BELIEVED_AFTER_MS = 7 * 24 * 60 * 60 * 1000 /* of redirecting for good to the same place */
};

/* ---- making a transfer ---- */

/* Addresses stand in logs and alerts: user and password do not belong there. */
const char *http_shown_url(struct arena *arena, const char *url)
{
    const char *start = strstr(url, "://");
    if (!start)
        return url;
    start += 3;
    const char *at = NULL;
    for (const char *c = start; *c && *c != '/' && *c != '?' && *c != '#'; c++)
        if (*c == '@')
            at = c;
    return at ? arena_printf(arena, "%.*s%s", (int)(start - url), url, at + 1) : url;
}

bool transfer_is_header_text(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 && *text != '\t')
            return false;
    return true;
}

bool transfer_is_header_name(const char *name)
{
    if (!*name)
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("!#$%&'*+-.^_`|~", *name))
            return false;
    return true;
}

static bool add_header(struct transfer *transfer, const char *name, const char *value)
{
    struct buffer line = BUFFER_INIT;
    /* libcurl takes "Name;" for a header without a value, "Name:" for one to leave out. */
    buffer_printf(&line, *value ? "%s: %s" : "%s;", name, value);
    struct curl_slist *longer = line.failed ? NULL : curl_slist_append(transfer->headers, line.bytes);
    buffer_free(&line);
    if (longer)
        transfer->headers = longer;
    return longer != NULL;
}

bool transfer_check_request(const struct http_job *job, struct error *error)
{
    const struct ent_http_request *request = job->request;
    if (job->mail)
        return mail_exchange_check(job->mail, error);
    if (!request->url || !*request->url)
        return error_set(error, ERROR_INPUT, "http: the request has no url");
    if (request->size < sizeof *request)
        return error_set(error, ERROR_INPUT, "http: the request's size is %u, it should be %zu", request->size,
                         sizeof *request);
    if (request->method && !transfer_is_header_name(request->method))
        return error_set(error, ERROR_INPUT, "http: \"%.20s\" is no method", request->method);
    if (request->header_count > HEADERS_MAX)
        return error_set(error, ERROR_LIMIT, "http: %zu headers are more than %d", request->header_count, HEADERS_MAX);
    for (size_t i = 0; i < request->header_count; i++)
        if (!transfer_is_header_name(request->headers[i].name) || !transfer_is_header_text(request->headers[i].value))
            return error_set(error, ERROR_INPUT, "http: header %zu (\"%.40s\") is malformed", i + 1,
                             request->headers[i].name);
    return true;
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static void copy_request(struct transfer *transfer, const struct http_job *job, const struct ent_http_request *request)
{
    struct arena *arena = transfer->response->arena;
    transfer->method = copy_text(arena, request->method ? request->method : "GET");
    transfer->url = copy_text(arena, request->url);
    transfer->shown_url = transfer->url ? http_shown_url(arena, transfer->url) : NULL;
    transfer->target = transfer->url;
    transfer->body = request->body_size ? arena_copy(arena, request->body, request->body_size) : "";
    transfer->body_size = request->body_size;
    transfer->max_response = request->max_response ? request->max_response : job->limits.max_body;
    transfer->timeout_ms = request->timeout_ms ? (int64_t)request->timeout_ms : job->limits.timeout_ms;
    transfer->is_conditional = (request->flags & ENT_HTTP_CONDITIONAL) != 0;
    if (job->state) {
        transfer->known.etag = copy_text(arena, job->state->etag);
        transfer->known.last_modified = copy_text(arena, job->state->last_modified);
        transfer->known.moved_to = copy_text(arena, job->state->moved_to);
        transfer->known.moved_since = job->state->moved_since;
        transfer->known.body_digest = copy_text(arena, job->state->body_digest);
        transfer->is_at_move =
            transfer->known.moved_to && clock_now() - transfer->known.moved_since >= MOVE_BELIEVED_AFTER_MS;
        if (transfer->is_at_move)
            transfer->target = transfer->known.moved_to;
    }
}

static bool copy_headers(struct transfer *transfer, const struct ent_http_request *request)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < request->header_count; i++)
        is_good = add_header(transfer, request->headers[i].name, request->headers[i].value);
    if (is_good && transfer->known.etag && transfer_is_header_text(transfer->known.etag))
        is_good = add_header(transfer, "If-None-Match", transfer->known.etag);
    if (is_good && transfer->known.last_modified && transfer_is_header_text(transfer->known.last_modified))
        is_good = add_header(transfer, "If-Modified-Since", transfer->known.last_modified);
    /* libcurl would ask for leave to send larger bodies, and many servers never answer that. */
    struct curl_slist *longer = is_good ? curl_slist_append(transfer->headers, "Expect:") : NULL;
    if (longer)
        transfer->headers = longer;
    return longer != NULL;
}

void transfer_destroy(struct transfer *transfer)
{
    if (!transfer)
        return;
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->sent);
    if (transfer->easy)
        curl_easy_cleanup(transfer->easy);
    free(transfer->words);
    if (transfer->mail)
        mail_exchange_release(transfer->mail);
    http_response_destroy(transfer->response);
    free(transfer->response_headers);
    free(transfer);
}

struct transfer *transfer_create(const struct http_job *job)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer)
        return NULL;
    /* What a mail exchange has in common with a request. */
    struct ent_http_request common = {.size = sizeof common};
    if (job->mail) {
        common.url = job->mail->url;
        common.max_response = job->mail->max_response;
        common.timeout_ms = job->mail->timeout_ms;
        common.tag = job->mail->tag;
    }
    const struct ent_http_request *request = job->mail ? &common : job->request;
    transfer->limits = job->limits;
    transfer->access = job->access;
    transfer->all_permanent = true;
    transfer->is_cancelled = job->is_cancelled;
    transfer->done = job->done;
    transfer->context = job->context;
    transfer->response = calloc(1, sizeof *transfer->response);
    if (transfer->response && (transfer->response->arena = arena_create_small(0, ARENA_BLOCK))) {
        transfer->response->generation = job->generation;
        transfer->response->fresh_ms = -1;
        transfer->response->shown.size = sizeof transfer->response->shown;
        transfer->response->shown.tag = request->tag;
        transfer->response->shown.retry_after_ms = -1;
        copy_request(transfer, job, request);
        transfer->apart = job->apart ? copy_text(transfer->response->arena, job->apart) : NULL;
        transfer->access_url = job->access_url ? copy_text(transfer->response->arena, job->access_url) : transfer->url;
        if (job->mail)
            transfer->mail = mail_exchange_copy(transfer->response->arena, job->mail);
        if (copy_headers(transfer, request) && !arena_failed(transfer->response->arena))
            return transfer;
    }
    transfer_destroy(transfer);
    return NULL;
}

void http_response_destroy(struct http_response *response)
{
    if (!response)
        return;
    free((void *)response->shown.headers);
    buffer_free(&response->body);
    arena_destroy(response->arena);
    free(response);
}

/* ---- libcurl's callbacks ---- */

static size_t receive_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct buffer *body = &transfer->response->body;
    size_t more = size * count;
    if (body->size + more > transfer->max_response) {
        transfer->is_too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    buffer_append(body, bytes, more);
    return body->failed ? CURL_WRITEFUNC_ERROR : more;
}

/* A status line begins each answer, and each 1xx: forget what came before. */
static void begin_answer(struct transfer *transfer, const char *line, size_t size)
{
    const char *space = memchr(line, ' ', size);
    long status = space ? strtol(space + 1, NULL, 10) : 0;
    transfer->status = status;
    transfer->etag = transfer->last_modified = transfer->reason = NULL;
    transfer->response_header_count = 0;
    buffer_clear(&transfer->response->body);
    const char *reason = space ? memchr(space + 1, ' ', size - (size_t)(space + 1 - line)) : NULL;
    if (reason)
        transfer->reason = arena_copy(transfer->response->arena, reason + 1, size - (size_t)(reason + 1 - line));
}

static void keep_header(struct transfer *transfer, const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    if (!colon || colon == line || transfer->response_header_count == HEADERS_MAX)
        return;
    struct arena *arena = transfer->response->arena;
    if (!transfer->response_headers &&
        !(transfer->response_headers = calloc(HEADERS_MAX, sizeof *transfer->response_headers)))
        return;
    const char *value = colon + 1, *end = line + size;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    struct ent_http_header header = {arena_copy(arena, line, (size_t)(colon - line)),
                                     arena_copy(arena, value, (size_t)(end - value))};
    if (!header.name || !header.value)
        return;
    transfer->response_headers[transfer->response_header_count++] = header;
    if (strcasecmp(header.name, "etag") == 0)
        transfer->etag = header.value;
    else if (strcasecmp(header.name, "last-modified") == 0)
        transfer->last_modified = header.value;
}

static size_t receive_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count, trimmed = length;
    transfer->header_bytes += length;
    if (transfer->header_bytes > HEADER_BYTES_MAX) {
        transfer->is_too_large = true;
        return 0;
    }
    while (trimmed > 0 && (bytes[trimmed - 1] == '\r' || bytes[trimmed - 1] == '\n' || bytes[trimmed - 1] == ' '))
        trimmed--;
    if (trimmed > 5 && strncmp(bytes, "HTTP/", 5) == 0)
        begin_answer(transfer, bytes, trimmed);
    else
        keep_header(transfer, bytes, trimmed);
    return length;
}

static void refuse_address(struct transfer *transfer, const char *what)
{
    snprintf(transfer->words->refusal, sizeof transfer->words->refusal,
             "it leads to a %s address; set allow_private = yes if it shall be reached", what);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    (void)purpose;
    bool is_judged = !transfer->limits.allow_private && !transfer->access.proxy;
    const char *restriction = is_judged ? address_restriction(&address->addr) : NULL;
    if (restriction) {
        refuse_address(transfer, restriction);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Also where a connection is reused that an instance with allow_private had opened. */
static int look_before_request(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *transfer = context;
    (void)local;
    (void)remote_port;
    (void)local_port;
    bool is_judged = !transfer->limits.allow_private && !transfer->access.proxy;
    const char *restriction = is_judged ? address_text_restriction(remote) : NULL;
    if (!restriction)
        return CURL_PREREQFUNC_OK;
    refuse_address(transfer, restriction);
    return CURL_PREREQFUNC_ABORT;
}

/* Bytes as they come over the line: a bomb is small there, and what is not compressed is told by max_body sooner. */
static int watch_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t upload_total, curl_off_t upload)
{
    struct transfer *transfer = context;
    (void)total;
    (void)upload_total;
    (void)upload;
    transfer->is_long_on_line = transfer->limits.max_download > 0 && (uint64_t)now > transfer->limits.max_download;
    bool is_broken_off = (transfer->is_stopping && atomic_load(transfer->is_stopping)) ||
                         (transfer->is_cancelled && atomic_load(transfer->is_cancelled));
    return transfer->is_long_on_line || is_broken_off ? 1 : 0;
}

void transfer_set_callbacks(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, look_before_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    if (transfer->limits.max_download > 0 || transfer->mail) {
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch_progress);
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
    }
}
