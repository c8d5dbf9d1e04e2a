#include "lib/coder/clause_parts.h"
#include "lib/coder/workspace.h"

#include <string.h>

/* ", the ministry said", ", an official told Interfax on Monday": who says the sentence, behind it. */
static bool is_attribution(const struct sentence *sentence, uint32_t verb)
{
    static const char *const words[] = {"said",  "says",     "told",      "reported",  "reports",
                                        "added", "adds",     "announced", "announces", "confirmed",
                                        "wrote", "declared", "stated",    "disclosed", NULL};
    const struct group *groups = sentence->groups;
    bool speech = false;
    for (size_t i = 0; words[i]; i++)
        speech |= word_is(sentence, groups[verb].head, words[i]);
    uint32_t i = verb;
    while (speech && i > 0 && (groups[i - 1].kind == GROUP_NOUN || groups[i - 1].kind == GROUP_PREPOSITION))
        i--;
    return speech && groups[verb].first == groups[verb].last && i > 0 && i < verb && groups[i].kind == GROUP_NOUN &&
           groups[i - 1].kind == GROUP_COMMA;
}

static bool finite_follows(const struct sentence *sentence, int32_t at)
{
    for (uint32_t i = (uint32_t)at + 1; i < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_VERB && is_attribution(sentence, i))
            return false;
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
           clause_verb_value(linker->lexicon, linker->sentence, &linker->sentence->groups[linker->last_verb], "speech");
}

/* A doer behind "by", with only phrases between: "boats donated to Kenya by Japan". */
static bool has_doer_behind(const struct sentence *sentence, int32_t at)
{
    for (uint32_t i = (uint32_t)at + 1; i + 1 < sentence->group_count; i++) {
        const struct group *group = &sentence->groups[i];
        if (group->kind == GROUP_PREPOSITION && word_is(sentence, group->first, "by"))
            return sentence->groups[i + 1].kind == GROUP_NOUN && clause_acts(sentence, &sentence->groups[i + 1]);
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

/* The noun group before a participle: right before it, or with an adverb of time between, "helicopters recently
 * delivered to". */
static int32_t noun_before_participle(const struct sentence *sentence, int32_t at)
{
    static const char *const words[] = {"now",       "newly",      "recently",    "currently",   "already",
                                        "presently", "still",      "permanently", "temporarily", "jointly",
                                        "formerly",  "previously", NULL};
    const struct group *before = &sentence->groups[at - 1];
    if (at < 2 || before->kind != GROUP_ADVERB || before->first != before->last)
        return at - 1;
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, before->first, words[i]))
            return at - 2;
    return at - 1;
}

/* "gave", "took": a past tense that is no participle. */
static bool is_past_only(const struct sentence *sentence, uint32_t at)
{
    static const char *const words[] = {"gave",  "took",    "began",     "went", "flew",   "drew",      "withdrew",
                                        "chose", "saw",     "undertook", "came", "became", "threw",     "wrote",
                                        "broke", "froze",   "grew",      "rose", "ran",    "drove",     "fell",
                                        "did",   "swore",   "shook",     "rode", "spoke",  "underwent", "oversaw",
                                        "knew",  "forgave", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, at, words[i]))
            return true;
    return false;
}

/* "assigned to the 1st Brigade", "based in Italy": where soldiers belong. */
static bool is_posting(const struct sentence *sentence, uint32_t at)
{
    static const char *const words[] = {"assigned", "attached", "based", "stationed", "deployed", NULL};
    for (size_t i = 0; words[i]; i++)
        if (word_is(sentence, at, words[i]))
            return true;
    return false;
}

