#include "lib/coder/event_pair.h"

#include "lib/coder/role.h"

#include <string.h>

static bool has_principal(const struct event *event, const char *id)
{
    for (uint32_t i = 0; i < event->actor_count; i++)
        if (role_is_principal(&event->actors[i]) && !strcmp(event->actors[i].id, id))
            return true;
    return false;
}

void event_pair_overlap(const struct event *a, const struct event *b, uint32_t *shared, uint32_t *all)
{
    *shared = *all = 0;
    for (uint32_t i = 0; i < a->actor_count; i++) {
        bool again = !role_is_principal(&a->actors[i]);
        for (uint32_t k = 0; k < i && !again; k++)
            again = !strcmp(a->actors[k].id, a->actors[i].id);
        if (again)
            continue;
        ++*all;
        *shared += has_principal(b, a->actors[i].id);
    }
    uint32_t other = role_principal_count(b);
    *all += other - *shared;
}

static bool is_directed(const char *role)
{
    return strcmp(role, "participant") && strcmp(role, "host");
}

bool event_pair_directions_clash(const struct event *a, const struct event *b)
{
    for (uint32_t i = 0; i < a->actor_count; i++)
        for (uint32_t k = 0; k < b->actor_count; k++)
            if (!strcmp(a->actors[i].id, b->actors[k].id) && is_directed(a->actors[i].role) &&
                is_directed(b->actors[k].role) && strcmp(a->actors[i].role, b->actors[k].role))
                return true;
    return false;
}

bool event_pair_dates_clash(const struct event *a, const struct event *b)
{
    if (!a->date_known || !b->date_known)
        return false;
    bool apart =
        (!a->date.open_end && a->date.end < b->date.start) || (!b->date.open_end && b->date.end < a->date.start);
    int64_t gap = a->date.start < b->date.start ? b->date.start - a->date.end : a->date.start - b->date.end;
    return apart && gap > 3;
}

const struct quantity *event_pair_sum(const struct event *event)
{
    for (uint32_t i = 0; i < event->quantity_count; i++)
        if (event->quantities[i].quantity.kind == QUANTITY_MONEY && event->quantities[i].quantity.has_value)
            return &event->quantities[i].quantity;
    return NULL;
}

bool event_pair_is_near(const struct event *into, const struct event *from)
{
    return into->sentence->part != from->sentence->part ? from->sentence_index <= into->sentence_index + 3
                                                        : from->sentence_index <= into->sentence_index + 1;
}

bool event_pair_has_same_parties(const struct event *a, const struct event *b)
{
    uint32_t shared, all;
    event_pair_overlap(a, b, &shared, &all);
    return shared && shared == all;
}
