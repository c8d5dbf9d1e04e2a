#include "lib/coder/clause.h"

#include "lib/coder/conjunction.h"
#include "lib/coder/workspace.h"

#include <string.h>

static bool acts(const struct sentence *sentence, const struct group *noun)
{
    const struct part *part = sentence->part;
    for (uint32_t i = noun->first; i <= noun->last; i++)
        if (part->words[i].name != NONE)
            return true;
    return false;
}

/* A group whose head is a state's or another actor's own name. */
static bool names_actor(const struct sentence *sentence, const struct group *noun)
{
    int32_t name = sentence->part->words[noun->head].name;
    return noun->kind == GROUP_NOUN && name != NONE &&
           lexicon_class_use((enum lexicon_class)sentence->mentions[name].class) == USE_ACTOR;
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
    while (at >= 3 && groups[at].kind == GROUP_NOUN && groups[at - 1].kind == GROUP_PREPOSITION)
        at -= 2;
    bool opens = at == 1 && groups[0].kind == GROUP_PREPOSITION;
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

static const char *verb_value(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
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
    return groups[at].first != groups[at].head || groups[at].tense != TENSE_PAST || acts(sentence, &groups[noun]) ||
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
                   !verb_value(lexicon, sentence, group, "speech");
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

/* A comma alone joins two namings of actors, and names in a list. */
static bool is_listed(const struct sentence *sentence, uint32_t link, uint32_t noun)
{
    return (acts(sentence, &sentence->groups[noun]) && acts(sentence, &sentence->groups[link])) ||
           is_list_of_names(sentence, link, noun);
}

/* Behind the comma of a clause that opens the sentence with a gerund: "After training under …, soldiers graduated". */
static bool follows_opening_clause(const struct sentence *sentence, uint32_t noun)
{
    bool gerund = false;
    for (uint32_t i = 0; i < noun; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_STOP)
            gerund = false;
        else if (group->kind == GROUP_VERB && !group->gerund && !group->infinitive)
            return false;
        else if (group->kind == GROUP_VERB && group->gerund)
            gerund = i == 0 || sentence->groups[i - 1].kind == GROUP_PREPOSITION ||
                     sentence->groups[i - 1].kind == GROUP_STOP || sentence->groups[i - 1].kind == GROUP_WHEN;
    }
    return gerund && has_own_verb(sentence, noun);
}

/* Prepositions and coordination of noun groups. */
static void link_nouns(const struct lexicon *lexicon, struct sentence *sentence)
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
        /* "received drones from Ankara, and its pilots are training": another clause begins */
        if (and&&opens_clause(lexicon, sentence, i))
            continue;
        /* "After training under Belgian officers, Malian soldiers graduated": the main clause begins */
        if (comma && !and&&follows_opening_clause(sentence, i))
            continue;
        /* A comma alone joins only two namings of actors: goods and clauses are too often apposed. */
        if (link < before && and)
            link = office_before(lexicon, sentence, link, i);
        if (link < before && sentence->groups[link].kind == GROUP_NOUN &&
            (and || (comma && !is_opening_phrase(lexicon, sentence, link) && is_listed(sentence, link, i)))) {
            group->and_with = (int32_t)link;
            group->preposition = sentence->groups[link].preposition;
        }
    }
}

struct linker {
    const struct lexicon *lexicon;
    struct sentence *sentence;
    int32_t first_noun;  /* first noun group of the sentence that no preposition governs */
    int32_t last_noun;   /* latest noun group without preposition since the last verb or boundary */
    int32_t last_verb;   /* latest verb group */
    int32_t top_verb;    /* latest finite verb group outside relative clauses */
    int32_t that_noun;   /* noun group right before "that": "the possibility that" */
    int32_t relative_of; /* noun group before "who" */
    bool and_before, that_before, who_before, when_before, if_before, comma_before, preposition_before;
    bool condition; /* the sentence has an if-clause before its main clause */
};

static void forget_marks(struct linker *linker)
{
    linker->and_before = linker->that_before = linker->who_before = linker->when_before = linker->if_before =
        linker->comma_before = linker->preposition_before = false;
}

/* The first member of the coordination that `noun` belongs to. */
static int32_t coordination_start(const struct sentence *sentence, int32_t noun)
{
    while (noun != NONE && sentence->groups[noun].and_with != NONE)
        noun = sentence->groups[noun].and_with;
    return noun;
}

