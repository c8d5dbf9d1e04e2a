#include "plugins/web/access.h"

#include "lib/base/json_writer.h"
#include "plugins/web/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COOKIE "entente"

enum { COOKIE_SIZE = 300, HOST_SIZE = 256 };

/* ---- who is calling ---- */

static bool check_token(struct server *server, const char *id, const char *digest, struct caller *caller,
                        const struct ent_answer **answer)
{
    const struct ent_parameter parameters[] = {{"id", id}, {"digest", digest}};
    *answer = server->query->ask(server->instance, "token", parameters, 2);
    if (!*answer || (*answer)->kind != ENT_ANSWER_OK)
        return false;
    json_t *body = json_loadb((*answer)->body.data, (*answer)->body.size, 0, NULL);
    const char *kind = json_string_value(json_object_get(body, "kind"));
    const char *name = json_string_value(json_object_get(body, "name"));
    /* A link is good for logging in alone. */
    caller->role = kind && strcmp(kind, "link") != 0 ? role_of(json_string_value(json_object_get(body, "role"))) : ROLE_NONE;
    caller->expires = (int64_t)json_integer_value(json_object_get(body, "expires"));
    snprintf(caller->name, sizeof caller->name, "%s", name ? name : "");
    snprintf(caller->id, sizeof caller->id, "%s", id);
    snprintf(caller->digest, sizeof caller->digest, "%s", digest);
    json_decref(body);
    return caller->role != ROLE_NONE;
}

/* The password of "Basic USER:PASSWORD" in `text`, MHD's to free; NULL where it is none. */
static const char *shown_token(const struct exchange *exchange, char **password, bool *by_cookie)
{
    const char *header = exchange_header(exchange, MHD_HTTP_HEADER_AUTHORIZATION);
    *password = NULL;
    *by_cookie = false;
    if (header && strncasecmp(header, "Bearer ", 7) == 0)
        return header + 7 + strspn(header + 7, " ");
    if (header && strncasecmp(header, "Basic ", 6) == 0) {
        char *user = MHD_basic_auth_get_username_password(exchange->connection, password);
        MHD_free(user);
        return *password ? *password : "";
    }
    if (header)
        return "";
    *by_cookie = true;
    return MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, COOKIE);
}

bool access_shows_token(const struct exchange *exchange)
{
    return exchange_header(exchange, MHD_HTTP_HEADER_AUTHORIZATION) ||
           MHD_lookup_connection_value(exchange->connection, MHD_COOKIE_KIND, COOKIE);
}

static void address_of(const struct exchange *exchange, char text[LIMITER_ADDRESS_SIZE])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    /* At a Unix socket it is the proxy that calls; what it says of whom it calls for stands last. */
    const char *via = exchange->server->is_path ? exchange_header(exchange, "X-Forwarded-For") : NULL;
    const char *comma = via ? strrchr(via, ',') : NULL;
    snprintf(text, LIMITER_ADDRESS_SIZE, "%s", comma ? comma + 1 + strspn(comma + 1, " ") : via ? via : "local");
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, LIMITER_ADDRESS_SIZE);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text, LIMITER_ADDRESS_SIZE);
}

static enum MHD_Result refuse_for_now(struct exchange *exchange, int64_t wait)
{
    return exchange_problem(exchange, MHD_HTTP_TOO_MANY_REQUESTS,
                            "too many tokens that are not valid came from there; try again in %lld seconds",
                            (long long)(wait / 1000 + 1));
}

