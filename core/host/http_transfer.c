#include "core/host/http_transfer.h"

#include "core/host/http_address.h"
#include "core/host/mail_exchange.h"
#include "lib/base/digest.h"
#include "lib/base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    HEADERS_MAX = 128,
    HEADER_BYTES_MAX = 256 * 1024,
    SLOW_BYTES = 64, /* a second; below it an exchange trickles */
    SLOW_SECONDS = 20
};

/* ---- making a transfer ---- */

/* Addresses stand in logs and alerts: user and password do not belong there. */
static const char *without_credentials(struct arena *arena, const char *url)
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

static bool is_header_text(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 && *text != '\t')
            return false;
    return true;
}

static bool is_header_name(const char *name)
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
    if (request->method && !is_header_name(request->method))
        return error_set(error, ERROR_INPUT, "http: \"%.20s\" is no method", request->method);
    if (request->header_count > HEADERS_MAX)
        return error_set(error, ERROR_LIMIT, "http: %zu headers are more than %d", request->header_count, HEADERS_MAX);
    for (size_t i = 0; i < request->header_count; i++)
        if (!is_header_name(request->headers[i].name) || !is_header_text(request->headers[i].value))
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
    transfer->shown_url = transfer->url ? without_credentials(arena, transfer->url) : NULL;
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
        transfer->known.body_digest = copy_text(arena, job->state->body_digest);
        if (transfer->known.moved_to)
            transfer->target = transfer->known.moved_to;
    }
}

static bool copy_headers(struct transfer *transfer, const struct ent_http_request *request)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < request->header_count; i++)
        is_good = add_header(transfer, request->headers[i].name, request->headers[i].value);
    if (is_good && transfer->known.etag && is_header_text(transfer->known.etag))
        is_good = add_header(transfer, "If-None-Match", transfer->known.etag);
    if (is_good && transfer->known.last_modified && is_header_text(transfer->known.last_modified))
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
    if (transfer->easy)
        curl_easy_cleanup(transfer->easy);
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
    transfer->is_cancelled = job->is_cancelled;
    transfer->done = job->done;
    transfer->context = job->context;
    transfer->response = calloc(1, sizeof *transfer->response);
    if (transfer->response && (transfer->response->arena = arena_create(0))) {
        transfer->response->generation = job->generation;
        transfer->response->shown.size = sizeof transfer->response->shown;
        transfer->response->shown.tag = request->tag;
        transfer->response->shown.retry_after_ms = -1;
        copy_request(transfer, job, request);
        if (job->mail)
            transfer->mail = mail_exchange_copy(transfer->response->arena, job->mail);
        transfer->response_headers = calloc(HEADERS_MAX, sizeof *transfer->response_headers);
        if (transfer->response_headers && copy_headers(transfer, request) && !arena_failed(transfer->response->arena))
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

/* A status line begins each hop's answer (and each 1xx): forget what the hop before said. */
static void begin_answer(struct transfer *transfer, const char *line, size_t size)
{
    const char *space = memchr(line, ' ', size);
    long status = space ? strtol(space + 1, NULL, 10) : 0;
    if (transfer->status >= 300 && transfer->status < 400 && status >= 200) {
        transfer->all_permanent = transfer->all_permanent && (transfer->status == 301 || transfer->status == 308);
        transfer->hops++;
    }
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
    snprintf(transfer->refusal, sizeof transfer->refusal,
             "it leads to a %s address; set allow_private = yes if it shall be reached", what);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    (void)purpose;
    const char *restriction = transfer->limits.allow_private ? NULL : address_restriction(&address->addr);
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
    const char *restriction = transfer->limits.allow_private ? NULL : address_text_restriction(remote);
    if (!restriction)
        return CURL_PREREQFUNC_OK;
    refuse_address(transfer, restriction);
    return CURL_PREREQFUNC_ABORT;
}

/* ---- asking ---- */

char *transfer_host(const struct transfer *transfer)
{
    CURLU *parts = curl_url();
    char *host = NULL, *port = NULL, *name = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, transfer->target, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
            port = NULL;
        if (asprintf(&name, "%s:%s", host, port ? port : "") < 0)
            name = NULL;
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
    return name;
}

static void set_method(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    bool is_get = strcmp(transfer->method, "GET") == 0, is_head = strcmp(transfer->method, "HEAD") == 0;
    if (is_head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (!is_get || transfer->body_size > 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer->method);
    }
    /* What is sent, with its secrets, goes where it was meant to go: redirects are for reading only. */
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, is_get || is_head ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)transfer->limits.max_redirects);
}