/* "gave Washington six months to leave", "gave Paris until Friday to withdraw": who is given time is to act. */
static bool gives_time(const struct linker *linker, const struct group *governor)
{
    const struct sentence *sentence = linker->sentence;
    const struct word *word = &sentence->part->words[sentence->part->words[governor->head].span_first];
    const char *class = word->verb == NONE ? NULL : lexicon_entry_id(linker->lexicon, (uint32_t)word->verb);
    uint32_t object = (uint32_t)(governor - sentence->groups) + 1;
    if (!class || strcmp(class, "give") != 0 || governor->passive || object + 1 >= sentence->group_count ||
        sentence->groups[object].kind != GROUP_NOUN || !acts(sentence, &sentence->groups[object]))
        return false;
    const struct group *next = &sentence->groups[object + 1];
    static const char *const words[] = {"deadline", "ultimatum", "notice", NULL};
    bool time = next->kind == GROUP_TIME ||
                (next->kind == GROUP_PREPOSITION && word_is(sentence, next->first, "until")) ||
                (next->kind == GROUP_NOUN && sentence->part->words[next->head].time != NONE);
    for (size_t i = 0; words[i] && !time; i++)
        time = next->kind == GROUP_NOUN && word_is(sentence, next->head, words[i]);
    return time;
}

static bool is_object_control(const struct linker *linker, int32_t governor)
{
    const struct group *verb = &linker->sentence->groups[governor];
    const char *control = verb_value(linker->lexicon, linker->sentence, verb, "control"),
               *stage = verb_value(linker->lexicon, linker->sentence, verb, "stage");
    /* "cleared Rabat to buy" */
    bool cleared = stage && !strcmp(stage, "approved") && linker->last_noun == governor + 1 &&
                   names_actor(linker->sentence, &linker->sentence->groups[linker->last_noun]);
    return cleared || (control && !strcmp(control, "object"));
}

/* "a plan to sell": the noun right before an infinitive governs it; but in "pledged at the summit to give" the verb
 * does. */
static int32_t carrier_of_infinitive(const struct linker *linker, int32_t noun)
{
    static const char *const classes[] = {"intention", "request",   "offer_noun", "step",    "licence", "paper",
                                          "deal",      "agreement", "arms_deal",  "mandate", NULL};
    const struct group *groups = linker->sentence->groups;
    if (noun < 0 || groups[noun].kind != GROUP_NOUN)
        return NONE;
    if (groups[noun].preposition == NONE)
        return noun;
    /* "the decision of the Netherlands to provide" */
    const int32_t carriers[] = {noun, noun >= 2 && groups[noun].preposition == noun - 1 &&
                                              groups[noun - 2].kind == GROUP_NOUN &&
                                              word_is(linker->sentence, groups[noun - 1].first, "of")
                                          ? noun - 2
                                          : noun};
    for (size_t k = 0; k < 2; k++) {
        const char *class = noun_class(linker->lexicon, linker->sentence, groups[carriers[k]].head);
        for (size_t i = 0; class && classes[i]; i++)
            if (!strcmp(classes[i], class))
                return carriers[k];
    }
    return NONE;
}

/* "a deadline for its peacekeepers to leave", "called for Rabat to send": who stands behind "for" does it. */
static int32_t told_for(const struct linker *linker, int32_t at)
{
    const struct group *groups = linker->sentence->groups;
    int32_t noun = at > 0 && groups[at - 1].kind == GROUP_NOUN ? at - 1 : NONE;
    /* "for its peacekeepers in Congo to leave" */
    if (noun >= 3 && groups[noun].preposition == noun - 1 && groups[noun - 2].kind == GROUP_NOUN &&
        word_is(linker->sentence, groups[noun - 1].first, "in"))
        noun -= 2;
    bool told = noun != NONE && groups[noun].preposition != NONE &&
                word_is(linker->sentence, groups[groups[noun].preposition].first, "for") &&
                groups[noun].preposition == coordination_start(linker->sentence, noun) - 1 &&
                group_is_force(linker->lexicon, linker->sentence, noun);
    return told ? coordination_start(linker->sentence, noun) : NONE;
}

