#include "plugins/web/routes.h"

#include "plugins/web/access.h"
#include "plugins/web/explanation.h"
#include "plugins/web/export.h"
#include "plugins/web/metrics.h"
#include "plugins/web/page.h"
#include "plugins/web/server.h"
#include "plugins/web/stream.h"
#include "plugins/web/syndication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API "/api/v1/"

enum { ID_MAX = 64 };

/* ---- questions: API paths that are answered by the question of the same name ---- */

static const struct {
    const char *path;     /* below API; of one thing with its id in the place of '*' */
    const char *question;
} questions[] = {
    {"events", "events"},
    {"events/*", "event"},
    {"events/*/revisions", "revisions"},
    {"events/*/reports", "reports"},
    {"events/*/codings", "codings"},
    {"agreement", "agreement"},
    {"items", "items"},
    {"items/*", "item"},
    {"alerts", "alerts"},
    {"alerts/*", "alert"},
    {"mutes", "mutes"},
    {"watches", "watches"},
    {"feeds", "feeds"},
    {"facets", "facets"},
    {"places", "places"},
    {"dyads", "dyads"},
    {"timeline", "timeline"},
    {"changes", "changes"},
    {"position", "position"},
    {"health", "health"},
    {"vocabulary", "vocabulary"},
    {"rule", "rule"},
    {"rule/explain", "rule-explain"},
    {"rule/try", "rule-try"},
};

/* Does `path` fit the pattern, whose '*' is a part between slashes? *id is then where that part begins. */
static bool fits(const char *path, const char *pattern, const char **id, size_t *id_size)
{
    const char *star = strchr(pattern, '*');
    *id = NULL;
    *id_size = 0;
    if (!star)
        return strcmp(path, pattern) == 0;
    size_t before = (size_t)(star - pattern);
    if (strncmp(path, pattern, before) != 0)
        return false;
    *id = path + before;
    *id_size = strcspn(*id, "/");
    return *id_size > 0 && *id_size < ID_MAX && strcmp(*id + *id_size, star + 1) == 0;
}

static enum MHD_Result answer_question(struct exchange *exchange, const char *question, const char *id, size_t id_size)
{
    struct ent_parameter parameters[PARAMETERS_MAX + 1];
    char text[ID_MAX];
    size_t count = exchange->parameter_count;
    memcpy(parameters, exchange->parameters, count * sizeof *parameters);
    if (id) {
        snprintf(text, sizeof text, "%.*s", (int)id_size, id);
        parameters[count++] = (struct ent_parameter){"id", text};
    }
    const struct ent_answer *answer = exchange_ask(exchange, question, parameters, count);
    enum MHD_Result result = answer && answer->kind == ENT_ANSWER_OK
                                 ? exchange_reply_json(exchange, answer->body.data, answer->body.size)
                                 : exchange_problem_of(exchange, answer);
    exchange->server->query->release(exchange->server->instance, answer);
    return result;
}

/* ---- commands ---- */

static const struct {
    const char *name;
    enum role role;
} commands[] = {
    {"event-confirm", ROLE_ANALYST},     {"event-reject", ROLE_ANALYST},   {"event-merge", ROLE_ANALYST},
    {"event-split", ROLE_ANALYST},       {"event-set", ROLE_ANALYST},      {"event-undo", ROLE_ANALYST},
    {"coding-put", ROLE_ANALYST},        {"watch-save", ROLE_ANALYST},     {"watch-remove", ROLE_ANALYST},
    {"alert-acknowledge", ROLE_ANALYST}, {"alert-resolve", ROLE_ANALYST},  {"alert-reopen", ROLE_ANALYST},
    {"alert-mute", ROLE_ANALYST},        {"alert-unmute", ROLE_ANALYST},   {"alert-note", ROLE_ANALYST},
    {"mute", ROLE_ANALYST},              {"unmute", ROLE_ANALYST},         {"fetch", ROLE_ANALYST},
    {"reload", ROLE_ADMIN},              {"dead-letter-retry", ROLE_ADMIN}, {"dead-letter-drop", ROLE_ADMIN},
    {"delivery-retry", ROLE_ADMIN},      {"token-revoke", ROLE_ADMIN},     {"status", ROLE_READ},
    {"view-save", ROLE_READ},            {"view-remove", ROLE_READ}, /* everybody's own */
};

