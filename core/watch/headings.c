/* What alerts stand under where they are grouped. */
#include "core/watch/rule_codes.h"
#include "core/watch/watch.h"

#include <ctype.h>
#include <string.h>

enum { PARTIES_MAX = 4 };

static bool is_party(struct record_view actor)
{
    const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
    return id && strcmp(id, "UNK") != 0 && !(role && strcmp(role, "observer") == 0);
}

/* In the order of their codes, so that it is one dyad whoever gives and whoever takes. */
static void append_parties(struct record_view event, struct buffer *out)
{
    struct record_view actor;
    const char *last = NULL;
    size_t count = 0;
    for (;;) {
        const char *next = NULL;
        for (size_t i = 0; record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
            const char *id = is_party(actor) ? record_text(actor, ENT_ACTOR_ID) : NULL;
            if (id && (!last || strcmp(id, last) > 0) && (!next || strcmp(id, next) < 0))
                next = id;
        }
        if (!next)
            return;
        if (count < PARTIES_MAX)
            buffer_printf(out, "%s%s", count ? "–" : "", next);
        else if (count == PARTIES_MAX)
            buffer_append_text(out, "–…");
        last = next;
        count++;
    }
}

static const char *subregion_of(const char *state)
{
    return state ? rule_code_subregion(state) : NULL;
}

/* Where it is; else who takes or is the host; else any party. */
static const char *find_region(struct record_view event)
{
    static const char *const roles[] = {"host", "recipient", "target", NULL};
    struct record_view part;
    const char *found = NULL;
    for (size_t i = 0; !found && record_get_view(event, ENT_REPORT_PLACE, i, &part); i++)
        found = subregion_of(record_text(part, ENT_PLACE_COUNTRY));
    for (size_t role = 0; !found && roles[role]; role++)
        for (size_t i = 0; !found && record_get_view(event, ENT_REPORT_ACTOR, i, &part); i++) {
            const char *its = record_text(part, ENT_ACTOR_ROLE);
            found = its && strcmp(its, roles[role]) == 0 ? subregion_of(record_text(part, ENT_ACTOR_ID)) : NULL;
        }
    for (size_t i = 0; !found && record_get_view(event, ENT_REPORT_ACTOR, i, &part); i++)
        found = is_party(part) ? subregion_of(record_text(part, ENT_ACTOR_ID)) : NULL;
    return found;
}

/* "central_asia" is "Central Asia". */
static void append_words(struct buffer *out, const char *region)
{
    bool is_first = true;
    for (; *region; region++) {
        buffer_append_char(out, *region == '_' ? ' ' : is_first ? (char)toupper((unsigned char)*region) : *region);
        is_first = *region == '_';
    }
}

void watch_headings(struct record_view event, struct buffer *dyad, struct buffer *region)
{
    const char *found = find_region(event);
    append_parties(event, dyad);
    if (found)
        append_words(region, found);
}