static void link_infinitive(struct linker *linker, int32_t at)
{
    struct group *verb = &linker->sentence->groups[at];
    verb->link = LINK_COMPLEMENT;
    verb->governor = linker->last_verb;
    if (linker->last_verb == NONE) {
        /* headline: "UK to send tanks" */
        verb->subject = coordination_start(linker->sentence, linker->first_noun);
        verb->headline_to = true;
        verb->tense = TENSE_FUTURE;
        verb->link = LINK_ROOT;
        linker->top_verb = at;
        return;
    }
    const struct group *governor = &linker->sentence->groups[linker->last_verb];
    verb->subject = governor->subject;
    int32_t told = told_for(linker, at);
    if (told != NONE) {
        verb->subject = told;
        verb->governor_noun = carrier_of_infinitive(linker, verb->subject - 2);
    } else if (linker->last_noun != NONE && linker->last_noun > linker->last_verb) {
        /* "plan to sell", "asks Berlin to send" */
        if (gives_time(linker, governor))
            verb->subject = coordination_start(linker->sentence, linker->last_verb + 1);
        else if (is_object_control(linker, linker->last_verb) && !governor->passive)
            verb->subject = coordination_start(linker->sentence, linker->last_noun);
        else
            verb->governor_noun = carrier_of_infinitive(linker, at - 1);
    } else if (gives_time(linker, governor))
        verb->subject = coordination_start(linker->sentence, linker->last_verb + 1);
    else
        verb->governor_noun = carrier_of_infinitive(linker, at - 1);
    verb->conditional = governor->conditional;
}

/* "imposed sanctions on Ankara on Monday for buying": whom a phrase with on or against names between the verb and
 * "for", or NONE. */
static int32_t punished_before(const struct linker *linker, int32_t preposition)
{
    const struct sentence *sentence = linker->sentence;
    const struct group *groups = sentence->groups;
    if (preposition < 1 || groups[preposition].kind != GROUP_PREPOSITION || linker->last_verb == NONE ||
        !word_is(sentence, groups[preposition].first, "for"))
        return NONE;
    for (int32_t i = linker->last_verb + 1; i < preposition; i++)
        if (groups[i].kind == GROUP_NOUN && groups[i].preposition != NONE && acts(sentence, &groups[i]) &&
            (word_is(sentence, groups[groups[i].preposition].first, "on") ||
             word_is(sentence, groups[groups[i].preposition].first, "against")))
            return i;
    return NONE;
}

/* "accused Iran of supplying", "thanked Berlin for sending", "barred from buying": who is accused, thanked or barred
 * does what the gerund says. */
static bool object_does_gerund(const struct linker *linker, int32_t at)
{
    static const char *const words[] = {"of", "for", "from", "against", "into", NULL};
    const struct sentence *sentence = linker->sentence;
    int32_t preposition = at - 1;
    while (preposition > 0 && sentence->groups[preposition].kind == GROUP_ADVERB)
        preposition--;
    if (punished_before(linker, preposition) != NONE)
        return true;
    if (preposition < 1 || sentence->groups[preposition].kind != GROUP_PREPOSITION || linker->last_noun == NONE ||
        linker->last_noun != linker->last_verb + 1 || linker->last_noun != preposition - 1 ||
        !acts(sentence, &sentence->groups[linker->last_noun]))
        return false;
    const struct token *token = &sentence->part->list.tokens[sentence->groups[preposition].first];
    for (size_t i = 0; words[i]; i++)
        if (strlen(words[i]) == token->end - token->start &&
            !strncasecmp(sentence->part->text + token->start, words[i], strlen(words[i])))
            return true;
    return false;
}

static void link_gerund(struct linker *linker, int32_t at)
{
    struct group *verb = &linker->sentence->groups[at];
    verb->tense = TENSE_NONE;
    verb->governor = linker->last_verb;
    verb->link = linker->comma_before || linker->when_before ? LINK_ADVERBIAL : LINK_COMPLEMENT;
    if (linker->last_verb == NONE) {
        verb->subject = linker->last_noun;
        verb->link = LINK_ROOT;
        return;
    }
    const struct group *governor = &linker->sentence->groups[linker->last_verb];
    verb->subject = governor->subject;
    /* "drones targeting cities", "sees other countries within the region receiving": a participle behind its noun */
    if (at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN && !linker->comma_before &&
        linker->last_noun != NONE && linker->last_noun > linker->last_verb)
        verb->subject = linker->last_noun;
    verb->conditional = governor->conditional;
    if (object_does_gerund(linker, at)) {
        int32_t punished = punished_before(linker, at - 1);
        verb->subject = coordination_start(linker->sentence, punished == NONE ? linker->last_noun : punished);
        return;
    }
    if (at > 0 && linker->sentence->groups[at - 1].kind == GROUP_PREPOSITION && at > 1 &&
        linker->sentence->groups[at - 2].kind == GROUP_NOUN)
        verb->governor_noun = at - 2;
}