bool access_identify(struct exchange *exchange, enum MHD_Result *result)
{
    struct server *server = exchange->server;
    char id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE], address[LIMITER_ADDRESS_SIZE];
    char *password;
    bool by_cookie;
    const char *shown = shown_token(exchange, &password, &by_cookie);
    bool is_shown = shown != NULL, is_token = is_shown && access_token_read(shown, id, digest);
    MHD_free(password);
    if (!is_shown || (by_cookie && !is_token))
        return true; /* nobody */
    address_of(exchange, address);
    int64_t now = server->clock->monotonic(server->instance), wait = limiter_wait(&server->logins, address, now);
    const struct ent_answer *answer = NULL;
    /* Who holds a good token is let in however many guess from the same address: behind a proxy all come from one. */
    bool is_good = is_token && check_token(server, id, digest, &exchange->caller, &answer);
    bool is_known = is_good || !answer || answer->kind == ENT_ANSWER_MISSING || answer->kind == ENT_ANSWER_OK;
    exchange->caller.by_cookie = by_cookie;
    if (!is_known)
        *result = exchange_problem_of(exchange, answer);
    server->query->release(server->instance, answer);
    if (is_good)
        return true;
    if (!is_known)
        return false;
    exchange->caller = (struct caller){.role = ROLE_NONE};
    /* A browser whose session has ended is somebody unknown, not somebody who guesses. */
    if (by_cookie)
        return true;
    limiter_fail(&server->logins, address, now);
    *result = wait > 0 ? refuse_for_now(exchange, wait)
                       : exchange_problem(exchange, MHD_HTTP_UNAUTHORIZED, "the token is not valid, or no longer");
    return false;
}

bool access_allow(struct exchange *exchange, enum role role, enum MHD_Result *result)
{
    if (exchange->caller.role >= role)
        return true;
    if (exchange->caller.role == ROLE_NONE)
        *result = exchange_problem(exchange, MHD_HTTP_UNAUTHORIZED,
                                   "log in, or send a token of `entente token create` as 'Authorization: Bearer TOKEN'");
    else
        *result = exchange_problem(exchange, MHD_HTTP_FORBIDDEN, "that needs the role %s; %s has the role %s", role_word(role),
                                   exchange->caller.name, role_word(exchange->caller.role));
    return false;
}

bool access_still_valid(struct server *server, const struct caller *caller)
{
    struct caller now = {.role = ROLE_NONE};
    const struct ent_answer *answer = NULL;
    bool is_good = check_token(server, caller->id, caller->digest, &now, &answer);
    /* A store that is busy says nothing against anybody. */
    bool is_known = is_good || (answer && (answer->kind == ENT_ANSWER_MISSING || answer->kind == ENT_ANSWER_OK));
    server->query->release(server->instance, answer);
    return is_good || !is_known;
}

/* ---- where a request comes from ---- */

/* "example.org:80" without its port; brackets of IPv6 stay. */
static void host_only(const char *text, char host[HOST_SIZE])
{
    const char *colon = text[0] == '[' ? strchr(text, ']') : NULL;
    size_t size = colon ? (size_t)(colon - text) + 1 : strcspn(text, ":/");
    snprintf(host, HOST_SIZE, "%.*s", (int)(size < HOST_SIZE ? size : HOST_SIZE - 1), text);
}

static bool is_host_of_url(const char *url, const char *host)
{
    const char *rest = url ? strstr(url, "://") : NULL;
    char own[HOST_SIZE];
    if (!rest)
        return false;
    host_only(rest + 3, own);
    return strcasecmp(own, host) == 0;
}

bool access_is_own_name(const struct exchange *exchange)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
    const struct server_settings *settings = &exchange->server->settings;
    const char *header = exchange_header(exchange, MHD_HTTP_HEADER_HOST);
    char host[HOST_SIZE];
    if (exchange->server->is_path)
        return true; /* the proxy before it knows which names it serves */
    if (!header)
        return false;
    host_only(header, host);
    for (size_t i = 0; settings->hosts && settings->hosts[i]; i++)
        if (strcasecmp(settings->hosts[i], host) == 0)
            return true;
    for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
        if (strcasecmp(loopback[i], host) == 0)
            return true;
    if (is_host_of_url(settings->public_url, host))
        return true;
    bool is_named = settings->public_url || (settings->hosts && settings->hosts[0]);
    return !exchange->server->is_loopback && !is_named;
}

