#include "lib/coder/group_link.h"

#include "lib/coder/workspace.h"

#include <string.h>

/* The noun group of a following "of" or "from" phrase, or NONE. */
int32_t group_complement(const struct sentence *sentence, int32_t group)
{
    uint32_t next = (uint32_t)group + 1;
    /* "Secretary of National Defence (Defence Minister) of the Philippines" */
    if (next + 3 < sentence->group_count && sentence->groups[next].kind == GROUP_STOP &&
        sentence->groups[next + 2].kind == GROUP_STOP && word_is(sentence, sentence->groups[next].first, "("))
        next += 3;
    if (next + 1 >= sentence->group_count || sentence->groups[next].kind != GROUP_PREPOSITION ||
        sentence->groups[next + 1].kind != GROUP_NOUN)
        return NONE;
    uint32_t word = sentence->groups[next].first;
    return word_is(sentence, word, "of") || word_is(sentence, word, "from") || word_is(sentence, word, "for")
               ? (int32_t)next + 1
               : NONE;
}

/* "units from Kenya and from Uganda": the noun group of the same preposition behind "and", or NONE. */
int32_t group_next_complement(const struct sentence *sentence, int32_t complement)
{
    const struct group *groups = sentence->groups, *first = &groups[groups[complement].preposition];
    uint32_t next = (uint32_t)complement + 1;
    while (next < sentence->group_count && (groups[next].and_with != NONE || groups[next].kind == GROUP_COMMA))
        next++;
    if (next + 2 >= sentence->group_count || groups[next].kind != GROUP_AND ||
        groups[next + 1].kind != GROUP_PREPOSITION || groups[next + 2].kind != GROUP_NOUN)
        return NONE;
    const char *words[] = {"from", "of"};
    for (size_t i = 0; i < 2; i++)
        if (word_is(sentence, first->first, words[i]) && word_is(sentence, groups[next + 1].first, words[i]))
            return (int32_t)next + 2;
    return NONE;
}

/* "the government of Mali", "the Kenyan army": some state is named in the group or behind it. */
bool group_names_owner(const struct sentence *sentence, int32_t at)
{
    int32_t complement = group_complement(sentence, at);
    for (int32_t group = at; group != NONE; group = group == at ? complement : NONE)
        for (uint32_t i = sentence->groups[group].first; i <= sentence->groups[group].last; i++)
            if (sentence->part->words[i].name != NONE)
                return true;
    return false;
}

/* "Lieutenant General Abdul Kassim, the Malaysian army chief, paid": what a person's name is explained by between
 * commas, or NONE. */
int32_t group_apposition(const struct sentence *sentence, int32_t group)
{
    const struct group *groups = sentence->groups;
    uint32_t next = (uint32_t)group + 1;
    bool apposed = next + 2 < sentence->group_count && groups[next].kind == GROUP_COMMA &&
                   groups[next + 1].kind == GROUP_NOUN && groups[next + 1].preposition == NONE &&
                   (groups[next + 1].and_with == NONE || groups[next + 1].and_with == group) &&
                   (groups[next + 2].kind == GROUP_COMMA || groups[next + 2].kind == GROUP_PREPOSITION);
    const struct token *head = &sentence->part->list.tokens[groups[group].head];
    return apposed && head->flags & TOKEN_CAPITAL && groups[group].last > groups[group].first ? (int32_t)next + 1
                                                                                              : NONE;
}

/* "a visit to Djibouti, a small country on the Gulf that hosts": what explains a state's name right before it. */
bool group_explains_state(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at)
{
    const struct group *group = &sentence->groups[at];
    const char *refers = noun_attribute(lexicon, sentence, group->head, "refers");
    if (at < 2 || !refers || strcmp(refers, "state") != 0 || sentence->groups[at - 1].kind != GROUP_COMMA ||
        sentence->groups[at - 2].kind != GROUP_NOUN ||
        !(word_is(sentence, group->first, "a") || word_is(sentence, group->first, "an")))
        return false;
    int32_t name = sentence->part->words[sentence->groups[at - 2].head].name;
    return name != NONE && sentence->mentions[name].class == LEXICON_STATE;
}

/* "Airmen assigned to the 31st Fighter Wing": the unit, or NONE. */
int32_t group_unit(const struct sentence *sentence, int32_t at)
{
    uint32_t next = (uint32_t)at + 1;
    bool posted = next + 2 < sentence->group_count && sentence->groups[next].kind == GROUP_VERB &&
                  (word_is(sentence, sentence->groups[next].head, "assigned") ||
                   word_is(sentence, sentence->groups[next].head, "attached")) &&
                  sentence->groups[next + 1].kind == GROUP_PREPOSITION &&
                  word_is(sentence, sentence->groups[next + 1].first, "to");
    bool with = next + 1 < sentence->group_count && sentence->groups[next].kind == GROUP_PREPOSITION && at == 0 &&
                word_is(sentence, sentence->groups[next].first, "with");
    int32_t unit = posted ? (int32_t)next + 2 : with ? (int32_t)next + 1 : NONE;
    return unit != NONE && sentence->groups[unit].kind == GROUP_NOUN ? unit : NONE;
}
