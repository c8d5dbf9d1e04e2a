#include "plugins/web/exchange.h"

#include "lib/base/json_writer.h"
#include "plugins/web/server.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* What fits into a packet is sent as it is. The lowest level: four fifths of what the highest saves, in a fifth of its time. */
enum { PACKED_FROM = 1400, PACK_LEVEL = 1, GZIP_WINDOW = 15 + 16, PACK_MEMORY = 8 };

/* What every reply bears. Nothing may be loaded from, sent to or framed by another place; nothing runs that is not a file of
 * this server. */
static const char *const security_headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
     "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

static const char *const role_words[] = {"none", "read", "analyst", "admin"};

const char *role_word(enum role role)
{
    return role_words[role];
}

enum role role_of(const char *word)
{
    for (unsigned i = ROLE_READ; word && i <= ROLE_ADMIN; i++)
        if (strcmp(role_words[i], word) == 0)
            return (enum role)i;
    return ROLE_NONE;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

const char *exchange_parameter(const struct exchange *exchange, const char *name)
{
    for (size_t i = 0; i < exchange->parameter_count; i++)
        if (strcmp(exchange->parameters[i].name, name) == 0)
            return exchange->parameters[i].value;
    return NULL;
}

enum MHD_Result exchange_send(struct exchange *exchange, unsigned status, struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    bool is_good = true;
    for (size_t i = 0; i < sizeof security_headers / sizeof *security_headers; i++)
        is_good = is_good && MHD_add_response_header(response, security_headers[i][0], security_headers[i][1]) == MHD_YES;
    if (!MHD_get_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL))
        is_good = is_good && MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES;
    /* Without its headers a reply is not to leave. */
    if (!is_good) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    exchange->status = status;
    exchange->response = response;
    if (status >= 400)
        atomic_fetch_add(&exchange->server->refusals, 1);
    return MHD_YES;
}

static struct MHD_Response *copy_of(const char *bytes, size_t size)
{
    /* MHD does not write to what it copies. */
    return MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);
}

enum MHD_Result exchange_reply(struct exchange *exchange, unsigned status, const char *type, const char *bytes, size_t size)
{
    struct MHD_Response *response = copy_of(bytes, size);
    if (response && type)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    return exchange_send(exchange, status, response);
}

bool exchange_takes_gzip(const struct exchange *exchange)
{
    const char *header = exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    return header && strstr(header, "gzip") != NULL;
}

/* NULL where it cannot be packed, or would be no smaller. */
static struct MHD_Response *packed_of(const char *bytes, size_t size)
{
    /* zlib does not write to what it reads. */
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
    unsigned char *packed = size < UINT32_MAX ? malloc(size) : NULL;
    struct MHD_Response *response = NULL;
    stream.next_out = packed;
    stream.avail_out = (uInt)size;
    if (packed && deflateInit2(&stream, PACK_LEVEL, Z_DEFLATED, GZIP_WINDOW, PACK_MEMORY, Z_DEFAULT_STRATEGY) == Z_OK) {
        if (deflate(&stream, Z_FINISH) == Z_STREAM_END)
            response = MHD_create_response_from_buffer(stream.total_out, packed, MHD_RESPMEM_MUST_FREE);
        deflateEnd(&stream);
    }
    if (!response)
        free(packed);
    else if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip") != MHD_YES) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return response;
}

static struct MHD_Response *body_of(const struct exchange *exchange, const char *bytes, size_t size)
{
    struct MHD_Response *packed =
        size >= PACKED_FROM && exchange_takes_gzip(exchange) ? packed_of(bytes, size) : NULL;
    return packed ? packed : copy_of(bytes, size);
}

enum MHD_Result exchange_reply_tagged(struct exchange *exchange, const char *type, const char *bytes, size_t size)
{
    char tag[24];
    snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"", hash_bytes(bytes, size));
    const char *known = exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool is_known = known && strstr(known, tag) != NULL;
    struct MHD_Response *response = is_known ? copy_of("", 0) : body_of(exchange, bytes, size);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, tag);
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "private, no-cache");
        MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept-Encoding, Authorization, Cookie");
        if (!is_known)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    }
    return exchange_send(exchange, is_known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}

