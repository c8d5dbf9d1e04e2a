#include "core/control/tokens.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/store/tokens.h"
#include "lib/base/access_token.h"

#include <string.h>

enum { NAME_MAX_BYTES = 60, ROLE_SIZE = 12 };

/* NULL with `error` where the argument is not there or is no text. */
static const char *argument(const struct control_request *request, const char *name, struct error *error)
{
    const char *text = json_string_value(json_object_get(request->arguments, name));
    if (!text)
        error_set(error, ERROR_INPUT, "%s needs the argument '%s'", control_row(request->command)->name, name);
    return text;
}

static bool is_id(const char *text)
{
    return strlen(text) == ACCESS_TOKEN_ID_SIZE - 1 && strspn(text, "0123456789abcdef") == ACCESS_TOKEN_ID_SIZE - 1;
}

static bool is_name(const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return size > 0 && size <= NAME_MAX_BYTES;
}

static bool is_role(const char *text)
{
    return strcmp(text, "read") == 0 || strcmp(text, "analyst") == 0 || strcmp(text, "admin") == 0;
}

static bool check_row(const struct token_row *row, struct error *error)
{
    if (!is_id(row->id))
        return error_set(error, ERROR_INPUT, "'%.40s' is no id of a token", row->id);
    if (!is_name(row->name))
        return error_set(error, ERROR_INPUT, "a token's name has 1 to %d bytes and no control characters", NAME_MAX_BYTES);
    if (!is_role(row->role))
        return error_set(error, ERROR_INPUT, "'%.40s' is no role; read, analyst and admin are", row->role);
    if (strcmp(row->kind, "token") != 0 && strcmp(row->kind, "link") != 0)
        return error_set(error, ERROR_INPUT, "'%.40s' is no kind of token; token and link are", row->kind);
    return strlen(row->digest) == ACCESS_TOKEN_DIGEST_SIZE - 1 ||
           error_set(error, ERROR_INPUT, "the digest of a token has %d letters", ACCESS_TOKEN_DIGEST_SIZE - 1);
}

static bool put_token(void *context, struct store *store, struct error *error)
{
    const struct token_row *row = context;
    return store_token_put(store, row, clock_now(), error);
}

bool control_token_create(struct bus *bus, const struct control_request *request, struct error *error)
{
    struct token_row row = {.id = request->target, .parent = "", .created = clock_now()};
    row.expires = (int64_t)json_integer_value(json_object_get(request->arguments, "expires"));
    bool done = (row.kind = argument(request, "kind", error)) && (row.name = argument(request, "name", error)) &&
                (row.role = argument(request, "role", error)) && (row.digest = argument(request, "digest", error)) &&
                check_row(&row, error) && bus_change(bus, put_token, &row, error);
    if (done)
        log_write(LOG_INFO, NULL, NULL, "%s makes the %s %s (%s) for %s", request->author, row.kind, row.id, row.role,
                  row.name);
    return done;
}

static bool revoke(void *context, struct store *store, struct error *error)
{
    return store_token_revoke(store, context, error);
}

bool control_token_revoke(struct bus *bus, const struct control_request *request, struct error *error)
{
    char target[NAME_MAX_BYTES + 1];
    snprintf(target, sizeof target, "%s", request->target);
    bool done = bus_change(bus, revoke, target, error);
    if (done)
        log_write(LOG_INFO, NULL, NULL, "%s revokes the token %s", request->author, request->target);
    return done;
}

struct session {
    const char *id, *digest, *with, *with_digest;
    int64_t expires;
    char name[NAME_MAX_BYTES + 1], role[ROLE_SIZE];
    bool is_link;
    int64_t parent_expires;
};

static bool take_parent(void *context, const struct token_row *row)
{
    struct session *session = context;
    snprintf(session->name, sizeof session->name, "%s", row->name);
    snprintf(session->role, sizeof session->role, "%s", row->role);
    session->is_link = strcmp(row->kind, "link") == 0;
    session->parent_expires = row->expires;
    return strcmp(row->kind, "session") != 0;
}

static bool put_session(void *context, struct store *store, struct error *error)
{
    struct session *session = context;
    int64_t now = clock_now();
    if (!store_token_check(store, session->with, session->with_digest, now, take_parent, session, error))
        return false;
    if (session->is_link && !store_token_revoke(store, session->with, error))
        return false;
    bool is_shorter = !session->is_link && session->parent_expires && session->parent_expires < session->expires;
    const struct token_row row = {.id = session->id,
                                  .kind = "session",
                                  .name = session->name,
                                  .role = session->role,
                                  .digest = session->digest,
                                  .parent = session->is_link ? "" : session->with,
                                  .created = now,
                                  .expires = is_shorter ? session->parent_expires : session->expires};
    return store_token_put(store, &row, now, error);
}

bool control_session_create(struct bus *bus, const struct control_request *request, struct json_writer *result,
                            struct error *error)
{
    struct session session = {.id = request->target};
    session.expires = (int64_t)json_integer_value(json_object_get(request->arguments, "expires"));
    if (!(session.digest = argument(request, "digest", error)) || !(session.with = argument(request, "with", error)) ||
        !(session.with_digest = argument(request, "with_digest", error)))
        return false;
    if (!is_id(session.id) || !is_id(session.with) || session.expires <= 0 ||
        strlen(session.digest) != ACCESS_TOKEN_DIGEST_SIZE - 1)
        return error_set(error, ERROR_INPUT, "session-create needs ids, a digest and a time of expiry");
    if (!bus_change(bus, put_session, &session, error))
        return false;
    log_write(LOG_INFO, NULL, NULL, "%s logs in as %s (%s)", request->author, session.name, session.role);
    json_key(result, "name");
    json_put_text(result, session.name);
    json_key(result, "role");
    json_put_text(result, session.role);
    return true;
}
