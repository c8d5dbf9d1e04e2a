#include "core/query/parties.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void parties_free(struct parties *parties)
{
    names_free(&parties->ids);
    free(parties->id_of);
    free(parties->traits_of);
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
    if (!ids || !traits)
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
        if (actor.facts.is_principal && !names_put(&parties->ids, actor.id, &parties->id_of[at]))
            return false;
    }
    return true;
}

static bool are_ordered(const struct parties *parties, uint32_t first, uint32_t second)
{
    return strcmp(names_text(&parties->ids, first), names_text(&parties->ids, second)) < 0;
}

struct pair {
    uint32_t first, second;
};

static int compare(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->second < b->second ? -1 : a->second > b->second;
}

bool parties_dyads(const struct parties *parties, const struct column_entry *entries, size_t count, bool is_directed,
                   parties_pair *pair, void *context)
{
    struct pair pairs[FACTS_ACTORS_MAX * (FACTS_ACTORS_MAX - 1) / 2 + 1];
    size_t pair_count = 0, most = sizeof pairs / sizeof *pairs;
    unsigned any = 0;
    for (size_t i = 0; i < count; i++)
        if (parties->id_of[entries[i].value] != UINT32_MAX)
            any |= parties->traits_of[entries[i].value];
    bool has_direction = (any & PARTY_GIVES) && (any & PARTY_TAKES);
    for (size_t i = 0; i < count; i++)
        for (size_t j = has_direction ? 0 : i + 1; j < count && pair_count < most; j++) {
            uint32_t first = parties->id_of[entries[i].value], second = parties->id_of[entries[j].value];
            if (first == second || first == UINT32_MAX || second == UINT32_MAX)
                continue;
            if (has_direction && !((parties->traits_of[entries[i].value] & PARTY_GIVES) &&
                                   (parties->traits_of[entries[j].value] & PARTY_TAKES)))
                continue;
            bool turn = (!has_direction || !is_directed) && !are_ordered(parties, first, second);
            pairs[pair_count++] = turn ? (struct pair){second, first} : (struct pair){first, second};
        }
    if (pair_count > 1)
        qsort(pairs, pair_count, sizeof *pairs, compare);
    for (size_t i = 0; i < pair_count; i++)
        if ((i == 0 || compare(&pairs[i - 1], &pairs[i]) != 0) && !pair(context, pairs[i].first, pairs[i].second))
            return false;
    return true;
}
