#include "lib/coder/clause_parts.h"
#include "lib/coder/workspace.h"

#include <string.h>

bool clause_acts(const struct sentence *sentence, const struct group *noun)
{
    const struct part *part = sentence->part;
    for (uint32_t i = noun->first; i <= noun->last; i++)
        if (part->words[i].name != NONE)
            return true;
    return false;
}

bool clause_names_actor(const struct sentence *sentence, const struct group *noun)
{
    int32_t name = sentence->part->words[noun->head].name;
    return noun->kind == GROUP_NOUN && name != NONE &&
           lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_ACTOR;
}

bool clause_names_doer(const struct sentence *sentence, uint32_t preposition)
{
    static const char *const words[] = {"of", "by", "from", NULL};
    for (size_t i = 0; sentence->groups[preposition].kind == GROUP_PREPOSITION && words[i]; i++)
        if (word_is(sentence, sentence->groups[preposition].first, words[i]))
            return true;
    return false;
}

static bool is_place_of_state(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *place,
                              const struct group *state)
{
    const struct part *part = sentence->part;
    int32_t name = part->words[state->head].name;
    if (place->kind != GROUP_NOUN || place->preposition == NONE || name == NONE ||
        sentence->mentions[name].class != LEXICON_STATE || sentence->mentions[name].first != state->first)
        return false;
    const struct word *head = &part->words[place->head];
    /* a capital only where the state is its own: "In Moscow, Ukraine signed" */
    bool capital = head->name != NONE && sentence->mentions[head->name].class == LEXICON_CAPITAL &&
                   !strcmp(lexicon_entry_id(lexicon, sentence->mentions[head->name].entry),
                           lexicon_entry_id(lexicon, sentence->mentions[name].entry));
    bool known = capital || (head->name != NONE &&
                             lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class) == USE_PLACE);
    return known || (head->name == NONE && head->noun == NONE && part->list.tokens[place->head].flags & TOKEN_CAPITAL);
}

/* "According to the Polish ministry, Kenya received": a phrase that opens the sentence ends at its comma, unless a list
 * goes on behind it. */
static bool is_opening_phrase(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t noun)
{
    const struct group *groups = sentence->groups;
    uint32_t at = noun, next = noun + 3;
    /* "On a visit to Vientiane, Laos, Defence Minister X": the place's state still belongs to the phrase */
    if (at >= 2 && groups[at].and_with == (int32_t)at - 2 &&
        is_place_of_state(lexicon, sentence, &groups[at - 2], &groups[at]))
        at -= 2;
    while (at >= 3 && groups[at].kind == GROUP_NOUN &&
           (groups[at - 1].kind == GROUP_PREPOSITION || groups[at - 1].kind == GROUP_AND)) {
        at -= 2;
        /* "In a move likely to anger Peru" */
        at -= at > 1 && groups[at].kind == GROUP_ADVERB;
    }
    /* "Ten days after a clash with Peru, Chile" */
    bool later = at == 2 && groups[1].kind == GROUP_PREPOSITION &&
                 (word_is(sentence, groups[1].first, "after") || word_is(sentence, groups[1].first, "before"));
    bool opens = later || (at == 1 && groups[0].kind == GROUP_PREPOSITION);
    bool list =
        next + 1 < sentence->group_count &&
        (groups[next].kind == GROUP_AND || (groups[next].kind == GROUP_COMMA && (groups[next + 1].kind == GROUP_NOUN ||
                                                                                 groups[next + 1].kind == GROUP_AND)));
    /* "In Singapore, the American secretary and China's minister met": what is listed has the verb */
    uint32_t members = next;
    while (members + 1 < sentence->group_count &&
           (groups[members].kind == GROUP_NOUN || groups[members].kind == GROUP_AND ||
            groups[members].kind == GROUP_COMMA))
        members++;
    bool subjects = list && groups[members].kind == GROUP_VERB && groups[members - 1].kind == GROUP_NOUN &&
                    !groups[members].infinitive && !groups[members].gerund;
    return opens && (!list || subjects);
}

