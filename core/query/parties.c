#include "core/query/parties.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void parties_free(struct parties *parties)
{
    names_free(&parties->ids);
    free(parties->id_of);
    free(parties->traits_of);
    free(parties->heads);
    *parties = (struct parties){0};
}

static bool grow(struct parties *parties, size_t wanted)
{
    if (wanted <= parties->capacity)
        return true;
    size_t larger = wanted + wanted / 2 + 64;
    uint32_t *ids = realloc(parties->id_of, larger * sizeof *ids);
    if (ids)
        parties->id_of = ids;
    unsigned char *traits = realloc(parties->traits_of, larger);
    if (traits)
        parties->traits_of = traits;
    uint64_t *heads = realloc(parties->heads, larger * sizeof *heads);
    if (heads)
        parties->heads = heads;
    if (!ids || !traits || !heads)
        return false;
    parties->capacity = larger;
    return true;
}

/* UZB, HIS:SUHH */
static bool is_state(const char *id)
{
    return strncmp(id, "HIS:", 4) == 0 || (strlen(id) == 3 && isupper((unsigned char)*id));
}

static bool has_role(const struct value_actor *actor, const char *one, const char *other)
{
    return strcmp(actor->role, one) == 0 || strcmp(actor->role, other) == 0;
}

/* The first bytes of an id as a number that orders as they do. */
static uint64_t head_of(const char *id)
{
    uint64_t head = 0;
    for (int i = 0; i < 8; i++) {
        head = head << 8 | (unsigned char)*id;
        id += *id != '\0';
    }
    return head;
}

bool parties_learn(struct parties *parties, const struct names *values)
{
    if (!grow(parties, values->count))
        return false;
    for (; parties->count < values->count; parties->count++) {
        struct value_actor actor;
        size_t at = parties->count;
        value_actor_read(names_text(values, (uint32_t)at), &actor);
        parties->id_of[at] = UINT32_MAX;
        parties->traits_of[at] = (unsigned char)((has_role(&actor, "supplier", "initiator") ? PARTY_GIVES : 0) |
                                                 (has_role(&actor, "recipient", "target") ? PARTY_TAKES : 0) |
                                                 (is_state(actor.id) ? PARTY_STATE : 0));
        if (!actor.facts.is_principal)
            continue;
        if (!names_put(&parties->ids, actor.id, &parties->id_of[at]))
            return false;
        parties->heads[parties->id_of[at]] = head_of(actor.id);
    }
    return true;
}

static bool are_ordered(const struct parties *parties, uint32_t first, uint32_t second)
{
    uint64_t a = parties->heads[first], b = parties->heads[second];
    return a != b ? a < b : strcmp(names_text(&parties->ids, first), names_text(&parties->ids, second)) < 0;
}

/* Those that take part, each once, with all their traits. */
struct party {
    uint32_t id;
    unsigned traits;
};

static size_t gather(const struct parties *parties, const struct column_entry *entries, size_t count,
                     struct party *gathered)
{
    size_t found = 0;
    for (size_t i = 0; i < count && found < FACTS_ACTORS_MAX; i++) {
        size_t at = 0;
        uint32_t id = parties->id_of[entries[i].value];
        if (id == UINT32_MAX)
            continue;
        while (at < found && gathered[at].id != id)
            at++;
        gathered[at] = (struct party){id, parties->traits_of[entries[i].value] | (at < found ? gathered[at].traits : 0)};
        found += at == found;
    }
    return found;
}

bool parties_dyads(const struct parties *parties, const struct column_entry *entries, size_t count, bool is_directed,
                   parties_pair *pair, void *context)
{
    struct party gathered[FACTS_ACTORS_MAX];
    unsigned any = 0;
    size_t found = gather(parties, entries, count, gathered);
    for (size_t i = 0; i < found; i++)
        any |= gathered[i].traits;
    bool has_direction = (any & PARTY_GIVES) && (any & PARTY_TAKES);
    for (size_t i = 0; i < found; i++)
        for (size_t j = has_direction ? 0 : i + 1; j < found; j++) {
            const struct party *from = &gathered[i], *to = &gathered[j];
            bool passes = (from->traits & PARTY_GIVES) && (to->traits & PARTY_TAKES);
            bool passes_back = (to->traits & PARTY_GIVES) && (from->traits & PARTY_TAKES);
            if (i == j || (has_direction && !passes))
                continue;
            bool keeps_order = (has_direction && is_directed) || are_ordered(parties, from->id, to->id);
            if (has_direction && passes_back && !keeps_order)
                continue; /* the other way round it is the same pair */
            if (!pair(context, keeps_order ? from->id : to->id, keeps_order ? to->id : from->id))
                return false;
        }
    return true;
}
