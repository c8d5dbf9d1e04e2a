#include "lib/coder/memory.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"

#include <string.h>

enum { SENTENCES_BACK = 4 };

static bool opposite(const char *role, const char *other)
{
    static const char *const sides[][2] = {{"supplier", "recipient"}, {"initiator", "target"}};
    for (size_t i = 0; i < 2; i++)
        if ((!strcmp(role, sides[i][0]) && !strcmp(other, sides[i][1])) ||
            (!strcmp(role, sides[i][1]) && !strcmp(other, sides[i][0])))
            return true;
    return false;
}

/* One actor cannot be on both sides, and what is told of another giver or taker is another undertaking. */
static bool agrees(const struct event *event, const struct event *earlier, const char *role)
{
    for (uint32_t i = 0; i < earlier->actor_count; i++)
        for (uint32_t k = 0; k < event->actor_count; k++) {
            const struct event_actor *old = &earlier->actors[i], *own = &event->actors[k];
            bool same = !strcmp(old->id, own->id);
            if (same && strcmp(old->role, own->role))
                return false;
            if (!same && !strcmp(old->role, own->role) && opposite(role, own->role) &&
                !role_has(earlier, own->id, own->role) && party_is_state(old->id) == party_is_state(own->id))
                return false;
        }
    return true;
}

bool memory_had_role(const struct coder_workspace *workspace, const struct event *event, const char *id,
                     const char *role)
{
    for (uint32_t i = workspace->event_count; i-- > 0;) {
        const struct event *earlier = &workspace->events[i];
        bool title = earlier->sentence->part->index == PART_TITLE;
        if (earlier == event || earlier->sentence_index >= event->sentence_index ||
            (!title && earlier->sentence_index + SENTENCES_BACK < event->sentence_index) ||
            strcmp(earlier->type, event->type) || !agrees(event, earlier, role))
            continue;
        /* what was only guessed before is no memory */
        for (uint32_t k = 0; k < earlier->actor_count; k++)
            if (!strcmp(earlier->actors[k].id, id) && !strcmp(earlier->actors[k].role, role) &&
                !earlier->actors[k].from_context)
                return true;
    }
    return false;
}

bool memory_refers_back(const struct event *event)
{
    static const char *const words[] = {"the", "this", "that", "these", "those", "it", "its", NULL};
    if (event->noun == NONE || event->actor_count || event->sentence->part->index != PART_BODY)
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(event->sentence, event->sentence->groups[event->noun].first, words[i]))
            return true;
    return false;
}
