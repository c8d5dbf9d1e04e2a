#include "core/host/workbench_kept.h"

#include <stdlib.h>
#include <string.h>

struct kept_value {
    struct kept_value *next;
    char *key, *value; /* value NULL: deleted */
    size_t key_size, value_size;
};

struct kept_state {
    struct kept_state *next;
    struct arena *arena;
    struct unit_http_state state;
};

/* ---- values ---- */

static struct kept_value *find_value(const struct workbench_kept *kept, struct ent_str key)
{
    for (struct kept_value *value = kept->values; value; value = value->next)
        if (value->key_size == key.size && memcmp(value->key, key.data, key.size) == 0)
            return value;
    return NULL;
}

static char *copy_bytes(struct ent_str bytes)
{
    char *copy = malloc(bytes.size + 1);
    if (!copy)
        return NULL;
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    copy[bytes.size] = '\0';
    return copy;
}

static struct kept_value *add_value(struct workbench_kept *kept, struct ent_str key)
{
    struct kept_value *added = calloc(1, sizeof *added);
    if (!added || !(added->key = copy_bytes(key))) {
        free(added);
        return NULL;
    }
    added->key_size = key.size;
    added->next = kept->values;
    kept->values = added;
    return added;
}

bool kept_put(struct workbench_kept *kept, struct ent_str key, struct ent_str value)
{
    struct kept_value *found = find_value(kept, key);
    char *copy = value.data ? copy_bytes(value) : NULL;
    if (value.data && !copy)
        return false;
    if (!found)
        found = add_value(kept, key);
    if (!found) {
        free(copy);
        return false;
    }
    free(found->value);
    found->value = copy;
    found->value_size = value.size;
    return true;
}

bool kept_get(const struct workbench_kept *kept, struct ent_str key, struct ent_str *value)
{
    const struct kept_value *found = find_value(kept, key);
    if (!found || !found->value)
        return false;
    *value = (struct ent_str){found->value, found->value_size};
    return true;
}

bool kept_next(const struct workbench_kept *kept, struct ent_str prefix, struct ent_str after, struct ent_str *key)
{
    bool found = false;
    for (const struct kept_value *value = kept->values; value; value = value->next) {
        struct ent_str candidate = {value->key, value->key_size};
        if (!value->value || !unit_is_next_key(candidate, prefix, after) ||
            (found && unit_compare_keys(candidate, *key) > 0))
            continue;
        *key = candidate;
        found = true;
    }
    return found;
}

void kept_each(const struct workbench_kept *kept, void (*each)(void *context, struct ent_str key, struct ent_str value),
               void *context)
{
    for (const struct kept_value *value = kept->values; value; value = value->next)
        if (value->value)
            each(context, ent_bytes(value->key, value->key_size), ent_bytes(value->value, value->value_size));
}

/* ---- validators ---- */

static bool copy_state(struct arena *arena, const struct unit_http_state *from, struct unit_http_state *to)
{
    const struct {
        const char *from;
        const char **to;
    } texts[] = {{from->url, &to->url},
                 {from->etag, &to->etag},
                 {from->last_modified, &to->last_modified},
                 {from->moved_to, &to->moved_to},
                 {from->body_digest, &to->body_digest}};
    *to = *from;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].from)
            *texts[i].to = arena_copy(arena, texts[i].from, strlen(texts[i].from));
    return !arena_failed(arena);
}

/* The newest stands first, so older ones of one address are never found. */
bool kept_put_state(struct workbench_kept *kept, const struct unit_http_state *state)
{
    struct kept_state *added = calloc(1, sizeof *added);
    if (!added || !(added->arena = arena_create(0)) || !copy_state(added->arena, state, &added->state)) {
        arena_destroy(added ? added->arena : NULL);
        free(added);
        return false;
    }
    added->next = kept->states;
    kept->states = added;
    return true;
}

bool kept_get_state(const struct workbench_kept *kept, const char *url, struct arena *arena, struct unit_http_state *state)
{
    for (const struct kept_state *known = kept->states; known; known = known->next)
        if (strcmp(known->state.url, url) == 0)
            return copy_state(arena, &known->state, state);
    return false;
}

void kept_free(struct workbench_kept *kept)
{
    for (struct kept_value *value = kept->values, *next; value; value = next) {
        next = value->next;
        free(value->key);
        free(value->value);
        free(value);
    }
    for (struct kept_state *state = kept->states, *next; state; state = next) {
        next = state->next;
        arena_destroy(state->arena);
        free(state);
    }
    *kept = (struct workbench_kept){NULL, NULL};
}