bool access_is_own_page(struct exchange *exchange, enum MHD_Result *result)
{
    const char *origin = exchange_header(exchange, "Origin"), *site = exchange_header(exchange, "Sec-Fetch-Site");
    const char *host = exchange_header(exchange, MHD_HTTP_HEADER_HOST);
    const char *rest = origin ? strstr(origin, "://") : NULL;
    const char *url = exchange->server->settings.public_url;
    bool is_own = (rest && host && strcasecmp(rest + 3, host) == 0) ||
                  (origin && url && strncasecmp(url, origin, strlen(origin)) == 0 &&
                   (url[strlen(origin)] == '\0' || url[strlen(origin)] == '/'));
    bool is_told = origin != NULL || site != NULL;
    bool is_good = origin ? is_own : site && strcmp(site, "same-origin") == 0;
    if (site && strcmp(site, "same-origin") != 0)
        is_good = false;
    if (is_good)
        return true;
    *result = exchange_problem(exchange, MHD_HTTP_FORBIDDEN, "%s",
                               is_told ? "this came from a page of another site"
                                       : "a log-in by cookie can change nothing without Origin; programs send a token instead");
    return false;
}

/* ---- logging in and out ---- */

static const char *session_cookie(const struct exchange *exchange, const char *value, int64_t seconds, char text[COOKIE_SIZE])
{
    const struct server_settings *settings = &exchange->server->settings;
    bool is_secure = settings->certificate || (settings->public_url && strncmp(settings->public_url, "https:", 6) == 0);
    snprintf(text, COOKIE_SIZE, COOKIE "=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", value, (long long)seconds,
             is_secure ? "; Secure" : "");
    return text;
}

static enum MHD_Result reply_with_cookie(struct exchange *exchange, json_t *body, const char *cookie)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct MHD_Response *response =
        text ? MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE) : NULL;
    json_decref(body);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
        MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, cookie);
    }
    return exchange_send(exchange, MHD_HTTP_OK, response);
}

/* Does the command; the answer is the caller's to release. */
static const struct ent_answer *command(struct exchange *exchange, const char *author, json_t *request)
{
    const struct server *server = exchange->server;
    char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
    const struct ent_answer *answer =
        text ? server->command->run(server->instance, author, ent_text(text)) : NULL;
    free(text);
    json_decref(request);
    return answer;
}

static enum MHD_Result begin_session(struct exchange *exchange, const char *with, const char *with_digest,
                                     const char *address)
{
    struct server *server = exchange->server;
    char token[ACCESS_TOKEN_SIZE], id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE], cookie[COOKIE_SIZE];
    char author[LIMITER_ADDRESS_SIZE + 16];
    int64_t expires = server->clock->now(server->instance) + server->settings.session_ms;
    if (!access_token_make(token, id) || !access_token_read(token, id, digest))
        return exchange_problem(exchange, MHD_HTTP_INTERNAL_SERVER_ERROR, "the system gives no random numbers");
    snprintf(author, sizeof author, "browser at %s", address);
    const struct ent_answer *answer =
        command(exchange, author, json_pack("{s:s,s:s,s:{s:s,s:I,s:s,s:s}}", "command", "session-create", "target", id,
                                            "arguments", "digest", digest, "expires", (json_int_t)expires, "with", with,
                                            "with_digest", with_digest));
    enum MHD_Result result;
    if (answer && answer->kind == ENT_ANSWER_OK) {
        json_t *body = json_loadb(answer->body.data, answer->body.size, 0, NULL);
        json_t *shown = json_pack("{s:O,s:O}", "name", json_object_get(body, "name"), "role", json_object_get(body, "role"));
        json_decref(body);
        result = reply_with_cookie(exchange, shown,
                                   session_cookie(exchange, token, server->settings.session_ms / 1000, cookie));
    } else if (answer && answer->kind == ENT_ANSWER_MISSING) {
        limiter_fail(&server->logins, address, server->clock->monotonic(server->instance));
        result = exchange_problem(exchange, MHD_HTTP_UNAUTHORIZED, "the token is not valid, or no longer");
    } else {
        result = exchange_problem_of(exchange, answer);
    }
    server->command->release(server->instance, answer);
    return result;
}