static bool is_office(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t noun)
{
    const char *class =
        sentence->groups[noun].kind == GROUP_NOUN ? noun_class(lexicon, sentence, sentence->groups[noun].head) : NULL;
    return class && (!strcmp(class, "leader_office") || !strcmp(class, "defence_office"));
}

static bool names_firm(const struct sentence *sentence, uint32_t noun)
{
    int32_t name =
        sentence->groups[noun].kind == GROUP_NOUN ? sentence->part->words[sentence->groups[noun].head].name : NONE;
    return name != NONE && sentence->mentions[name].class == LEXICON_COMPANY;
}

/* "the president of Finland and the prime minister of Sweden": an office is joined to an office, not to its state. */
static uint32_t office_before(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t link,
                              uint32_t noun)
{
    const struct group *groups = sentence->groups;
    bool of = link >= 2 && groups[link].kind == GROUP_NOUN && groups[link - 1].kind == GROUP_PREPOSITION &&
              word_is(sentence, groups[link - 1].first, "of");
    if (of && names_firm(sentence, noun) && names_firm(sentence, link - 2))
        return link - 2;
    return of && is_office(lexicon, sentence, noun) && is_office(lexicon, sentence, link - 2) ? link - 2 : link;
}

const char *clause_verb_value(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                              const char *key)
{
    int32_t entry = sentence->part->words[verb->head].verb;
    return entry == NONE ? NULL : lexicon_entry_value(lexicon, (uint32_t)entry, key);
}

/* True where the noun group's own verb stands right behind it. A bare past form before a phrase may be a participle
 * ("and weapons seized in raids") unless an actor does it. */
static bool has_own_verb(const struct sentence *sentence, uint32_t noun)
{
    const struct group *groups = sentence->groups;
    uint32_t at = noun + 1;
    while (at < sentence->group_count && (groups[at].kind == GROUP_ADVERB || groups[at].kind == GROUP_TIME))
        at++;
    if (at >= sentence->group_count || groups[at].kind != GROUP_VERB || groups[at].infinitive || groups[at].gerund)
        return false;
    return groups[at].first != groups[at].head || groups[at].tense != TENSE_PAST ||
           clause_acts(sentence, &groups[noun]) ||
           (at + 1 < sentence->group_count && groups[at + 1].kind == GROUP_NOUN);
}

/* A noun group behind "and" that has a verb of its own begins a clause, where the clause before has its verb and none
 * of speech, after which a list of subjects may stand ("said Kenya and Mali signed"). */
static bool opens_clause(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t noun)
{
    if (!has_own_verb(sentence, noun))
        return false;
    for (uint32_t i = noun; i-- > 0;) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_THAT || group->kind == GROUP_WHO || group->kind == GROUP_WHEN ||
            group->kind == GROUP_IF || group->kind == GROUP_STOP || group->kind == GROUP_OPEN_QUOTE)
            return false;
        bool joined = i + 1 < sentence->group_count && sentence->groups[i + 1].kind == GROUP_PREPOSITION &&
                      word_is(sentence, sentence->groups[i + 1].first, "by");
        if (group->kind == GROUP_VERB)
            return i + 1 < noun && !joined && !group->gerund && !group->infinitive &&
                   !clause_verb_value(lexicon, sentence, group, "speech");
    }
    return false;
}

/* "the frigates Rana, Shakti and Karmukh": capitals in a list that an "and" goes on with. */
static bool is_list_of_names(const struct sentence *sentence, uint32_t link, uint32_t noun)
{
    const struct group *groups = sentence->groups;
    const struct token *tokens = sentence->part->list.tokens;
    if (!(tokens[groups[link].head].flags & TOKEN_CAPITAL) || !(tokens[groups[noun].first].flags & TOKEN_CAPITAL))
        return false;
    uint32_t next = noun + 1;
    while (next + 1 < sentence->group_count && groups[next].kind == GROUP_COMMA &&
           groups[next + 1].kind == GROUP_NOUN && tokens[groups[next + 1].first].flags & TOKEN_CAPITAL)
        next += 2;
    return next < sentence->group_count && groups[next].kind == GROUP_AND;
}

