#include "lib/coder/fair.h"

#include "lib/coder/role.h"

#include <string.h>

/* The first fair that the sentence names, or NULL. */
static const struct mention *named_fair(const struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->mention_count; i++)
        if (sentence->mentions[i].class == LEXICON_FAIR)
            return &sentence->mentions[i];
    return NULL;
}

static bool tells_of_fair(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = sentence->part->words[i].blocked ? NULL : noun_class(lexicon, sentence, i);
        if (class && (!strcmp(class, "fair") || !strcmp(class, "airshow")))
            return true;
    }
    return named_fair(sentence) != NULL;
}

/* The state in whose city the fair is: "the Zhuhai airshow", "an arms fair in Kielce". */
static void find_host(struct coder_workspace *workspace, struct event *event, const struct mention *fair)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct sentence *sentence = event->sentence;
    const char *state = fair ? lexicon_entry_value(lexicon, fair->entry, "state") : NULL;
    if (state) {
        role_add(event, state, "host", NULL, stretch_of(sentence, fair->first, fair->last), false);
        return;
    }
    const struct group *group = event->noun == NONE ? NULL : &sentence->groups[event->noun];
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        bool inside = group && mention->first >= group->first && mention->last <= group->last;
        if (!inside ||
            (mention->class != LEXICON_CITY && mention->class != LEXICON_CAPITAL && mention->class != LEXICON_SITE))
            continue;
        const char *id = lexicon_entry_value(lexicon, mention->entry, "state");
        if (id)
            role_add(event, id, "host", NULL, stretch_of(sentence, mention->first, mention->last), false);
        return;
    }
}

void fair_complete(struct coder_workspace *workspace, struct event *event)
{
    if (strcmp(event->type, "expo"))
        return;
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    if (!strcmp(event->subtype, "demonstration")) {
        if (tells_of_fair(lexicon, event->sentence))
            event_object(event, "it is what is shown at a fair");
        return;
    }
    const struct mention *fair = named_fair(event->sentence);
    const char *kind = fair ? lexicon_entry_value(lexicon, fair->entry, "kind") : NULL;
    if (kind)
        event->subtype = kind;
    if (!role_has(event, NULL, "host"))
        find_host(workspace, event, fair);
    /* who holds the fair is named once */
    for (uint32_t i = event->actor_count; i-- > 0;)
        if (!strcmp(event->actors[i].role, "participant") && role_has(event, event->actors[i].id, "host"))
            event->actors[i] = event->actors[--event->actor_count];
}
