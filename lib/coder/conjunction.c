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

/* "since 1981", "as a gift to the navy": words that also open clauses, before a phrase. */
static bool is_only_phrase(const struct sentence *sentence, uint32_t at)
{
    const struct group *groups = sentence->groups;
    if (!word_is(sentence, groups[at].first, "since") && !word_is(sentence, groups[at].first, "as"))
        return false;
    if (groups[at].first != groups[at].last || at + 1 >= sentence->group_count)
        return false;
    if (groups[at + 1].kind == GROUP_TIME)
        return at + 2 >= sentence->group_count || groups[at + 2].kind != GROUP_VERB;
    bool article = word_is(sentence, groups[at + 1].first, "a") || word_is(sentence, groups[at + 1].first, "an");
    if (groups[at + 1].kind != GROUP_NOUN || sentence->part->words[groups[at + 1].first].pos == POS_PRONOUN ||
        (word_is(sentence, groups[at].first, "as") && !article))
        return false;
    for (uint32_t i = at + 2; i < sentence->group_count; i++) {
        if (groups[i].kind == GROUP_COMMA || groups[i].kind == GROUP_STOP || groups[i].kind == GROUP_WHO ||
            groups[i].kind == GROUP_THAT || groups[i].kind == GROUP_WHEN || groups[i].kind == GROUP_IF)
            return true;
        if (groups[i].kind == GROUP_VERB)
            return groups[i].infinitive || groups[i].gerund;
    }
    return true;
}

/* "nearly all of the troops", "two of the vessels", "the last of the soldiers": how many of what comes behind. */
static bool is_share(const struct sentence *sentence, const struct group *group)
{
    static const char *const words[] = {"all",       "some", "most", "many", "several", "half",
                                        "each",      "both", "none", "one",  "dozens",  "hundreds",
                                        "thousands", "last", "bulk", "rest", "remainder", "majority", NULL};
    const struct word *head = &sentence->part->words[group->head];
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, group->head, words[i]))
            return true;
    return head->pos == POS_NUMBER && head->name == NONE && sentence->part->words[head->span_first].noun == NONE &&
           sentence->part->list.tokens[group->head].mark != '$';
}

/* "the first of 650 soldiers": an ordinal is no noun, so the article before it stands alone. */
static bool is_first_of(const struct sentence *sentence, uint32_t at)
{
    const struct group *groups = sentence->groups;
    return at + 3 < sentence->group_count && groups[at].kind == GROUP_NOUN && groups[at].first == groups[at].last &&
           word_is(sentence, groups[at].first, "the") && groups[at + 1].kind == GROUP_ADVERB &&
           groups[at + 2].kind == GROUP_PREPOSITION && groups[at + 2].first == groups[at + 2].last &&
           word_is(sentence, groups[at + 2].first, "of") && groups[at + 3].kind == GROUP_NOUN;
}

static void skip_shares(struct sentence *sentence)
{
    struct group *groups = sentence->groups;
    for (uint32_t i = 0; i + 3 < sentence->group_count; i++)
        if (is_first_of(sentence, i) && (i == 0 || groups[i - 1].kind != GROUP_PREPOSITION))
            groups[i].kind = groups[i + 2].kind = GROUP_ADVERB;
    for (uint32_t i = 0; i + 2 < sentence->group_count; i++)
        if (groups[i].kind == GROUP_NOUN && groups[i + 1].kind == GROUP_PREPOSITION &&
            groups[i + 1].first == groups[i + 1].last && word_is(sentence, groups[i + 1].first, "of") &&
            groups[i + 2].kind == GROUP_NOUN && (i == 0 || groups[i - 1].kind != GROUP_PREPOSITION) &&
            is_share(sentence, &groups[i]))
            groups[i].kind = groups[i + 1].kind = GROUP_ADVERB;
}

void conjunction_find(struct sentence *sentence)
{
    skip_shares(sentence);
    for (uint32_t i = 0; i < sentence->group_count; i++)
        if (sentence->groups[i].kind == GROUP_WHEN && is_only_phrase(sentence, i))
            sentence->groups[i].kind = GROUP_PREPOSITION;
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
