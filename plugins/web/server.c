#include "plugins/web/server.h"

#include "lib/base/utf8.h"
#include "plugins/web/access.h"
#include "plugins/web/peers.h"
#include "plugins/web/routes.h"
#include "plugins/web/stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECTION_MEMORY = HEADERS_MAX };

static int64_t deadline_from_now(const struct server *server)
{
    return server->clock->monotonic(server->instance) + REQUEST_MS;
}

/* ---- connections ---- */

static void on_connection(void *context, struct MHD_Connection *connection, void **kept, enum MHD_ConnectionNotificationCode code)
{
    struct server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        peers_leave(server->peers, *kept);
        *kept = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *kept = info ? peers_join(server->peers, info->connect_fd, deadline_from_now(server)) : NULL;
}

static struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void server_sweep(struct server *server)
{
    unsigned count = peers_sweep(server->peers, server->clock->monotonic(server->instance));
    if (count > 0 && server->metrics)
        server->metrics->count(server->instance, "half_open_closed", count);
}

/* ---- a request as it comes ---- */

static bool is_text(const char *text, size_t size)
{
    return strlen(text) == size && utf8_is_valid(text, size);
}

struct taking {
    struct exchange *exchange;
    bool is_wrong, is_too_many;
};

static enum MHD_Result take_parameter(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                      const char *value, size_t value_size)
{
    struct taking *taking = context;
    struct exchange *exchange = taking->exchange;
    (void)kind;
    taking->is_wrong = !is_text(name, name_size) || (value && !is_text(value, value_size));
    taking->is_too_many = exchange->parameter_count == PARAMETERS_MAX;
    if (taking->is_wrong || taking->is_too_many)
        return MHD_NO;
    exchange->parameters[exchange->parameter_count++] = (struct ent_parameter){name, value ? value : ""};
    return MHD_YES;
}

/* False, with a reply, where something about the request is wrong whatever it asks for and whoever asks. */
static bool accept_request(struct exchange *exchange)
{
    struct taking taking = {.exchange = exchange};
    if (!access_is_own_name(exchange)) {
        exchange_problem(exchange, MHD_HTTP_MISDIRECTED_REQUEST,
                         "this server is not called so; add the name to `hosts` of its section");
        return false;
    }
    MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, take_parameter, &taking);
    if (taking.is_wrong || !utf8_is_valid(exchange->path, strlen(exchange->path)))
        exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "the address is not UTF-8, or holds a NUL");
    else if (taking.is_too_many)
        exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "there are more than %d parameters", PARAMETERS_MAX);
    else if (exchange->body_too_large)
        exchange_problem(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "a body has at most %d bytes", BODY_MAX);
    else
        return true;
    return false;
}

/* On a worker's thread. */
static void handle(struct job *job)
{
    struct exchange *exchange = (struct exchange *)job;
    struct MHD_Connection *connection = exchange->connection;
    enum MHD_Result result;
    if (access_identify(exchange, &result))
        routes_answer(exchange);
    MHD_resume_connection(connection);
}