static bool finite_follows(const struct sentence *sentence, int32_t at)
{
    for (uint32_t i = (uint32_t)at + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_STOP || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
            group->kind == GROUP_WHEN)
            return false;
        if (group->kind == GROUP_VERB && !group->infinitive && !group->gerund)
            return true;
    }
    return false;
}

/* "spoke by phone", "arrived by train": how, not by whom. */
static bool is_means(const struct sentence *sentence, int32_t noun)
{
    static const char *const words[] = {"phone", "telephone", "video", "videoconference", "air",  "sea",  "land",
                                        "road",  "rail",      "train", "plane",           "ship", "boat", "car",
                                        "link",  NULL};
    if ((uint32_t)noun >= sentence->group_count || sentence->groups[noun].kind != GROUP_NOUN)
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, sentence->groups[noun].head, words[i]))
            return true;
    return false;
}

/* True behind a verb of speech or "that", "when", "if": a new clause has begun and waits for its verb. */
static bool opens_content(const struct linker *linker)
{
    return linker->that_before || linker->when_before || linker->if_before ||
           verb_value(linker->lexicon, linker->sentence, &linker->sentence->groups[linker->last_verb], "speech");
}

/* A doer behind "by", with only phrases between: "boats donated to Kenya by Japan". */
static bool has_doer_behind(const struct sentence *sentence, int32_t at)
{
    for (uint32_t i = (uint32_t)at + 1; i + 1 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_PREPOSITION && word_is(sentence, group->first, "by"))
            return sentence->groups[i + 1].kind == GROUP_NOUN && acts(sentence, &sentence->groups[i + 1]);
        if (group->kind != GROUP_PREPOSITION && group->kind != GROUP_NOUN && group->kind != GROUP_TIME)
            return false;
    }
    return false;
}

/* "A fair showcasing kit to tackle unrest opened": the noun that a participle right behind it describes, where no verb
 * but such has come yet; else NONE. */
static int32_t described_subject(const struct linker *linker, int32_t at)
{
    const struct group *groups = linker->sentence->groups;
    int32_t noun = linker->first_noun;
    if (linker->top_verb != NONE || linker->last_verb == NONE || noun == NONE || linker->comma_before ||
        linker->that_before || linker->when_before || linker->if_before || linker->last_noun <= linker->last_verb)
        return NONE;
    for (int32_t i = 0; i <= linker->last_verb; i++)
        if (groups[i].kind == GROUP_VERB && !groups[i].gerund && !groups[i].infinitive &&
            groups[i].link != LINK_REDUCED)
            return NONE;
    const struct group *next = &groups[noun + 1];
    /* "troops deployed to help … have returned" */
    bool finite = groups[at].first != groups[at].head;
    bool participle = next->kind == GROUP_VERB && (next->gerund || (next->link == LINK_REDUCED && finite));
    return participle && next->subject == noun ? noun : NONE;
}

/* "weapons supplied by Iran": a past participle without auxiliary behind its noun. */
static bool is_reduced(const struct linker *linker, int32_t at)
{
    const struct sentence *sentence = linker->sentence;
    const struct group *verb = &sentence->groups[at];
    if (verb->tense != TENSE_PAST || verb->perfect || verb->passive || verb->progressive || verb->first != verb->head ||
        at == 0)
        return false;
    const struct group *before = &sentence->groups[at - 1];
    if (described_subject(linker, at) != NONE && !finite_follows(sentence, at))
        return false;
    /* "After training abroad, the soldiers graduated from": the main verb */
    if (linker->top_verb == NONE && before->kind == GROUP_NOUN && linker->comma_before &&
        follows_opening_clause(sentence, (uint32_t)at - 1) && !finite_follows(sentence, at))
        return false;
    if (before->kind != GROUP_NOUN || linker->who_before || (linker->that_before && linker->last_noun == at - 1))
        return false;
    bool preposition =
        (uint32_t)at + 1 < sentence->group_count &&
        (sentence->groups[at + 1].kind == GROUP_PREPOSITION || sentence->groups[at + 1].kind == GROUP_TIME);
    if (!preposition)
        return false;
    const struct token *next = &sentence->part->list.tokens[sentence->groups[at + 1].first];
    bool by = next->end - next->start == 2 && !strncasecmp(sentence->part->text + next->start, "by", 2) &&
              !is_means(sentence, at + 2);
    if (by || has_doer_behind(sentence, at) || finite_follows(sentence, at))
        return true;
    /* "the withdrawal from Haiti began on Monday", "said the meeting in Oslo ended in anger": the clause has no other
     * verb */
    if (linker->last_verb == NONE || (linker->last_noun != NONE && linker->last_noun < at - 1 && opens_content(linker)))
        return false;
    return before->preposition != NONE ||
           (!linker->that_before && linker->last_noun == at - 1 && !linker->and_before && linker->last_verb > 0);
}

