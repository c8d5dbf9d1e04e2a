#include "lib/coder/naming.h"

#include "lib/coder/evoke.h"
#include "lib/coder/match.h"
#include "lib/coder/party_refer.h"

#include <string.h>

static bool speaks_of_fair(const struct lexicon *lexicon, const struct sentence *sentence)
{
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        const char *class = sentence->part->words[i].noun == NONE ? NULL : noun_class(lexicon, sentence, i);
        if (class && (!strcmp(class, "fair") || !strcmp(class, "airshow")))
            return true;
    }
    return false;
}

/* How many parties a name may stand for: an organisation's members may be the parties. */
static uint32_t count_of(const struct mention *mention)
{
    enum lexicon_class class = (enum lexicon_class)mention->class;
    enum lexicon_use use = lexicon_class_use(class);
    bool many = class == LEXICON_FAIR || class == LEXICON_EXERCISE || class == LEXICON_ORGANISATION ||
                class == LEXICON_ORGANISATION_PART;
    /* a programme tells whose it is */
    return many ? 2 : use == USE_ACTOR || use == USE_PLACE || class == LEXICON_PROGRAMME ? 1 : 0;
}

bool naming_has_two(struct coder_workspace *workspace)
{
    uint32_t names = workspace->publisher != NULL;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        names += workspace->sentences[i].actors;
    for (uint32_t i = 0; i < workspace->sentence_count && names < 2; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (!workspace_match(workspace, sentence))
            return true;
        names -= sentence->actors;
        names += speaks_of_fair(workspace_lexicon(workspace), sentence);
        for (uint32_t k = 0; k < sentence->mention_count; k++)
            names += count_of(&sentence->mentions[k]);
    }
    return names >= 2;
}

/* Whether a mention names another than `*first`, which it sets where it names the first one. What goes by another name
 * in older texts may be two. */
static bool names_another(const struct lexicon *lexicon, const struct mention *mention, const char **first)
{
    uint32_t count = count_of(mention);
    if (count != 1)
        return count > 1;
    const char *id = mention->id ? mention->id : party_actor_id(lexicon, mention->entry);
    if (*first && strcmp(*first, id) != 0)
        return true;
    *first = id;
    return !strncmp(id, "ORG:", 4) || lexicon_entry_value(lexicon, mention->entry, "formerly");
}

/* Whether the sentences that pass the gate, or the others, name two. True also where memory is out. */
static bool name_two(struct coder_workspace *workspace, bool gate, const char **first)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct sentence *sentence = &workspace->sentences[i];
        if (sentence->gate != gate)
            continue;
        if (!match_sentence(lexicon, sentence, workspace->arena))
            return true;
        for (uint32_t k = 0; k < sentence->mention_count; k++)
            if (names_another(lexicon, &sentence->mentions[k], first))
                return true;
    }
    return false;
}

bool naming_lacks_second(struct coder_workspace *workspace)
{
    const char *first = workspace->publisher;
    /* those that pass the gate are matched in any case */
    if (name_two(workspace, true, &first) || name_two(workspace, false, &first))
        return false;
    for (uint32_t i = 0; i < workspace->sentence_count; i++)
        if (workspace->sentences[i].gate && evoke_possible_alone(workspace->coder->evoke, &workspace->sentences[i]))
            return false;
    return true;
}