static void set_limits(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    long slow = transfer->timeout_ms > SLOW_SECONDS * 1000L ? SLOW_SECONDS : (long)(transfer->timeout_ms / 1000) + 1;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, slow);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->max_response);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, look_before_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}

bool transfer_prepare(struct transfer *transfer, const char *user_agent)
{
    if (!transfer->easy)
        transfer->easy = curl_easy_init();
    CURL *easy = transfer->easy;
    if (!easy)
        return false;
    curl_easy_reset(easy);
    transfer->status = 0;
    transfer->hops = 0;
    transfer->header_bytes = 0;
    transfer->all_permanent = true;
    transfer->refusal[0] = transfer->error_text[0] = '\0';
    buffer_clear(&transfer->response->body);
    transfer->response->body.limit = 0;
    set_limits(transfer);
    if (!transfer->mail)
        set_method(transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    if (transfer->mail && !mail_exchange_prepare(transfer))
        return false;
    return curl_easy_setopt(easy, CURLOPT_URL, transfer->target) == CURLE_OK;
}

/* ---- what came of it ---- */

bool transfer_falls_back(struct transfer *transfer, CURLcode code)
{
    bool has_moved = transfer->known.moved_to && transfer->target == transfer->known.moved_to;
    if (!has_moved || (code == CURLE_OK && transfer->status < 400))
        return false;
    transfer->target = transfer->url;
    transfer->known.moved_to = NULL;
    return true;
}

static void say(struct transfer *transfer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct transfer *transfer, const char *format, ...)
{
    char why[CURL_ERROR_SIZE + 300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    const char *text = arena_printf(transfer->response->arena, "%s: %s", transfer->shown_url, why);
    transfer->response->shown.error = ent_text(text ? text : "http: no memory for the cause");
}

static void say_curl_failure(struct transfer *transfer, CURLcode code)
{
    switch (code) {
    case CURLE_TOO_MANY_REDIRECTS:
        say(transfer, "redirect loop after %u redirects", transfer->limits.max_redirects);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        if (strstr(transfer->error_text, "too slow"))
            say(transfer, "the server trickles less than %d bytes a second", SLOW_BYTES);
        else
            say(transfer, "timed out after %lld ms with %zu bytes received", (long long)transfer->timeout_ms,
                transfer->response->body.size);
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
        say(transfer, "its host name cannot be resolved");
        break;
    case CURLE_PARTIAL_FILE:
        say(transfer, "the connection ended in the middle of the body");
        break;
    case CURLE_OUT_OF_MEMORY:
        say(transfer, "no memory for the exchange");
        break;
    case CURLE_UNSUPPORTED_PROTOCOL:
        say(transfer, "only http and https are allowed%s",
            transfer->hops || transfer->status >= 300 ? ", and it redirects to something else" : "");
        break;
    default:
        say(transfer, "%s", *transfer->error_text ? transfer->error_text : curl_easy_strerror(code));
    }
}

static void judge_failure(struct transfer *transfer, CURLcode code)
{
    struct ent_http_response *shown = &transfer->response->shown;
    shown->outcome = ENT_HTTP_FAILED;
    shown->status = (int32_t)transfer->status;
    if (*transfer->refusal) {
        shown->outcome = ENT_HTTP_REFUSED;
        say(transfer, "%s", transfer->refusal);
    } else if (code == CURLE_FILESIZE_EXCEEDED || transfer->is_too_large) {
        shown->outcome = ENT_HTTP_TOO_LARGE;
        say(transfer, "larger than the %llu bytes that max_body allows", (unsigned long long)transfer->max_response);
    } else {
        if (code == CURLE_UNSUPPORTED_PROTOCOL)
            shown->outcome = ENT_HTTP_REFUSED;
        say_curl_failure(transfer, code);
    }
    if (transfer->mail)
        mail_exchange_judge(transfer, code);
    buffer_clear(&transfer->response->body);
}

/* What is worth knowing at the next request, for conditional ones that went well. */
static void learn(struct transfer *transfer, bool is_unchanged, const char *digest)
{
    struct unit_http_state *state = &transfer->response->state;
    const struct unit_http_state *known = &transfer->known;
    const char *final = transfer->response->shown.url.data;
    bool has_moved = transfer->hops > 0 && transfer->all_permanent;
    transfer->response->has_state = true;
    state->url = transfer->url;
    state->etag = transfer->etag ? transfer->etag : is_unchanged ? known->etag : NULL;
    state->last_modified = transfer->last_modified ? transfer->last_modified
                           : is_unchanged          ? known->last_modified
                                                   : NULL;
    state->moved_to = has_moved ? final : transfer->hops == 0 ? known->moved_to : NULL;
    state->body_digest = digest ? digest : known->body_digest;
}

static void judge_conditional(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    const struct buffer *body = &transfer->response->body;
    if (transfer->status == 304) {
        shown->outcome = ENT_HTTP_NOT_MODIFIED;
        learn(transfer, true, NULL);
    } else if (transfer->status >= 200 && transfer->status < 300) {
        char hex[DIGEST_HEX_SIZE];
        struct digest_part part = {body->bytes ? body->bytes : "", body->size};
        digest_hex(hex, &part, 1);
        bool is_unchanged = transfer->known.body_digest && strcmp(transfer->known.body_digest, hex) == 0;
        if (is_unchanged)
            shown->outcome = ENT_HTTP_NOT_MODIFIED;
        learn(transfer, is_unchanged, arena_copy(transfer->response->arena, hex, DIGEST_HEX_SIZE - 1));
    }
}

static void say_status(struct transfer *transfer)
{
    const char *reason =
        transfer->reason && utf8_is_valid(transfer->reason, strlen(transfer->reason)) ? transfer->reason : "";
    if (transfer->status >= 400)
        say(transfer, "the server answers %ld%s%.80s", transfer->status, *reason ? " " : "", reason);
    else if (transfer->status >= 300 && transfer->status != 304)
        say(transfer, "the server redirects (%ld), which is not followed for %s", transfer->status, transfer->method);
}

static void judge_mail(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    const struct buffer *body = &transfer->response->body;
    shown->outcome = ENT_HTTP_DONE;
    shown->url = ent_text(transfer->shown_url);
    shown->body = ent_bytes(body->bytes ? body->bytes : "", body->size);
    mail_exchange_judge(transfer, CURLE_OK);
}

static void judge_answer(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    struct arena *arena = transfer->response->arena;
    char *effective = NULL, *type = NULL;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &effective);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
    shown->outcome = ENT_HTTP_DONE;
    shown->status = (int32_t)transfer->status;
    shown->permanent_redirect = transfer->hops > 0 && transfer->all_permanent;
    shown->url = ent_text(copy_text(arena, effective ? effective : transfer->target));
    shown->content_type = ent_text(type ? copy_text(arena, type) : "");
    shown->headers = transfer->response_headers;
    shown->header_count = transfer->response_header_count;
    transfer->response_headers = NULL;
    if (retry_after > 0)
        shown->retry_after_ms = retry_after < INT64_MAX / 1000 ? (int64_t)retry_after * 1000 : INT64_MAX;
    if (transfer->is_conditional)
        judge_conditional(transfer);
    say_status(transfer);
    shown->body =
        ent_bytes(transfer->response->body.bytes ? transfer->response->body.bytes : "", transfer->response->body.size);
}

void transfer_judge(struct transfer *transfer, CURLcode code)
{
    if (code == CURLE_OK && transfer->mail)
        judge_mail(transfer);
    else if (code == CURLE_OK)
        judge_answer(transfer);
    else
        judge_failure(transfer, code);
    if (arena_failed(transfer->response->arena)) {
        transfer->response->has_state = false;
        transfer->response->shown.outcome = ENT_HTTP_FAILED;
        transfer->response->shown.error = ent_text("http: no memory for the response");
    }
}

void transfer_fail(struct transfer *transfer, enum ent_http_outcome outcome, int64_t retry_after_ms, const char *why)
{
    transfer->response->shown.outcome = outcome;
    transfer->response->shown.retry_after_ms = retry_after_ms;
    say(transfer, "%s", why);
}

/* Texts that stayed empty are "", not NULL: plugins print them. */
static void fill_gaps(struct ent_http_response *shown)
{
    struct ent_str *const texts[] = {&shown->url, &shown->content_type, &shown->body, &shown->error};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!texts[i]->data)
            *texts[i] = ent_bytes("", 0);
}

void transfer_finish(struct transfer *transfer)
{
    struct http_response *response = transfer->response;
    transfer->response = NULL;
    /* It lies in the response's arena, which is gone once the response was taken. */
    if (transfer->mail)
        mail_exchange_release(transfer->mail);
    transfer->mail = NULL;
    fill_gaps(&response->shown);
    transfer->done(transfer->context, response);
    transfer_destroy(transfer);
}
