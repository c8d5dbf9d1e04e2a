#include "lib/coder/conjunction.h"

#include "lib/coder/workspace.h"

enum { GROUPS_TO_VERB_MAX = 8 };

static bool can_open_clause(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"after", "before", "until", NULL};
    for (size_t i = 0; group->kind == GROUP_PREPOSITION && group->first == group->last && words[i]; i++)
        if (word_is(sentence, group->first, words[i]))
            return true;
    return false;
}

static bool names_actor(const struct sentence *sentence, const struct group *noun)
{
    int32_t name = sentence->part->words[noun->head].name;
    return name != NONE && lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_ACTOR;
}

/* A past form without an auxiliary behind a noun may be a participle: "after talks held in Moscow". It is the clause's
 * verb where an object or another clause follows, or where its subject is an actor: "after France withdrew from Mali".
 */
static bool is_finite(const struct sentence *sentence, uint32_t at, uint32_t noun)
{
    const struct group *verb = &sentence->groups[at];
    if (verb->infinitive || verb->gerund)
        return false;
    if (verb->first != verb->head || verb->tense != TENSE_PAST || names_actor(sentence, &sentence->groups[noun]) ||
        sentence->part->words[sentence->groups[noun].first].pos == POS_PRONOUN)
        return true;
    uint32_t next = at + 1;
    if (next >= sentence->group_count)
        return true;
    const struct group *behind = &sentence->groups[next];
    return behind->kind == GROUP_NOUN || behind->kind == GROUP_THAT || behind->kind == GROUP_OPEN_QUOTE ||
           (behind->kind == GROUP_VERB && behind->infinitive);
}

void conjunction_find(struct sentence *sentence)
{
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++) {
        if (!can_open_clause(sentence, &sentence->groups[i]) || sentence->groups[i + 1].kind != GROUP_NOUN)
            continue;
        uint32_t noun = i + 1;
        for (uint32_t k = i + 2; k < sentence->group_count && k < i + GROUPS_TO_VERB_MAX; k++) {
            enum group_kind kind = (enum group_kind)sentence->groups[k].kind;
            if (kind == GROUP_VERB) {
                if (is_finite(sentence, k, noun))
                    sentence->groups[i].kind = GROUP_WHEN;
                break;
            }
            if (kind == GROUP_NOUN && sentence->groups[k - 1].kind == GROUP_AND)
                noun = k;
            else if (kind != GROUP_NOUN && kind != GROUP_AND && kind != GROUP_PREPOSITION && kind != GROUP_TIME &&
                     kind != GROUP_ADVERB)
                break;
        }
    }
}