/* True where a group of that kind stands right before, adverbs aside. */
static bool follows(const struct sentence *sentence, int32_t at, enum group_kind kind)
{
    int32_t before = at - 1;
    while (before >= 0 && sentence->groups[before].kind == GROUP_ADVERB)
        before--;
    return before >= 0 && sentence->groups[before].kind == kind;
}

/* The speaker of "…, the ministry said" and "…, a spokesman for the army said": the noun group between the comma and a
 * verb of speech that closes a clause, which would else read as one more member of the list before it. NONE otherwise.
 */
static int32_t trailing_speaker(const struct linker *linker, int32_t at)
{
    const struct group *groups = linker->sentence->groups;
    if (linker->last_verb == NONE || !verb_value(linker->lexicon, linker->sentence, &groups[at], "speech"))
        return NONE;
    int32_t noun = at - 1;
    while (noun >= 2 && groups[noun].kind == GROUP_NOUN && groups[noun - 1].kind == GROUP_PREPOSITION)
        noun -= 2;
    return noun > linker->last_verb + 1 && groups[noun].kind == GROUP_NOUN && groups[noun - 1].kind == GROUP_COMMA
               ? noun
               : NONE;
}

/* No noun group behind the verb that could be its object. */
static bool lacks_object(const struct sentence *sentence, int32_t at)
{
    uint32_t next = (uint32_t)at + 1;
    return !sentence->groups[at].passive &&
           (next >= sentence->group_count ||
            (sentence->groups[next].kind != GROUP_NOUN && sentence->groups[next].kind != GROUP_OPEN_QUOTE &&
             sentence->groups[next].kind != GROUP_THAT));
}

/* Nouns behind which "that" opens what they say, not a relative clause: "the report that Kenya signed". */
static bool carries_content(const struct linker *linker, int32_t noun)
{
    const struct sentence *sentence = linker->sentence;
    const char *class = noun_class(linker->lexicon, sentence, sentence->groups[noun].head);
    if (sentence->part->words[sentence->groups[noun].head].name != NONE)
        return false;
    return !class || !strcmp(class, "intention") || !strcmp(class, "document") || !strcmp(class, "source");
}

/* "The commander of the army, General Shiriqui, ended": the noun group that the one between commas is apposed to, or
 * the group itself. */
static int32_t apposed_to(const struct sentence *sentence, int32_t noun)
{
    const struct group *groups = sentence->groups;
    if (noun < 2 || groups[noun].and_with != NONE || groups[noun - 1].kind != GROUP_COMMA ||
        (uint32_t)noun + 1 >= sentence->group_count || groups[noun + 1].kind != GROUP_COMMA)
        return noun;
    int32_t head = noun - 2;
    while (head >= 2 && groups[head].kind == GROUP_NOUN && groups[head].preposition == head - 1)
        head -= 2;
    return groups[head].kind == GROUP_NOUN && groups[head].preposition == NONE ? head : noun;
}

/* "the tanks Poland bought": goods right before a doer that has no object of its own. */
static bool describes_goods_before(const struct linker *linker, int32_t at)
{
    const struct sentence *sentence = linker->sentence;
    bool pronoun = at >= 2 && sentence->part->words[sentence->groups[at - 1].first].pos == POS_PRONOUN;
    if (at < 2 || sentence->groups[at - 1].kind != GROUP_NOUN || sentence->groups[at - 2].kind != GROUP_NOUN ||
        sentence->groups[at - 1].preposition != NONE || sentence->groups[at - 1].and_with != NONE ||
        (!pronoun && !acts(sentence, &sentence->groups[at - 1])) || !lacks_object(sentence, at))
        return false;
    const struct word *head = &sentence->part->words[sentence->groups[at - 2].head];
    if (head->name != NONE)
        return lexicon_class_use((enum lexicon_class)sentence->mentions[head->name].class) == USE_GOODS;
    return head->noun != NONE && lexicon_entry_value(linker->lexicon, (uint32_t)head->noun, "unroca") != NULL;
}

