/* Kept state: what kv/1 and http/1 of an instance read of the store, as the last commit left it. */
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/http_state.h"
#include "core/store/kv.h"

#include <string.h>

bool bus_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    struct bus *bus = context;
    struct buffer buffer = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool found = false;
    bool ok = store_kv_get(bus_reader(bus), instance, key.data, key.size, &buffer, &found, &error);
    bus_reader_done(bus);
    if (!ok)
        log_write(LOG_ERROR, instance, NULL, "%s", error.text);
    value->data = ok && found ? arena_copy(arena, buffer.bytes ? buffer.bytes : "", buffer.size) : NULL;
    value->size = buffer.size;
    buffer_free(&buffer);
    return value->data != NULL;
}

bool bus_kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                 struct ent_str *key)
{
    struct bus *bus = context;
    struct buffer buffer = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool found = false;
    bool ok = store_kv_next(bus_reader(bus), instance, prefix.data, prefix.size, after.data, after.size, &buffer, &found,
                            &error);
    bus_reader_done(bus);
    if (!ok)
        log_write(LOG_ERROR, instance, NULL, "%s", error.text);
    key->data = ok && found ? arena_copy(arena, buffer.bytes, buffer.size) : NULL;
    key->size = key->data ? buffer.size : 0;
    buffer_free(&buffer);
    return key->data != NULL;
}

struct http_state_copy {
    struct arena *arena;
    struct unit_http_state *state;
    bool found;
};

static const char *copy_text(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static void copy_http_state(void *context, const struct http_state *state)
{
    struct http_state_copy *copy = context;
    copy->found = true;
    *copy->state = (struct unit_http_state){.url = copy_text(copy->arena, state->url),
                                            .etag = copy_text(copy->arena, state->etag),
                                            .last_modified = copy_text(copy->arena, state->last_modified),
                                            .moved_to = copy_text(copy->arena, state->moved_to),
                                            .moved_since = state->moved_since,
                                            .body_digest = copy_text(copy->arena, state->body_digest)};
}

bool bus_http_state_get(void *context, const char *instance, const char *url, struct arena *arena,
                        struct unit_http_state *state)
{
    struct bus *bus = context;
    struct error error = ERROR_INIT;
    struct http_state_copy copy = {arena, state, false};
    bool ok = store_http_state_get(bus_reader(bus), instance, url, copy_http_state, &copy, &error);
    bus_reader_done(bus);
    if (!ok)
        log_write(LOG_ERROR, instance, NULL, "%s", error.text);
    return ok && copy.found && !arena_failed(arena);
}