/* The reply, once the request is handled; without one the connection is closed. */
static enum MHD_Result reply(struct exchange *exchange)
{
    struct MHD_Response *response = exchange->response;
    if (!response)
        return MHD_NO;
    exchange->response = NULL;
    enum MHD_Result result = MHD_queue_response(exchange->connection, exchange->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result give_away(struct exchange *exchange)
{
    bool is_change = strcmp(exchange->method, "POST") == 0;
    struct MHD_Connection *connection = exchange->connection;
    MHD_suspend_connection(connection);
    if (!workers_give(exchange->server->workers, is_change ? WORKERS_CHANGES : WORKERS_QUESTIONS, &exchange->job))
        MHD_resume_connection(connection); /* it comes back without a reply */
    return MHD_YES;
}

static struct exchange *begin_exchange(struct server *server, struct MHD_Connection *connection, const char *path,
                                       const char *method)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->job.run = handle;
    exchange->server = server;
    exchange->connection = connection;
    exchange->peer = peer_of(connection);
    exchange->body.limit = BODY_MAX;
    snprintf(exchange->method, sizeof exchange->method, "%s", strlen(method) < sizeof exchange->method ? method : "?");
    /* One that is too long is none that there is. */
    snprintf(exchange->path, sizeof exchange->path, "%s", strlen(path) < sizeof exchange->path ? path : "/too-long");
    atomic_fetch_add(&server->requests, 1);
    return exchange;
}

/* MHD calls this when the headers have come, then for each piece of the body, then when all is there, and again where that gave no
 * reply, which is when a worker has resumed the connection. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *body, size_t *body_size, void **kept)
{
    struct server *server = context;
    struct exchange *exchange = *kept;
    (void)version;
    if (!exchange) {
        *kept = begin_exchange(server, connection, path, method);
        return *kept ? MHD_YES : MHD_NO;
    }
    if (*body_size > 0) {
        buffer_append(&exchange->body, body, *body_size);
        exchange->body_too_large = exchange->body_too_large || exchange->body.failed;
        *body_size = 0;
        return MHD_YES;
    }
    if (exchange->is_handled)
        return reply(exchange);
    exchange->is_handled = true;
    peers_expect(server->peers, exchange->peer, INT64_MAX);
    if (!accept_request(exchange))
        return reply(exchange);
    if (routes_need_daemon(exchange))
        return give_away(exchange);
    routes_answer(exchange);
    return reply(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode code)
{
    struct server *server = context;
    struct exchange *exchange = *kept;
    (void)code;
    if (!exchange)
        return;
    peers_expect(server->peers, peer_of(connection), deadline_from_now(server));
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    buffer_free(&exchange->body);
    free(exchange);
    *kept = NULL;
}

/* A NUL that was sent as %00 would end the text before its end: it becomes a byte that no UTF-8 holds, which is refused. */
static size_t on_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    size_t size = MHD_http_unescape(text);
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\0')
            text[i] = (char)0xff;
    return size;
}

static void on_log(void *context, const char *format, va_list arguments)
{
    struct server *server = context;
    char text[500];
    vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    server->host->log(server->instance, ENT_LOG_DEBUG, ent_text(text));
}

/* ---- life ---- */

static void note_address(struct server *server, int listener)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    getsockname(listener, &address.any, &size);
    server->is_path = address.any.sa_family == AF_UNIX;
    server->is_loopback =
        address.any.sa_family == AF_INET    ? (ntohl(address.v4.sin_addr.s_addr) >> 24) == 127
        : address.any.sa_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr)
                                            : false;
}

static struct MHD_Daemon *start_daemon(struct server *server, int listener)
{
    const struct server_settings *settings = &server->settings;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (settings->certificate ? MHD_USE_TLS : 0u);
    /* The log comes first, or what the other options say goes to stderr. */
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, server},
        {MHD_OPTION_LISTEN_SOCKET, listener, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)settings->connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, REPLY_IDLE_S, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, SERVER_THREADS, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)on_unescape, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {settings->certificate ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, (void *)(uintptr_t)settings->certificate},
        {settings->certificate ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, (void *)(uintptr_t)settings->key},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

bool server_start(struct server *server, int listener)
{
    note_address(server, listener);
    limiter_init(&server->logins);
    server->peers = peers_create();
    server->workers = workers_create();
    server->streams = server->peers && server->workers ? stream_hub_create(server, server->settings.streams) : NULL;
    server->daemon = server->streams ? start_daemon(server, listener) : NULL;
    if (server->daemon)
        return true;
    close(listener);
    server_stop(server);
    server->host->error(server->instance,
                        ent_text(server->settings.certificate
                                     ? "the HTTP server cannot be started; are certificate and key a pair, in PEM?"
                                     : "the HTTP server cannot be started: no memory or no threads"));
    return false;
}

void server_stop(struct server *server)
{
    if (server->streams)
        stream_hub_close(server->streams);
    if (server->workers)
        workers_close(server->workers); /* nothing may be suspended any more */
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    stream_hub_destroy(server->streams);
    workers_destroy(server->workers);
    peers_destroy(server->peers);
    limiter_destroy(&server->logins);
    server->daemon = NULL;
    server->streams = NULL;
    server->workers = NULL;
    server->peers = NULL;
}