/* "Italy's defence minister, army chief and premier": offices that share an owner, in a list that an "and" goes on
 * with. */
static bool is_list_of_offices(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t link,
                               uint32_t noun)
{
    const struct group *groups = sentence->groups;
    if (!is_office(lexicon, sentence, link) || !is_office(lexicon, sentence, noun))
        return false;
    uint32_t next = noun + 1;
    while (next + 1 < sentence->group_count && groups[next].kind == GROUP_COMMA &&
           is_office(lexicon, sentence, next + 1))
        next += 2;
    next += next < sentence->group_count && groups[next].kind == GROUP_COMMA;
    return next + 1 < sentence->group_count && groups[next].kind == GROUP_AND && is_office(lexicon, sentence, next + 1);
}

/* "Brunei, the former British protectorate rich in oil": what explains a name is no second one, unless a list goes on.
 */
static bool explains_name(const struct sentence *sentence, uint32_t link, uint32_t noun)
{
    const struct group *groups = sentence->groups, *name = &groups[link], *rest = &groups[noun];
    bool article = word_is(sentence, rest->first, "the") || word_is(sentence, rest->first, "a") ||
                   word_is(sentence, rest->first, "an");
    int32_t named = sentence->part->words[name->head].name;
    /* "Chile, Peru's neighbour" */
    bool owned = false;
    for (uint32_t i = rest->first; i < rest->head; i++)
        owned |= sentence->part->words[i].pos == POS_POSSESSIVE;
    if ((!article && !owned) || named == NONE || sentence->mentions[named].class != LEXICON_STATE ||
        sentence->part->words[rest->head].name != NONE)
        return false;
    if (owned && !article)
        return noun + 1 >= sentence->group_count || groups[noun + 1].kind != GROUP_AND;
    return noun + 1 >= sentence->group_count ||
           (groups[noun + 1].kind != GROUP_AND && groups[noun + 1].kind != GROUP_COMMA);
}

/* A comma alone joins two namings of actors, and names or offices in a list. */
static bool is_listed(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t link, uint32_t noun)
{
    if (explains_name(sentence, link, noun))
        return false;
    return is_list_of_offices(lexicon, sentence, link, noun) ||
           (clause_acts(sentence, &sentence->groups[noun]) && clause_acts(sentence, &sentence->groups[link])) ||
           is_list_of_names(sentence, link, noun);
}

bool clause_follows_opening(const struct sentence *sentence, uint32_t noun)
{
    bool gerund = false;
    for (uint32_t i = 0; i < noun; i++) {
        const struct group *group = &sentence->groups[i];
        /* "Led by the army chief, a delegation arrived" */
        bool participle = i == 0 && group->kind == GROUP_VERB && group->first == group->last &&
                          group->tense == TENSE_PAST && sentence->group_count > 1 &&
                          sentence->groups[1].kind == GROUP_PREPOSITION &&
                          word_is(sentence, sentence->groups[1].first, "by");
        if (group->kind == GROUP_STOP)
            gerund = false;
        else if (participle)
            gerund = true;
        else if (group->kind == GROUP_VERB && !group->gerund && !group->infinitive)
            return false;
        else if (group->kind == GROUP_VERB && (group->gerund || i == 0))
            gerund = i == 0 || sentence->groups[i - 1].kind == GROUP_PREPOSITION ||
                     sentence->groups[i - 1].kind == GROUP_STOP || sentence->groups[i - 1].kind == GROUP_WHEN;
    }
    return gerund && has_own_verb(sentence, noun);
}