enum MHD_Result access_login(struct exchange *exchange)
{
    struct server *server = exchange->server;
    char address[LIMITER_ADDRESS_SIZE], id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE];
    enum MHD_Result result;
    if (!access_is_own_page(exchange, &result))
        return result;
    address_of(exchange, address);
    int64_t now = server->clock->monotonic(server->instance), wait = limiter_wait(&server->logins, address, now);
    if (wait > 0)
        return refuse_for_now(exchange, wait);
    json_t *body = json_loadb(exchange->body.bytes ? exchange->body.bytes : "", exchange->body.size, JSON_REJECT_DUPLICATES, NULL);
    const char *token = json_string_value(json_object_get(body, "token"));
    bool is_token = token && access_token_read(token, id, digest);
    bool is_form = token != NULL;
    json_decref(body);
    if (is_token)
        return begin_session(exchange, id, digest, address);
    if (!is_form)
        return exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "log in with {\"token\": TOKEN}");
    limiter_fail(&server->logins, address, now);
    return exchange_problem(exchange, MHD_HTTP_UNAUTHORIZED,
                            "that is no token; `entente token login` prints a link, `entente token create` a token");
}

enum MHD_Result access_logout(struct exchange *exchange)
{
    struct server *server = exchange->server;
    char cookie[COOKIE_SIZE];
    enum MHD_Result result;
    if (!access_is_own_page(exchange, &result))
        return result;
    if (exchange->caller.by_cookie && exchange->caller.role != ROLE_NONE) {
        const struct ent_answer *answer =
            command(exchange, exchange->caller.name,
                    json_pack("{s:s,s:s}", "command", "token-revoke", "target", exchange->caller.id));
        bool is_over = answer && (answer->kind == ENT_ANSWER_OK || answer->kind == ENT_ANSWER_MISSING);
        result = is_over ? MHD_YES : exchange_problem_of(exchange, answer);
        server->command->release(server->instance, answer);
        if (!is_over)
            return result;
    }
    return reply_with_cookie(exchange, json_pack("{s:s}", "text", "Logged out."), session_cookie(exchange, "", 0, cookie));
}

/* Where the stream of changes stands: what is asked after this and followed from there misses nothing. Absent where the store cannot say
 * just now. */
static void put_position(struct json_writer *json, const struct exchange *exchange)
{
    const struct server *server = exchange->server;
    const struct ent_answer *answer = exchange_ask(exchange, "position", NULL, 0);
    json_t *body = answer && answer->kind == ENT_ANSWER_OK ? json_loadb(answer->body.data, answer->body.size, 0, NULL) : NULL;
    const char *position = json_string_value(json_object_get(body, "id"));
    if (position) {
        json_key(json, "position");
        json_put_text(json, position);
    }
    json_decref(body);
    server->query->release(server->instance, answer);
}

enum MHD_Result access_me(struct exchange *exchange)
{
    struct buffer body = BUFFER_INIT;
    struct json_writer json;
    json_begin(&json, &body);
    json_object_open(&json);
    json_key(&json, "name");
    json_put_text(&json, exchange->caller.name);
    json_key(&json, "role");
    json_put_text(&json, role_word(exchange->caller.role));
    json_key(&json, "expires");
    json_put_integer(&json, exchange->caller.expires);
    json_key(&json, "version");
    json_put_text(&json, ENT_VERSION);
    put_position(&json, exchange);
    json_object_close(&json);
    enum MHD_Result result = body.failed ? exchange_send(exchange, MHD_HTTP_OK, NULL)
                                         : exchange_reply_json(exchange, body.bytes, body.size);
    buffer_free(&body);
    return result;
}
