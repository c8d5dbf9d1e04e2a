#include "lib/coder/party_publisher.h"

#include "lib/coder/group_link.h"

#include <string.h>

static uint32_t capital_words(const struct sentence *sentence, const struct group *group)
{
    uint32_t words = 0;
    for (uint32_t i = group->first; i <= group->last; i++)
        words += sentence->part->list.tokens[i].kind == TOKEN_WORD &&
                 sentence->part->list.tokens[i].flags & TOKEN_CAPITAL && sentence->part->words[i].pos != POS_DETERMINER;
    return words;
}

/* What may be named without its state on a site of its own state. */
static bool may_be_publishers(const struct coder_workspace *workspace, const struct sentence *sentence, int32_t at)
{
    enum pos first = sentence->part->words[sentence->groups[at].first].pos;
    /* "Commander of the Royal Army of Oman, Major General Said": what comes before the comma says whose he is */
    bool apposed = at >= 2 && sentence->groups[at - 1].kind == GROUP_COMMA &&
                   sentence->groups[at - 2].kind == GROUP_NOUN && group_names_owner(sentence, at - 2);
    return workspace->publisher && first != POS_OWNER && first != POS_PRONOUN && !apposed && !group_names_owner(sentence, at);
}

/* "the Federal Government", "the Council" on a government's own site. */
bool party_is_publishers_body(const struct coder_workspace *workspace, const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    const char *class = noun_class(workspace_lexicon(workspace), sentence, group->head);
    return may_be_publishers(workspace, sentence, at) && class &&
           (!strcmp(class, "body") || !strcmp(class, "defence_ministry")) && capital_words(sentence, group);
}

/* "Defence Secretary Alistair Penrose said", "Soldiers assigned to …" on a ministry's own site: told by office and
 * name, or as who the sentence is on. "The Minister" may be the guest. */
bool party_is_publishers_own(const struct coder_workspace *workspace, const struct sentence *sentence, int32_t at,
                             bool is_force)
{
    const struct group *group = &sentence->groups[at];
    const struct word *first = &sentence->part->words[group->first];
    const char *class = noun_class(workspace_lexicon(workspace), sentence, group->head);
    if (!may_be_publishers(workspace, sentence, at))
        return false;
    /* "Sailors aboard USS Ross arrive" is on the ship */
    bool aboard = group->last < sentence->last && word_is(sentence, group->last + 1, "aboard");
    if (is_force)
        return at == 0 && first->pos != POS_DETERMINER && !aboard;
    bool office = first->title != NONE || (class && !strcmp(class, "defence_office"));
    /* "the Chief of Army Staff General Vikas Rathore", "National Security Advisor Callum Reyes" */
    for (uint32_t i = group->first; i < group->head && !office; i++) {
        const char *before = noun_class(workspace_lexicon(workspace), sentence, i);
        office = before && (!strcmp(before, "defence_office") || !strcmp(before, "leader_office"));
    }
    return office && capital_words(sentence, group) >= 2;
}

void party_add_publisher(const struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                         struct party_list *list)
{
    party_add(list, (struct party){.id = workspace->publisher,
                                   .sentence = sentence,
                                   .first = sentence->groups[at].first,
                                   .last = sentence->groups[at].last});
}