enum MHD_Result exchange_reply_json(struct exchange *exchange, const char *bytes, size_t size)
{
    return exchange_reply_tagged(exchange, "application/json", bytes, size);
}

void exchange_append_value(struct buffer *text, const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)value[i];
        if (byte < 0x80 && (isalnum(byte) || strchr("*-._", byte)))
            buffer_append_char(text, (char)byte);
        else if (byte == ' ')
            buffer_append_char(text, '+');
        else
            buffer_printf(text, "%%%02X", byte);
    }
}

/* ---- problems ---- */

static const char *title_of(unsigned status)
{
    const char *title = MHD_get_reason_phrase_for(status);
    return title ? title : "Error";
}

static enum MHD_Result send_problem(struct exchange *exchange, unsigned status, const char *text,
                                    const struct ent_answer *answer)
{
    struct buffer body = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &body);
    json_object_open(&json);
    json_key(&json, "title");
    json_put_text(&json, title_of(status));
    json_key(&json, "status");
    json_put_integer(&json, status);
    json_key(&json, "detail");
    json_put_text(&json, text);
    if (answer && answer->parameter.size > 0) {
        json_key(&json, "parameter");
        json_put_string(&json, answer->parameter.data, answer->parameter.size);
        json_key(&json, "offset");
        json_put_integer(&json, (int64_t)answer->offset);
        json_key(&json, "length");
        json_put_integer(&json, (int64_t)answer->length);
    }
    if (answer && answer->nearest.size > 0) {
        json_key(&json, "nearest");
        json_put_string(&json, answer->nearest.data, answer->nearest.size);
    }
    json_object_close(&json);
    struct MHD_Response *response = body.failed ? NULL : copy_of(body.bytes, body.size);
    buffer_free(&body);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/problem+json");
        if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
            MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
        if (status == MHD_HTTP_UNAUTHORIZED)
            /* Feed readers answer to Basic alone; a browser that was asked for it would show a form of its own. */
            MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                    strncmp(exchange->path, "/feeds/", 7) == 0 ? "Basic realm=\"entente\", charset=\"UTF-8\""
                                                                               : "Bearer realm=\"entente\"");
    }
    return exchange_send(exchange, status, response);
}

enum MHD_Result exchange_problem(struct exchange *exchange, unsigned status, const char *format, ...)
{
    char text[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return send_problem(exchange, status, text, NULL);
}

enum MHD_Result exchange_problem_of(struct exchange *exchange, const struct ent_answer *answer)
{
    static const unsigned statuses[] = {
        [ENT_ANSWER_OK] = MHD_HTTP_OK,
        [ENT_ANSWER_INPUT] = MHD_HTTP_BAD_REQUEST,
        [ENT_ANSWER_MISSING] = MHD_HTTP_NOT_FOUND,
        [ENT_ANSWER_BUSY] = MHD_HTTP_SERVICE_UNAVAILABLE,
        [ENT_ANSWER_STATE] = MHD_HTTP_CONFLICT,
        [ENT_ANSWER_LIMIT] = MHD_HTTP_UNPROCESSABLE_CONTENT,
        [ENT_ANSWER_FAILED] = MHD_HTTP_INTERNAL_SERVER_ERROR,
    };
    if (!answer || answer->kind >= sizeof statuses / sizeof *statuses)
        return exchange_problem(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer");
    /* What the host cannot do may hold paths: that is for the log. */
    const char *text = answer->text.data;
    if (answer->kind == ENT_ANSWER_FAILED) {
        exchange->server->host->log(exchange->server->instance, ENT_LOG_ERROR, answer->text);
        text = "the daemon cannot answer this just now; its log says why";
    }
    return send_problem(exchange, statuses[answer->kind], text, answer);
}

const struct ent_answer *exchange_ask(const struct exchange *exchange, const char *question,
                                      const struct ent_parameter *parameters, size_t count)
{
    const struct server *server = exchange->server;
    return server->query->ask(server->instance, question, parameters, count);
}
