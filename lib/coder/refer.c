#include "lib/coder/refer.h"

#include <string.h>

enum { LOOK_BACK_SENTENCES = 3, LOOK_BACK_FORCES = 2 };

typedef bool (*party_test)(const char *id);

static bool is_company(const char *id)
{
    return !strncmp(id, "COM:", 4);
}

/* The actors of a sentence that pass the test; those before token `before` only, 0 for all. */
static void take(struct coder_workspace *workspace, struct sentence *sentence, uint32_t before, party_test test,
                 struct party_list *list)
{
    if (!workspace_read(workspace, sentence))
        return;
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention *mention = &sentence->mentions[i];
        struct party party;
        if ((before && mention->last >= before) || !party_of_mention(workspace, sentence, mention, &party) ||
            !test(party.id))
            continue;
        party_add(list, party);
    }
}

/* Exactly `count` actors of the nearest sentence that names so many, this one before `before` first, the title last. */
static void find_several(struct coder_workspace *workspace, struct sentence *sentence, uint32_t before, uint32_t count,
                         party_test test, struct party_list *list)
{
    uint32_t at = (uint32_t)(sentence - workspace->sentences);
    struct party_list found = {.count = 0};
    take(workspace, sentence, before, test, &found);
    for (uint32_t back = 1; found.count != count && back <= LOOK_BACK_SENTENCES && back <= at; back++) {
        if (workspace->sentences[at - back].part != sentence->part)
            break;
        /* "Rome hosted …. Officials from London and Tokyo …": several sentences may name them together */
        if (found.count > count)
            found.count = 0;
        take(workspace, &workspace->sentences[at - back], 0, test, &found);
    }
    if (found.count != count && workspace->title_count) {
        found.count = 0;
        take(workspace, &workspace->sentences[0], 0, test, &found);
    }
    for (uint32_t i = 0; found.count == count && i < found.count; i++) {
        found.items[i].referred = found.items[i].sentence != sentence;
        party_add(list, found.items[i]);
    }
}

/* The nearest actor named before: the first of a sentence is what it is about. */
static void find_one(struct coder_workspace *workspace, struct sentence *sentence, uint32_t before, party_test test,
                     struct party_list *list)
{
    uint32_t at = (uint32_t)(sentence - workspace->sentences);
    struct party_list found = {.count = 0};
    take(workspace, sentence, before, test, &found);
    for (uint32_t back = 1; !found.count && back <= LOOK_BACK_SENTENCES && back <= at; back++)
        if (workspace->sentences[at - back].part == sentence->part)
            take(workspace, &workspace->sentences[at - back], 0, test, &found);
    if (!found.count && workspace->title_count && sentence->part->index == PART_BODY)
        take(workspace, &workspace->sentences[0], 0, test, &found);
    if (!found.count)
        return;
    found.items[0].referred = found.items[0].sentence != sentence;
    party_add(list, found.items[0]);
}

static bool is_definite(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"the", "this", "that", "these", "those", "both", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return false;
}

static bool is_organisation(const char *id)
{
    return !strncmp(id, "ORG:", 4);
}

static uint32_t number_in(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"two", "three", "four", NULL};
    if (word_is(sentence, group->first, "both"))
        return 2;
    for (uint32_t i = group->first; i < group->head; i++)
        for (uint32_t k = 0; words[k]; k++)
            if (word_is(sentence, i, words[k]))
                return k + 2;
    return 0;
}

/* "the troops", "the battalion" */
static bool is_plain_force(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    static const char *const classes[] = {"troops", "force_unit", "peacekeepers", NULL};
    const char *class = noun_class(lexicon, sentence, group->head);
    bool definite = word_is(sentence, group->first, "the") || word_is(sentence, group->first, "these");
    if (!class || !definite || group->last > group->first + 1 || sentence->part->index != PART_BODY)
        return false;
    for (size_t i = 0; classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

/* Those whose forces the sentences before tell of, the nearest first. */
static void find_forces(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list)
{
    uint32_t at = (uint32_t)(sentence - workspace->sentences);
    if (workspace->resolving)
        return;
    workspace->resolving++;
    for (uint32_t back = 1; back <= LOOK_BACK_FORCES && back <= at && !list->count; back++) {
        struct sentence *before = &workspace->sentences[at - back];
        if (!workspace_parse(workspace, before))
            break;
        for (uint32_t i = 0; i < before->group_count && !list->count; i++) {
            if (!group_is_force(workspace_lexicon(workspace), before, (int32_t)i))
                continue;
            party_of_group(workspace, before, (int32_t)i, list);
            /* "Rwanda is sending a battalion" */
            for (uint32_t k = 0; k < before->group_count && !list->count; k++)
                if (before->groups[k].kind == GROUP_VERB && before->groups[k].object == (int32_t)i &&
                    !before->groups[k].passive && before->groups[k].subject != NONE)
                    party_of_group(workspace, before, before->groups[k].subject, list);
        }
    }
    workspace->resolving--;
    for (uint32_t i = 0; i < list->count; i++)
        list->items[i].referred = true;
}

/* "The mission will train 2,000 soldiers": of the organisation that the text says has one. */
static bool is_plain_mission(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *group)
{
    const char *class = noun_class(lexicon, sentence, group->head);
    return class && !strcmp(class, "plain_mission") && word_is(sentence, group->first, "the") &&
           group->last == group->first + 1 && word_is(sentence, group->last, "mission") &&
           sentence->part->index == PART_BODY;
}

void refer_group(struct coder_workspace *workspace, struct sentence *sentence, int32_t at, struct party_list *list)
{
    const struct group *group = &sentence->groups[at];
    const char *refers = noun_attribute(workspace_lexicon(workspace), sentence, group->head, "refers");
    if (!refers && is_plain_force(workspace_lexicon(workspace), sentence, group))
        find_forces(workspace, sentence, list);
    if (!refers && is_plain_mission(workspace_lexicon(workspace), sentence, group))
        find_one(workspace, sentence, group->first, is_organisation, list);
    if (!refers || !is_definite(sentence, group))
        return;
    party_test test = !strcmp(refers, "firm") ? is_company : party_is_state;
    uint32_t number = number_in(sentence, group);
    if (number)
        find_several(workspace, sentence, group->first, number, test, list);
    else
        find_one(workspace, sentence, group->first, test, list);
}
