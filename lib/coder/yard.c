#include "lib/coder/yard.h"

#include "lib/coder/party.h"
#include "lib/coder/party_refer.h"
#include "lib/coder/role.h"
#include "lib/coder/side.h"
#include "lib/coder/slot.h"

#include <string.h>

static bool makes(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    static const char *const makers[] = {"build", "make", "develop", "maintain", "upgrade", NULL};
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; classes[i] && makers[k]; k++)
            if (!strcmp(classes[i], makers[k]))
                return true;
    return false;
}

static bool is_works(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    static const char *const classes[] = {"firm", "plant", "arms_plant", "repair_plant", NULL};
    const char *class = noun_class(lexicon, sentence, at);
    for (size_t i = 0; class && classes[i]; i++)
        if (!strcmp(class, classes[i]))
            return true;
    return word_is(sentence, at, "yard") || word_is(sentence, at, "dockyard");
}

/* "the Admiralty Shipyards", "the Kaliningrad shipyard": the firms of a noun group, else the state of the town before a
 * works. */
static void read_works(struct coder_workspace *workspace, struct sentence *sentence, const struct group *group,
                       struct party_list *list)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    const struct mention *town = NULL;
    for (uint32_t i = group->first; i <= group->last; i++) {
        int32_t name = sentence->part->words[i].name;
        const struct mention *mention = name == NONE ? NULL : &sentence->mentions[name];
        struct party party;
        if (mention && mention->class == LEXICON_COMPANY && party_of_mention(workspace, sentence, mention, &party))
            party_add(list, party);
        if (mention && (mention->class == LEXICON_CITY || mention->class == LEXICON_CAPITAL))
            town = mention;
    }
    const char *state = !town                            ? NULL
                        : town->class == LEXICON_CAPITAL ? party_actor_id(lexicon, town->entry)
                                                         : lexicon_entry_id(lexicon, town->entry);
    if (!list->count && state && party_is_state(state) && is_works(lexicon, sentence, group->head))
        party_add(list, (struct party){.id = state, .sentence = sentence, .first = town->first, .last = town->last});
}

/* A navy's own yard supplies nobody. */
static bool is_of_recipient(struct coder_workspace *workspace, const struct event *event, const char *id)
{
    const char *state = side_state_of_company(workspace, event->sentence, id);
    return role_has(event, id, NULL) || (state && role_has(event, state, "recipient"));
}

static bool has_preposition(const struct sentence *sentence, const struct group *group, const char *const words[])
{
    for (size_t i = 0; group->preposition != NONE && words[i]; i++)
        if (word_is(sentence, sentence->groups[group->preposition].first, words[i]))
            return true;
    return false;
}

/* The phrases of a verb of making: where and by whom, and for whom. */
static void fill_phrases(struct coder_workspace *workspace, struct event *event, int32_t verb)
{
    static const char *const places[] = {"at", "by", "in", NULL}, *const purposes[] = {"for", NULL};
    struct sentence *sentence = event->sentence;
    for (int32_t at = verb + 1; at <= sentence->groups[verb].clause_last; at++) {
        const struct group *phrase = &sentence->groups[at];
        struct party_list works = {.count = 0}, buyers = {.count = 0};
        if (phrase->kind != GROUP_NOUN)
            continue;
        if (has_preposition(sentence, phrase, places) && !role_has(event, NULL, "supplier"))
            read_works(workspace, sentence, phrase, &works);
        if (has_preposition(sentence, phrase, purposes) && !role_has(event, NULL, "recipient"))
            party_of_group(workspace, sentence, at, &buyers);
        if (works.count && !is_of_recipient(workspace, event, works.items[0].id))
            slot_add_parties(event, &works, "supplier", "yard");
        slot_add_parties(event, &buyers, "recipient", "yard");
    }
}

void yard_fill(struct coder_workspace *workspace, struct event *event)
{
    const struct sentence *sentence = event->sentence;
    if (strcmp(event->type, "arms_transfer") != 0 || event->argument == NONE ||
        (role_has(event, NULL, "supplier") && role_has(event, NULL, "recipient")))
        return;
    for (uint32_t i = (uint32_t)event->argument + 1; i < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_VERB && verb->subject == event->argument &&
            makes(workspace_lexicon(workspace), sentence, verb)) {
            fill_phrases(workspace, event, (int32_t)i);
            return;
        }
    }
}