/* "weapons supplied by Iran": a past participle without auxiliary behind its noun. */
static bool is_reduced(const struct linker *linker, int32_t at)
{
    const struct sentence *sentence = linker->sentence;
    const struct group *verb = &sentence->groups[at];
    if (verb->tense != TENSE_PAST || verb->perfect || verb->passive || verb->progressive || verb->first != verb->head ||
        at == 0 || is_past_only(sentence, verb->head))
        return false;
    /* "paratroopers assigned to the brigade jumped alongside Spaniards": one verb must be the sentence's own */
    if (linker->top_verb == NONE && linker->last_verb != NONE &&
        sentence->groups[linker->last_verb].link == LINK_REDUCED && !finite_follows(sentence, at) &&
        is_posting(sentence, sentence->groups[linker->last_verb].head))
        return false;
    int32_t noun = noun_before_participle(sentence, at);
    const struct group *before = &sentence->groups[noun];
    if (described_subject(linker, at) != NONE && !finite_follows(sentence, at))
        return false;
    /* "After training abroad, the soldiers graduated from": the main verb */
    if (linker->top_verb == NONE && before->kind == GROUP_NOUN && linker->comma_before &&
        clause_follows_opening(sentence, (uint32_t)noun) && !finite_follows(sentence, at))
        return false;
    if (before->kind != GROUP_NOUN || linker->who_before || (linker->that_before && linker->last_noun == noun))
        return false;
    bool preposition =
        (uint32_t)at + 1 < sentence->group_count &&
        (sentence->groups[at + 1].kind == GROUP_PREPOSITION || sentence->groups[at + 1].kind == GROUP_TIME);
    if (!preposition)
        return false;
    const struct token *next = &sentence->part->list.tokens[sentence->groups[at + 1].first];
    const char *class = verb_class(linker->lexicon, sentence, verb);
    bool alone = class && (!strcmp(class, "meet") || !strcmp(class, "converse") || !strcmp(class, "arrive"));
    bool by = next->end - next->start == 2 && !strncasecmp(sentence->part->text + next->start, "by", 2) &&
              !is_means(sentence, at + 2);
    /* "the ministers of Kenya and Uganda met in Nairobi and agreed": nobody is met by nobody */
    if (alone && !by)
        return false;
    if (by || has_doer_behind(sentence, at) || finite_follows(sentence, at))
        return true;
    /* "the withdrawal from Haiti began on Monday", "said the meeting in Oslo ended in anger": the clause has no other
     * verb */
    if (linker->last_verb == NONE || (linker->last_noun != NONE && linker->last_noun < noun && opens_content(linker)))
        return false;
    return before->preposition != NONE ||
           (!linker->that_before && linker->last_noun == noun && !linker->and_before && linker->last_verb > 0);
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
    if (linker->last_verb == NONE || !clause_verb_value(linker->lexicon, linker->sentence, &groups[at], "speech"))
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
    /* "some 80 soldiers, part of a contingent, arrived", "Austria and Italy, partners since 2004, signed" */
    uint32_t end = (uint32_t)noun + 1;
    while (end + 1 < sentence->group_count && groups[end].kind == GROUP_PREPOSITION &&
           (groups[end + 1].kind == GROUP_TIME ||
            (groups[end + 1].kind == GROUP_NOUN && groups[end + 1].preposition == (int32_t)end)))
        end += 2;
    end += end < sentence->group_count && groups[end].kind == GROUP_TIME;
    if (noun < 2 || groups[noun].and_with != NONE || groups[noun - 1].kind != GROUP_COMMA ||
        end >= sentence->group_count || groups[end].kind != GROUP_COMMA)
        return noun;
    int32_t head = noun - 2;
    while (head >= 2 && groups[head].kind == GROUP_NOUN && groups[head].preposition == head - 1)
        head -= 2;
    return groups[head].kind == GROUP_NOUN && groups[head].preposition == NONE ? head : noun;
}

/* "Sikorsky Aircraft Corp., Stratford, Connecticut, has been awarded": the firm whose address stands between commas, or
 * NONE. */
static int32_t firm_before_address(const struct sentence *sentence, int32_t noun)
{
    enum { LINES_MAX = 3 };
    const struct group *groups = sentence->groups;
    for (int32_t lines = 0; lines < LINES_MAX && noun >= 2; lines++, noun -= 2) {
        const struct group *line = &groups[noun], *firm = &groups[noun - 2];
        if (line->kind != GROUP_NOUN || groups[noun - 1].kind != GROUP_COMMA || firm->kind != GROUP_NOUN ||
            line->preposition != NONE || !(sentence->part->list.tokens[line->first].flags & TOKEN_CAPITAL))
            return NONE;
        for (uint32_t i = firm->first; i <= firm->last; i++) {
            int32_t name = sentence->part->words[i].name;
            if (name != NONE && sentence->mentions[name].class == LEXICON_COMPANY)
                return firm->preposition == NONE ? noun - 2 : NONE;
        }
    }
    return NONE;
}

/* "the tanks Poland bought": goods right before a doer that has no object of its own. */
static bool describes_goods_before(const struct linker *linker, int32_t at)
{
    const struct sentence *sentence = linker->sentence;
    bool pronoun = at >= 2 && sentence->part->words[sentence->groups[at - 1].first].pos == POS_PRONOUN;
    if (at < 2 || sentence->groups[at - 1].kind != GROUP_NOUN || sentence->groups[at - 2].kind != GROUP_NOUN ||
        sentence->groups[at - 1].preposition != NONE || sentence->groups[at - 1].and_with != NONE ||
        (!pronoun && !clause_acts(sentence, &sentence->groups[at - 1])) || !lacks_object(sentence, at))
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
    while (noun > 0 && sentence->groups[noun].kind == GROUP_ADVERB)
        noun--;
    while (noun >= 2 && sentence->groups[noun].kind == GROUP_NOUN && sentence->groups[noun].preposition == noun - 1 &&
           sentence->groups[noun - 2].kind == GROUP_NOUN)
        noun -= 2;
    return noun;
}

