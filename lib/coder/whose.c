#include "lib/coder/whose.h"

#include "lib/coder/party.h"
#include "lib/coder/role.h"
#include "lib/coder/slot.h"

#include <string.h>

/* The names in a noun group that own its head: those before an apostrophe. */
static void owners_before(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                          struct party_list *list)
{
    const struct group *group = &sentence->groups[at];
    uint32_t end = group->first;
    for (uint32_t i = group->first; i < group->last; i++)
        if (sentence->part->words[i].pos == POS_POSSESSIVE)
            end = i;
    if (end > group->first)
        party_premodifiers(workspace, sentence, at, end + 1, list);
}

/* The group that hangs on the noun by "of", or NONE. */
static int32_t group_of(const struct sentence *sentence, int32_t noun)
{
    const struct group *groups = sentence->groups;
    return (uint32_t)noun + 2 < sentence->group_count && groups[noun + 1].kind == GROUP_PREPOSITION &&
                   groups[noun + 2].kind == GROUP_NOUN && word_is(sentence, groups[noun + 1].first, "of")
               ? noun + 2
               : NONE;
}

/* Who gets what another supplies: "the army's howitzers are supplied by Austria". */
static void fill_owner(struct coder_workspace *workspace, struct event *event, const struct group *verb)
{
    struct sentence *sentence = event->sentence;
    struct party_list list = {.count = 0};
    if (!verb->passive || verb->subject == NONE || verb->subject != event->argument ||
        !role_has(event, NULL, "supplier") || role_has(event, NULL, "recipient"))
        return;
    owners_before(workspace, sentence, verb->subject, &list);
    int32_t owner = list.count ? NONE : group_of(sentence, verb->subject);
    if (owner != NONE)
        party_of_group(workspace, sentence, owner, &list);
    slot_add_parties(event, &list, "recipient", "of");
}

static bool buys(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb)
{
    const char *const classes[] = {verb_class(lexicon, sentence, verb), verb_class2(lexicon, sentence, verb),
                                   verb_class3(lexicon, sentence, verb)};
    for (size_t i = 0; i < 3; i++)
        if (classes[i] && (!strcmp(classes[i], "buy") || !strcmp(classes[i], "receive")))
            return true;
    return false;
}

/* Who supplies what was ordered: "aircraft ordered from Spain were delivered". */
static void fill_source(struct coder_workspace *workspace, struct event *event)
{
    struct sentence *sentence = event->sentence;
    if (role_has(event, NULL, "supplier") || event->argument == NONE)
        return;
    for (uint32_t i = (uint32_t)event->argument + 1; i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind == GROUP_STOP)
            return;
        if (verb->kind != GROUP_VERB || verb->link != LINK_REDUCED || verb->subject != event->argument ||
            !buys(workspace_lexicon(workspace), sentence, verb) || sentence->groups[i + 1].kind != GROUP_PREPOSITION ||
            sentence->groups[i + 2].kind != GROUP_NOUN || !word_is(sentence, sentence->groups[i + 1].first, "from"))
            continue;
        struct party_list list = {.count = 0};
        party_of_group(workspace, sentence, (int32_t)i + 2, &list);
        slot_add_parties(event, &list, "supplier", "from");
        return;
    }
}

/* The verb of having or using whose object is the group, or NONE. */
static int32_t use_of(const struct sentence *sentence, int32_t group)
{
    static const char *const words[] = {"has",     "have",   "had",   "uses", "use", "used",  "flies", "operates",
                                        "operate", "drives", "drive", "owns", "own", "fired", NULL};
    for (int32_t i = group; i-- > 0 && sentence->groups[i].kind != GROUP_STOP;)
        if (sentence->groups[i].kind == GROUP_VERB) {
            for (size_t k = 0; words[k]; k++)
                if (word_is(sentence, sentence->groups[i].head, words[k]) && sentence->groups[i].object == group &&
                    !sentence->groups[i].negated)
                    return i;
            return NONE;
        }
    return NONE;
}

/* Who has what was given: "the navy has a patrol ship donated by China", "uses drones supplied by Iran". */
static void fill_user(struct coder_workspace *workspace, struct event *event, const struct group *verb)
{
    int32_t use = verb->link == LINK_REDUCED && verb->subject != NONE ? use_of(event->sentence, verb->subject) : NONE;
    if (use == NONE || event->sentence->groups[use].subject == NONE || role_has(event, NULL, "recipient") ||
        !role_has(event, NULL, "supplier"))
        return;
    struct party_list list = {.count = 0};
    party_of_group(workspace, event->sentence, event->sentence->groups[use].subject, &list);
    slot_add_parties(event, &list, "recipient", "object");
}

/* Who received a gift: "the frigates, a gift of the Netherlands, were received by Ecuador's navy". */
static void fill_receiver(struct coder_workspace *workspace, struct event *event)
{
    struct sentence *sentence = event->sentence;
    if (event->noun == NONE || event->argument == NONE || event->argument == event->noun ||
        !role_has(event, NULL, "supplier") || role_has(event, NULL, "recipient"))
        return;
    for (uint32_t i = (uint32_t)event->noun + 1; i + 2 < sentence->group_count; i++) {
        const struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        if (!verb->passive || verb->subject != event->argument || sentence->groups[i + 2].kind != GROUP_NOUN ||
            !buys(workspace_lexicon(workspace), sentence, verb) ||
            !word_is(sentence, sentence->groups[i + 1].first, "by"))
            return;
        struct party_list list = {.count = 0};
        party_of_group(workspace, sentence, (int32_t)i + 2, &list);
        slot_add_parties(event, &list, "recipient", "by");
        return;
    }
}

void whose_fill(struct coder_workspace *workspace, struct event *event, const struct frame *frame)
{
    if (!strcmp(frame->head, "donation"))
        fill_receiver(workspace, event);
    const char *doer = frame_role(frame, "subject", 7);
    if ((strcmp(event->type, "arms_transfer") != 0 && strcmp(event->type, "aid") != 0) || event->verb_entry == NONE ||
        !doer || strcmp(doer, "supplier") != 0)
        return;
    fill_owner(workspace, event, &event->sentence->groups[event->verb]);
    fill_source(workspace, event);
    fill_user(workspace, event, &event->sentence->groups[event->verb]);
}