/* The noun that phrases with prepositions before `at` hang on: "F-16s for Turkey approved". */
static int32_t noun_before_phrases(const struct sentence *sentence, int32_t at)
{
    int32_t noun = at - 1;
    while (noun >= 2 && sentence->groups[noun].kind == GROUP_NOUN && sentence->groups[noun].preposition == noun - 1 &&
           sentence->groups[noun - 2].kind == GROUP_NOUN)
        noun -= 2;
    return noun;
}

/* A headline tells what is done in the present: its past form without an object is a participle, "US troops expelled
 * from Niger", unless the verb takes no object. */
static bool is_headline_passive(const struct linker *linker, int32_t at)
{
    static const char *const acts_alone[] = {"arrive",   "dock",  "visit",       "meet",  "begin", "finish",
                                             "converse", "fail",  "participate", "cool",  "near",  "cooperate",
                                             "win",      "agree", "become",      "stop",  "vote",  "pay",
                                             "join",     "say",   "withdraw",    "claim", NULL};
    const struct sentence *sentence = linker->sentence;
    const struct group *verb = &sentence->groups[at];
    if (!sentence->headline || at == 0 || linker->last_verb != NONE || verb->tense != TENSE_PAST || verb->perfect ||
        verb->passive || verb->progressive || verb->first != verb->head || !lacks_object(sentence, at) ||
        sentence->groups[at - 1].kind != GROUP_NOUN || finite_follows(sentence, at))
        return false;
    const char *class = verb_class(linker->lexicon, sentence, verb);
    for (size_t i = 0; class && acts_alone[i]; i++)
        if (!strcmp(class, acts_alone[i]))
            return false;
    return class || has_doer_behind(sentence, at);
}

static void link_finite(struct linker *linker, int32_t at)
{
    struct sentence *sentence = linker->sentence;
    struct group *verb = &sentence->groups[at];
    int32_t speaker = trailing_speaker(linker, at);
    if (speaker != NONE) {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = speaker;
        sentence->groups[speaker].and_with = sentence->groups[speaker].preposition = NONE;
        return;
    }
    if (describes_goods_before(linker, at)) {
        verb->link = LINK_RELATIVE;
        verb->subject = at - 1;
        verb->object = at - 2;
        verb->governor = NONE;
        return;
    }
    if (is_headline_passive(linker, at)) {
        verb->link = LINK_ROOT;
        verb->passive = true;
        verb->subject = noun_before_phrases(sentence, at);
        verb->governor = NONE;
        linker->top_verb = at;
        return;
    }
    if (is_reduced(linker, at)) {
        verb->link = LINK_REDUCED;
        verb->passive = true;
        verb->subject = at - 1;
        verb->governor = linker->last_verb;
        return;
    }
    if (linker->who_before) {
        bool own_subject = linker->last_noun != NONE && linker->last_noun > linker->relative_of;
        verb->link = LINK_RELATIVE;
        verb->subject = own_subject ? coordination_start(sentence, linker->last_noun) : linker->relative_of;
        verb->governor = NONE;
        if (own_subject && lacks_object(sentence, at))
            verb->object = linker->relative_of;
        return;
    }
    /* "the pact that Kenya signed with Poland" */
    if (linker->that_before && linker->that_noun != NONE && linker->last_noun != NONE &&
        !carries_content(linker, linker->that_noun) && lacks_object(sentence, at)) {
        verb->link = LINK_RELATIVE;
        verb->subject = coordination_start(sentence, linker->last_noun);
        verb->object = linker->that_noun;
        verb->governor = NONE;
        return;
    }
    verb->governor = linker->last_verb;
    bool shares = linker->last_verb != NONE && follows(sentence, at, GROUP_AND);
    /* "India, which bought the jets, signed": back to the main clause */
    if (linker->last_verb != NONE && linker->first_noun != NONE && follows(sentence, at, GROUP_COMMA) &&
        (sentence->groups[linker->last_verb].link == LINK_RELATIVE ||
         sentence->groups[linker->last_verb].link == LINK_REDUCED)) {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = coordination_start(sentence, linker->first_noun);
        linker->top_verb = at;
        return;
    }
    if (linker->last_noun != NONE && !shares) {
        int32_t described = described_subject(linker, at);
        verb->subject =
            coordination_start(sentence, described == NONE ? apposed_to(sentence, linker->last_noun) : described);
        const char *speech = linker->last_verb == NONE ? NULL
                                                       : verb_value(linker->lexicon, sentence,
                                                                    &sentence->groups[linker->last_verb], "speech");
        if (linker->if_before) {
            verb->link = LINK_CONDITION;
            verb->conditional = true;
            linker->condition = true;
        } else if (linker->when_before)
            verb->link = LINK_ADVERBIAL;
        else if (linker->that_before || (speech && !linker->comma_before && !linker->and_before)) {
            verb->link = LINK_CONTENT;
            if (linker->that_before)
                verb->governor_noun = linker->that_noun;
        } else {
            verb->link = linker->and_before ? LINK_AND : LINK_ROOT;
            if (verb->link == LINK_AND && linker->last_verb != NONE)
                verb->governor = sentence->groups[linker->last_verb].governor;
            else
                verb->governor = NONE;
        }
    } else if (shares || (linker->and_before && linker->last_verb != NONE)) {
        verb->link = LINK_AND;
        verb->subject = sentence->groups[linker->last_verb].subject;
        verb->governor = sentence->groups[linker->last_verb].governor;
        if (sentence->groups[linker->last_verb].infinitive || sentence->groups[linker->last_verb].gerund)
            verb->subject = linker->top_verb == NONE ? verb->subject : sentence->groups[linker->top_verb].subject;
    } else {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = coordination_start(sentence, linker->first_noun);
    }
    /* "After completing the course, soldiers …": who does both */
    for (int32_t i = 0; i < at && linker->top_verb == NONE; i++)
        if (sentence->groups[i].kind == GROUP_VERB && sentence->groups[i].gerund &&
            sentence->groups[i].subject == NONE && i > 0 && sentence->groups[i - 1].kind == GROUP_PREPOSITION)
            sentence->groups[i].subject = verb->subject;
    linker->top_verb = at;
}