/* "Djibouti given two patrol boats by Japan": who does it stands behind what is given, so that the subject gets it. */
static bool is_given_by_another(const struct linker *linker, int32_t at)
{
    static const char *const givers[] = {"give", "offer", "lend", "allocate", "grant", NULL};
    const struct sentence *sentence = linker->sentence;
    const char *class = verb_class(linker->lexicon, sentence, &sentence->groups[at]);
    uint32_t by = (uint32_t)at + 2;
    bool gives = false;
    for (size_t i = 0; class && givers[i]; i++)
        gives |= !strcmp(class, givers[i]);
    if (!gives || by + 1 >= sentence->group_count || sentence->groups[by - 1].kind != GROUP_NOUN ||
        sentence->groups[by].kind != GROUP_PREPOSITION || !word_is(sentence, sentence->groups[by].first, "by"))
        return false;
    return sentence->groups[by + 1].kind == GROUP_NOUN && clause_acts(sentence, &sentence->groups[by + 1]);
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
    int32_t before = at - 1;
    /* "aid abruptly halted" */
    while (before > 0 && sentence->groups[before].kind == GROUP_ADVERB)
        before--;
    if (!sentence->headline || at == 0 || linker->last_verb != NONE || verb->tense != TENSE_PAST || verb->perfect ||
        verb->passive || verb->progressive || verb->first != verb->head ||
        (!lacks_object(sentence, at) && !is_given_by_another(linker, at)) ||
        sentence->groups[before].kind != GROUP_NOUN || finite_follows(sentence, at))
        return false;
    const char *class = verb_class(linker->lexicon, sentence, verb);
    for (size_t i = 0; class && acts_alone[i]; i++)
        if (!strcmp(class, acts_alone[i]))
            return false;
    return class || has_doer_behind(sentence, at);
}

/* ", called Lion, was staged": what stands between commas is followed by the clause's own verb. */
static bool closes_before_verb(const struct sentence *sentence, int32_t at)
{
    uint32_t i = (uint32_t)at + 1;
    while (i < sentence->group_count &&
           (sentence->groups[i].kind == GROUP_NOUN || sentence->groups[i].kind == GROUP_PREPOSITION ||
            sentence->groups[i].kind == GROUP_TIME || sentence->groups[i].kind == GROUP_AND ||
            sentence->groups[i].kind == GROUP_OPEN_QUOTE || sentence->groups[i].kind == GROUP_CLOSE_QUOTE))
        i++;
    if (i + 1 >= sentence->group_count || sentence->groups[i].kind != GROUP_COMMA)
        return false;
    i += sentence->groups[i + 1].kind == GROUP_ADVERB ? 2 : 1;
    return i < sentence->group_count && sentence->groups[i].kind == GROUP_VERB && !sentence->groups[i].infinitive &&
           !sentence->groups[i].gerund;
}

/* "The boats, donated to Kenya by Japan, arrived": the noun that a participle between commas describes; NONE where
 * neither a doer nor a verb behind shows that it is one. */
static int32_t described_before_comma(const struct linker *linker, int32_t at)
{
    const struct sentence *sentence = linker->sentence;
    const struct group *verb = &sentence->groups[at];
    if (verb->tense != TENSE_PAST || verb->perfect || verb->passive || verb->progressive || verb->first != verb->head ||
        at < 2 || sentence->groups[at - 1].kind != GROUP_COMMA || sentence->groups[at - 2].kind != GROUP_NOUN ||
        (!has_doer_behind(sentence, at) && (linker->last_verb != NONE || !closes_before_verb(sentence, at))))
        return NONE;
    return noun_before_phrases(sentence, at - 1);
}

/* A verb that makes no clause of its own between others: behind its speaker, or beside a noun that it describes. */
static bool link_beside_noun(struct linker *linker, int32_t at)
{
    struct sentence *sentence = linker->sentence;
    struct group *verb = &sentence->groups[at];
    int32_t speaker = trailing_speaker(linker, at);
    if (speaker != NONE) {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = speaker;
        sentence->groups[speaker].and_with = sentence->groups[speaker].preposition = NONE;
        return true;
    }
    if (describes_goods_before(linker, at)) {
        verb->link = LINK_RELATIVE;
        verb->subject = at - 1;
        verb->object = at - 2;
        verb->governor = NONE;
        return true;
    }
    if (is_headline_passive(linker, at)) {
        verb->link = LINK_ROOT;
        verb->passive = true;
        verb->subject = noun_before_phrases(sentence, at);
        verb->governor = NONE;
        linker->top_verb = at;
        return true;
    }
    bool reduced = is_reduced(linker, at);
    int32_t described = reduced ? noun_before_participle(sentence, at) : described_before_comma(linker, at);
    if (!reduced && described == NONE)
        return false;
    verb->link = LINK_REDUCED;
    verb->passive = true;
    verb->subject = described;
    verb->governor = linker->last_verb;
    return true;
}