/* "When Chile bought frigates from Brazil, Peru (and Bolivia) protested", "Unlike Chile, which refused, Peru signed":
 * behind the comma that ends a clause which opens the sentence the main clause begins. Of several commas it is the last
 * before the verb. */
static bool follows_opening_clause(const struct sentence *sentence, uint32_t noun)
{
    const struct group *groups = sentence->groups;
    uint32_t last = noun, opening = noun;
    bool has_verb = false, is_relative = false, had_relative = false;
    while (last + 2 < sentence->group_count && groups[last + 1].kind == GROUP_AND &&
           groups[last + 2].kind == GROUP_NOUN)
        last += 2;
    if (!has_own_verb(sentence, last))
        return false;
    while (opening > 0 && groups[opening - 1].kind != GROUP_STOP)
        opening--;
    bool is_phrase = groups[opening].kind == GROUP_PREPOSITION;
    if (groups[opening].kind != GROUP_WHEN && groups[opening].kind != GROUP_IF && !is_phrase)
        return false;
    for (uint32_t i = opening + 1; i < noun; i++) {
        enum group_kind kind = (enum group_kind)groups[i].kind;
        if (kind == GROUP_WHEN || kind == GROUP_IF || kind == GROUP_THAT)
            return false;
        is_relative |= kind == GROUP_WHO;
        had_relative |= is_relative;
        if (kind != GROUP_VERB || groups[i].gerund || groups[i].infinitive)
            continue;
        if (!is_relative && (has_verb || is_phrase))
            return false;
        has_verb |= !is_relative;
        is_relative = false;
    }
    return is_phrase ? had_relative : has_verb;
}

static bool begins_main_clause(const struct sentence *sentence, uint32_t noun)
{
    return noun > 0 && sentence->groups[noun - 1].kind == GROUP_COMMA &&
           (clause_follows_opening(sentence, noun) || follows_opening_clause(sentence, noun));
}

void clause_link_nouns(const struct lexicon *lexicon, struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_NOUN || i == 0)
            continue;
        uint32_t before = i - 1;
        if (sentence->groups[before].kind == GROUP_OPEN_QUOTE && before > 0)
            before--;
        if (sentence->groups[before].kind == GROUP_PREPOSITION) {
            group->preposition = (int32_t)before;
            continue;
        }
        uint32_t link = before;
        bool comma = false, and = false;
        while (sentence->groups[link].kind == GROUP_COMMA || sentence->groups[link].kind == GROUP_AND) {
            comma |= sentence->groups[link].kind == GROUP_COMMA;
            and |= sentence->groups[link].kind == GROUP_AND;
            if (link == 0)
                break;
            link--;
        }
        /* "in Krasnodar, Russia": a place and its state */
        if (link < before && comma && !and&&is_place_of_state(lexicon, sentence, &sentence->groups[link], group)) {
            group->and_with = (int32_t)link;
            group->preposition = sentence->groups[link].preposition;
            continue;
        }
        /* "received drones from Ankara, and its pilots are training": another clause begins; in headlines a comma is
         * enough */
        if (and&&comma && has_own_verb(sentence, i) && !begins_main_clause(sentence, link))
            continue;
        if ((and || (comma && sentence->headline)) && opens_clause(lexicon, sentence, i) &&
            !begins_main_clause(sentence, link))
            continue;
        /* "After training under Belgian officers, Malian soldiers graduated": the main clause begins */
        if (comma && !and&&(clause_follows_opening(sentence, i) || follows_opening_clause(sentence, i)))
            continue;
        /* A comma alone joins only two namings of actors: goods and clauses are too often apposed. */
        if (link < before && and)
            link = office_before(lexicon, sentence, link, i);
        if (link < before && sentence->groups[link].kind == GROUP_NOUN &&
            (and || (comma && !is_opening_phrase(lexicon, sentence, link) && is_listed(lexicon, sentence, link, i)))) {
            group->and_with = (int32_t)link;
            group->preposition = sentence->groups[link].preposition;
        }
    }
}