static bool is_unit_of_time(const struct linker *linker, const struct group *group)
{
    int32_t time = linker->sentence->part->words[group->head].time;
    return time != NONE && !strcmp(lexicon_entry_id(linker->lexicon, (uint32_t)time), "unit");
}

static void note_group(struct linker *linker, int32_t at)
{
    struct group *group = &linker->sentence->groups[at];
    switch (group->kind) {
    case GROUP_NOUN:
        /* "in the coming weeks and months": no doer */
        if (group->preposition == NONE && group->and_with == NONE &&
            (linker->first_noun == NONE || !is_unit_of_time(linker, group))) {
            linker->last_noun = at;
            if (linker->first_noun == NONE)
                linker->first_noun = at;
        }
        break;
    case GROUP_AND:
        linker->and_before = true;
        break;
    case GROUP_COMMA:
        linker->comma_before = true;
        break;
    case GROUP_PREPOSITION:
        linker->preposition_before = true;
        break;
    case GROUP_THAT:
        linker->that_before = true;
        linker->that_noun = at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN ? at - 1 : NONE;
        linker->last_noun = NONE;
        break;
    case GROUP_WHO:
        linker->who_before = true;
        linker->relative_of = at > 0 && linker->sentence->groups[at - 1].kind == GROUP_NOUN   ? at - 1
                              : at > 1 && linker->sentence->groups[at - 2].kind == GROUP_NOUN ? at - 2
                                                                                              : NONE;
        linker->last_noun = NONE;
        break;
    case GROUP_WHEN:
        linker->when_before = true;
        linker->last_noun = NONE;
        break;
    case GROUP_IF:
        linker->if_before = true;
        linker->last_noun = NONE;
        break;
    case GROUP_STOP:
        forget_marks(linker);
        linker->last_noun = NONE;
        break;
    default:
        break;
    }
}

bool clause_begins_anew(const struct sentence *sentence, int32_t noun)
{
    const struct group *groups = sentence->groups;
    if (noun < 2 || groups[noun].kind != GROUP_NOUN || groups[noun].preposition != NONE ||
        groups[noun].and_with != NONE || groups[noun - 1].kind != GROUP_COMMA)
        return false;
    for (uint32_t i = (uint32_t)noun + 1; i < sentence->group_count; i++) {
        if (groups[i].kind == GROUP_STOP || groups[i].kind == GROUP_WHO || groups[i].kind == GROUP_THAT)
            return false;
        if (groups[i].kind == GROUP_VERB)
            return groups[i].subject == noun && groups[i].link != LINK_REDUCED && !groups[i].gerund;
    }
    return false;
}