/* Behind "who", "which" and a "that" that stands for a noun. */
static bool link_relative(struct linker *linker, int32_t at)
{
    struct sentence *sentence = linker->sentence;
    struct group *verb = &sentence->groups[at];
    if (linker->who_before) {
        bool own_subject = linker->last_noun != NONE && linker->last_noun > linker->relative_of;
        verb->subject = own_subject ? clause_coordination_start(sentence, linker->last_noun) : linker->relative_of;
        if (own_subject && lacks_object(sentence, at))
            verb->object = linker->relative_of;
    } else if (!linker->that_before || linker->that_noun == NONE)
        return false;
    else if (linker->last_noun <= linker->that_noun)
        /* "the pact that allows": nothing else can be its subject */
        verb->subject = linker->that_noun;
    else if (linker->last_noun != NONE && !carries_content(linker, linker->that_noun) && lacks_object(sentence, at)) {
        /* "the pact that Kenya signed with Poland" */
        verb->subject = clause_coordination_start(sentence, linker->last_noun);
        verb->object = linker->that_noun;
    } else
        return false;
    verb->link = LINK_RELATIVE;
    verb->governor = NONE;
    return true;
}

/* The clause whose subject is the noun before. */
static void link_to_noun(struct linker *linker, int32_t at)
{
    struct sentence *sentence = linker->sentence;
    struct group *verb = &sentence->groups[at];
    int32_t described = described_subject(linker, at);
    if (described == NONE && follows(sentence, at, GROUP_COMMA) && linker->last_verb == NONE)
        described = firm_before_address(sentence, linker->last_noun);
    verb->subject =
        clause_coordination_start(sentence, described == NONE ? apposed_to(sentence, linker->last_noun) : described);
    const char *speech = linker->last_verb == NONE ? NULL
                                                   : clause_verb_value(linker->lexicon, sentence,
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
        verb->governor =
            linker->and_before && linker->last_verb != NONE ? sentence->groups[linker->last_verb].governor : NONE;
    }
}

/* "After completing the course, soldiers …", "Having bought frigates, Chile …": who does both. */
static void share_with_opening(struct linker *linker, int32_t at)
{
    struct group *groups = linker->sentence->groups;
    int32_t subject = groups[at].subject;
    bool comma = subject > 0 && groups[subject - 1].kind == GROUP_COMMA;
    for (int32_t i = 0; i < at; i++)
        if (groups[i].kind == GROUP_VERB && groups[i].gerund && groups[i].subject == NONE &&
            (i > 0 ? groups[i - 1].kind == GROUP_PREPOSITION : comma))
            groups[i].subject = subject;
}

void clause_link_finite(struct linker *linker, int32_t at)
{
    struct sentence *sentence = linker->sentence;
    struct group *verb = &sentence->groups[at],
                 *before = linker->last_verb == NONE ? NULL : &sentence->groups[linker->last_verb];
    if (link_beside_noun(linker, at) || link_relative(linker, at))
        return;
    verb->governor = linker->last_verb;
    bool shares = before && follows(sentence, at, GROUP_AND);
    /* "India, which bought the jets, signed": back to the main clause */
    if (before && linker->first_noun != NONE && follows(sentence, at, GROUP_COMMA) &&
        (before->link == LINK_RELATIVE || before->link == LINK_REDUCED)) {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = clause_coordination_start(sentence, linker->first_noun);
        linker->top_verb = at;
        return;
    }
    if (linker->last_noun != NONE && !shares)
        link_to_noun(linker, at);
    else if (shares || (linker->and_before && before)) {
        verb->link = LINK_AND;
        verb->subject = before->subject;
        verb->governor = before->governor;
        if ((before->infinitive || before->gerund) && linker->top_verb != NONE)
            verb->subject = sentence->groups[linker->top_verb].subject;
    } else {
        verb->link = LINK_ROOT;
        verb->governor = NONE;
        verb->subject = clause_coordination_start(sentence, linker->first_noun);
    }
    if (linker->top_verb == NONE)
        share_with_opening(linker, at);
    linker->top_verb = at;
}