/* ROLE_NONE: not by this way. */
static enum role role_for(const char *name)
{
    for (size_t i = 0; name && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].role;
    return ROLE_NONE;
}

static enum MHD_Result run_command(struct exchange *exchange, const char *text, size_t size)
{
    const struct server *server = exchange->server;
    const struct ent_answer *answer = server->command->run(server->instance, exchange->caller.name, ent_bytes(text, size));
    enum MHD_Result result = answer && answer->kind == ENT_ANSWER_OK
                                 ? exchange_reply(exchange, MHD_HTTP_OK, "application/json", answer->body.data, answer->body.size)
                                 : exchange_problem_of(exchange, answer);
    server->command->release(server->instance, answer);
    return result;
}

static bool is_json(const struct exchange *exchange)
{
    const char *type = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_TYPE);
    return type && strncmp(type, "application/json", 16) == 0 && (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

static enum MHD_Result answer_command(struct exchange *exchange)
{
    enum MHD_Result result;
    json_error_t where;
    if (exchange->caller.by_cookie && !access_is_own_page(exchange, &result))
        return result;
    json_t *request = json_loadb(exchange->body.bytes ? exchange->body.bytes : "", exchange->body.size, JSON_REJECT_DUPLICATES, &where);
    const char *name = json_string_value(json_object_get(request, "command"));
    enum role role = role_for(name);
    /* Who did it is who is logged in, whatever a request claims. */
    bool claims_author = json_object_get(json_object_get(request, "arguments"), "author") != NULL;
    if (!request)
        result = exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "the body is not JSON: %s at byte %d", where.text, where.position);
    else if (!name)
        result = exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "a command is {\"command\": NAME, \"target\": …}");
    else if (role == ROLE_NONE)
        result = exchange_problem(exchange, MHD_HTTP_NOT_FOUND, "'%.40s' is no command that can be given here", name);
    else if (claims_author)
        result = exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "arguments: the author is who is logged in; leave it out");
    else if (access_allow(exchange, role, &result))
        result = run_command(exchange, exchange->body.bytes, exchange->body.size);
    json_decref(request);
    return result;
}

/* Who asks gets what is kept in his or her name; a request that says whose it wants says a parameter twice. */
static enum MHD_Result answer_views(struct exchange *exchange)
{
    struct ent_parameter parameters[PARAMETERS_MAX + 1];
    size_t count = exchange->parameter_count;
    memcpy(parameters, exchange->parameters, count * sizeof *parameters);
    parameters[count++] = (struct ent_parameter){"owner", exchange->caller.name};
    const struct ent_answer *answer = exchange_ask(exchange, "views", parameters, count);
    enum MHD_Result result = answer && answer->kind == ENT_ANSWER_OK
                                 ? exchange_reply_json(exchange, answer->body.data, answer->body.size)
                                 : exchange_problem_of(exchange, answer);
    exchange->server->query->release(exchange->server->instance, answer);
    return result;
}

/* What the daemon says of itself; a command, since the store does not know it. */
static enum MHD_Result answer_status(struct exchange *exchange)
{
    static const char request[] = "{\"command\":\"status\"}";
    return run_command(exchange, request, sizeof request - 1);
}

static enum MHD_Result answer_description(struct exchange *exchange)
{
    return page_send(exchange, file_find("openapi.json"));
}

/* ---- the table of what is no question ---- */