/* "hours after the truce", "two days before": when, not what. */
static bool is_span_of_time(const struct sentence *sentence, uint32_t noun)
{
    if (noun + 1 >= sentence->group_count || sentence->part->words[sentence->groups[noun].head].time == NONE)
        return false;
    const struct group *next = &sentence->groups[noun + 1];
    return next->kind == GROUP_WHEN || (next->kind == GROUP_PREPOSITION && (word_is(sentence, next->first, "after") ||
                                                                            word_is(sentence, next->first, "before")));
}

/* Objects: noun groups behind the verb that no preposition governs, up to the next verb or boundary. */
static void link_objects(struct sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB)
            continue;
        verb->clause_last = (int32_t)i;
        for (uint32_t j = i + 1; j < sentence->group_count; j++) {
            const struct group *group = &sentence->groups[j];
            if (group->kind == GROUP_VERB || group->kind == GROUP_THAT || group->kind == GROUP_WHO ||
                group->kind == GROUP_WHEN || group->kind == GROUP_IF)
                break;
            if (group->kind == GROUP_STOP)
                break;
            if (clause_begins_anew(sentence, (int32_t)j))
                break;
            verb->clause_last = (int32_t)j;
            if (group->kind != GROUP_NOUN || group->preposition != NONE || group->and_with != NONE ||
                is_span_of_time(sentence, j))
                continue;
            if (verb->object == NONE)
                verb->object = (int32_t)j;
            else if (verb->object2 == NONE && (int32_t)j == verb->object + 1)
                verb->object2 = (int32_t)j;
        }
    }
}

/* "to train and equip rebels": the first verb has the second one's object. */
static void share_objects(struct sentence *sentence)
{
    for (uint32_t i = sentence->group_count; i-- > 0;) {
        struct group *verb = &sentence->groups[i];
        if (verb->kind != GROUP_VERB || verb->object != NONE || verb->passive || i + 2 >= sentence->group_count)
            continue;
        uint32_t next = i + 1;
        while (next + 1 < sentence->group_count &&
               (sentence->groups[next].kind == GROUP_AND || sentence->groups[next].kind == GROUP_COMMA))
            next++;
        const struct group *second = &sentence->groups[next];
        if (next > i + 1 && second->kind == GROUP_VERB && !second->passive && second->object == (int32_t)next + 1)
            verb->object = second->object;
    }
}

void clause_link(const struct lexicon *lexicon, struct sentence *sentence)
{
    conjunction_find(sentence);
    link_nouns(lexicon, sentence);
    struct linker linker = {.lexicon = lexicon,
                            .sentence = sentence,
                            .first_noun = NONE,
                            .last_noun = NONE,
                            .last_verb = NONE,
                            .top_verb = NONE,
                            .that_noun = NONE,
                            .relative_of = NONE};
    for (uint32_t i = 0; i < sentence->group_count; i++) {
        struct group *group = &sentence->groups[i];
        if (group->kind != GROUP_VERB) {
            note_group(&linker, (int32_t)i);
            continue;
        }
        if (group->infinitive)
            link_infinitive(&linker, (int32_t)i);
        else if (group->gerund)
            link_gerund(&linker, (int32_t)i);
        else
            link_finite(&linker, (int32_t)i);
        if (group->governor == (int32_t)i)
            group->governor = NONE;
        linker.last_verb = (int32_t)i;
        linker.last_noun = NONE;
        forget_marks(&linker);
    }
    link_objects(sentence);
    share_objects(sentence);
}

int32_t clause_verb_of(const struct sentence *sentence, int32_t noun)
{
    for (int32_t i = noun - 1; i >= 0; i--) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB)
            return group->clause_last >= noun ? i : NONE;
        if (group->kind == GROUP_THAT || group->kind == GROUP_WHO || group->kind == GROUP_WHEN ||
            group->kind == GROUP_IF || group->kind == GROUP_STOP)
            break;
    }
    return NONE;
}

bool clause_is_object(const struct sentence *sentence, int32_t verb, int32_t noun)
{
    return sentence->groups[verb].object == noun || sentence->groups[verb].object2 == noun;
}

int32_t clause_coordinated_next(const struct sentence *sentence, int32_t group)
{
    for (uint32_t i = (uint32_t)group + 1; i < sentence->group_count && i < (uint32_t)group + 6; i++)
        if (sentence->groups[i].kind == GROUP_NOUN && sentence->groups[i].and_with == group)
            return (int32_t)i;
    return NONE;
}