static const struct {
    const char *method, *path;
    enum role role;
    enum MHD_Result (*answer)(struct exchange *exchange);
} routes[] = {
    {"POST", "/login", ROLE_NONE, access_login},
    {"POST", "/logout", ROLE_NONE, access_logout},
    {"GET", API "openapi.json", ROLE_NONE, answer_description},
    {"GET", API "me", ROLE_READ, access_me},
    {"GET", API "status", ROLE_READ, answer_status},
    {"GET", API "views", ROLE_READ, answer_views},
    {"GET", API "stream", ROLE_READ, stream_answer},
    {"GET", API "exports/events.csv", ROLE_READ, export_answer},
    {"GET", API "exports/events.jsonl", ROLE_READ, export_answer},
    {"GET", API "exports/events.geojson", ROLE_READ, export_answer},
    {"GET", API "exports/trade.csv", ROLE_READ, export_answer},
    {"GET", API "exports/cameo.csv", ROLE_READ, export_answer},
    {"POST", API "commands", ROLE_READ, answer_command},
    {"GET", "/feeds/events.atom", ROLE_READ, syndication_events},
    {"GET", "/feeds/alerts.atom", ROLE_READ, syndication_alerts},
    {"GET", "/metrics", ROLE_READ, metrics_answer},
};

static bool is_reading(const struct exchange *exchange)
{
    return strcmp(exchange->method, "GET") == 0 || strcmp(exchange->method, "HEAD") == 0;
}

static enum MHD_Result refuse_method(struct exchange *exchange, const char *allowed)
{
    static const char text[] = "{\"title\":\"Method Not Allowed\",\"status\":405,\"detail\":\"that cannot be done there\"}";
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof text - 1, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/problem+json");
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allowed);
    }
    return exchange_send(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, response);
}

static enum MHD_Result answer_route(struct exchange *exchange, size_t index)
{
    enum MHD_Result result;
    bool is_get = strcmp(routes[index].method, "GET") == 0;
    if (is_get != is_reading(exchange) || (!is_get && strcmp(exchange->method, "POST") != 0))
        return refuse_method(exchange, is_get ? "GET, HEAD" : "POST");
    if (!is_get && strcmp(exchange->path, "/logout") != 0 && !is_json(exchange))
        return exchange_problem(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "send the body as application/json");
    if (!access_allow(exchange, routes[index].role, &result))
        return result;
    return routes[index].answer(exchange);
}

/* Of items, and of nothing that the daemon could answer. */
static const char explained[] = "items/*/explanation";

static enum MHD_Result answer_explanation(struct exchange *exchange, const char *id, size_t id_size)
{
    char text[ID_MAX];
    enum MHD_Result result;
    if (!is_reading(exchange))
        return refuse_method(exchange, "GET, HEAD");
    snprintf(text, sizeof text, "%.*s", (int)id_size, id);
    return access_allow(exchange, ROLE_READ, &result) ? explanation_answer(exchange, text) : result;
}

static enum MHD_Result answer_api(struct exchange *exchange)
{
    const char *path = exchange->path + sizeof API - 1, *id;
    enum MHD_Result result;
    size_t id_size;
    if (fits(path, explained, &id, &id_size))
        return answer_explanation(exchange, id, id_size);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        if (!fits(path, questions[i].path, &id, &id_size))
            continue;
        if (!is_reading(exchange))
            return refuse_method(exchange, "GET, HEAD");
        return access_allow(exchange, ROLE_READ, &result) ? answer_question(exchange, questions[i].question, id, id_size)
                                                          : result;
    }
    return exchange_problem(exchange, MHD_HTTP_NOT_FOUND, "there is nothing at %.200s; " API "openapi.json lists what there is",
                            exchange->path);
}

enum { ROUTES = sizeof routes / sizeof *routes };

/* ROUTES where there is none. */
static size_t find_route(const struct exchange *exchange)
{
    size_t index = 0;
    /* To log in is to show the page there, and then to send it the token. */
    if (strcmp(exchange->path, "/login") == 0 && is_reading(exchange))
        return ROUTES;
    while (index < ROUTES && strcmp(exchange->path, routes[index].path) != 0)
        index++;
    return index;
}

bool routes_need_daemon(const struct exchange *exchange)
{
    return find_route(exchange) < ROUTES || strncmp(exchange->path, API, sizeof API - 1) == 0;
}

enum MHD_Result routes_answer(struct exchange *exchange)
{
    size_t route = find_route(exchange);
    if (route < ROUTES)
        return answer_route(exchange, route);
    if (strncmp(exchange->path, API, sizeof API - 1) == 0)
        return answer_api(exchange);
    return is_reading(exchange) ? page_answer(exchange) : refuse_method(exchange, "GET, HEAD");
}
