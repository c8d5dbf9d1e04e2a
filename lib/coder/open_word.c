#include "lib/coder/open_word.h"

#include "lib/coder/workspace.h"

#include <string.h>

bool open_word_ends_with(const struct part *part, const struct token *token, const char *ending)
{
    size_t size = token->end - token->start, length = strlen(ending);
    return size > length + 2 && (part->text[token->end - 1] | 32) == ending[length - 1] &&
           !strncasecmp(part->text + token->end - length, ending, length);
}

bool open_word_begins_noun_group(const struct part *part, uint32_t at)
{
    switch (part->words[at].pos) {
    case POS_DETERMINER:
    case POS_ADJECTIVE:
    case POS_NUMBER:
    case POS_NAME:
    case POS_OWNER:
    case POS_PRONOUN:
        return true;
    default:
        return part->list.tokens[at].kind == TOKEN_OPEN_QUOTE ||
               (part->list.tokens[at].kind == TOKEN_MARK && part->list.tokens[at].mark == '$');
    }
}

enum lexicon_inflection open_word_form(const struct part *part, uint32_t at)
{
    const struct word *first = &part->words[part->words[at].span_first];
    if (first->verb != NONE)
        return (enum lexicon_inflection)first->verb_inflection;
    const struct token *token = &part->list.tokens[at];
    if (open_word_ends_with(part, token, "ing"))
        return FORM_ING;
    return open_word_ends_with(part, token, "ed") ? FORM_PAST : FORM_S;
}

enum pos open_word_pos_before(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    while (at > sentence->first) {
        at--;
        const struct token *token = &part->list.tokens[at];
        if (token->kind == TOKEN_OPEN_QUOTE || token->kind == TOKEN_CLOSE_QUOTE || part->words[at].pos == POS_ADVERB ||
            part->words[at].pos == POS_NOT)
            continue;
        return (enum pos)part->words[at].pos;
    }
    return POS_MARK;
}

bool open_word_finite_verb_follows(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    for (uint32_t i = at + 1; i <= sentence->last; i++) {
        const struct token *token = &part->list.tokens[i];
        if (token->kind == TOKEN_MARK && strchr(".;:", token->mark))
            return false;
        enum pos pos = (enum pos)part->words[i].pos;
        if (pos == POS_BE || pos == POS_HAVE || pos == POS_MODAL || pos == POS_DO)
            return true;
        if (pos == POS_WHO || pos == POS_WHEN || pos == POS_THAT)
            return false;
        if (pos == POS_VERB && part->words[i].verb != NONE) {
            enum lexicon_inflection form = open_word_form(part, i);
            if (form == FORM_S || form == FORM_PAST)
                return true;
        }
    }
    return false;
}

/* "Training" before a noun is as often its attribute: "for training purposes". */
static bool is_teaching(const struct lexicon *lexicon, const struct word *word)
{
    return word->noun != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)word->noun), "plain_training");
}

/* "soldiers", "recruits": who is taught, not what the training is for. */
static bool names_people(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    const struct word *word = &part->words[at];
    const char *class = word->noun == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)word->noun);
    return class && (!strcmp(class, "troops") || !strcmp(class, "trainees") || !strcmp(class, "armed_people"));
}

/* True behind a verb that takes another without "to": "help train". */
static bool takes_bare_verb(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    if (at == sentence->first)
        return false;
    const struct word *before = &sentence->part->words[sentence->part->words[at - 1].span_first];
    return (before->verb != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)before->verb), "help")) ||
           (before->verb2 != NONE && !strcmp(lexicon_entry_id(lexicon, (uint32_t)before->verb2), "help"));
}

/* Between a determiner and a noun, nouns and adjectives only. */
static bool in_noun_group(const struct part *part, const struct sentence *sentence, uint32_t at)
{
    for (uint32_t i = at; i > sentence->first && at - i < 5; i--) {
        enum pos pos = (enum pos)part->words[i - 1].pos;
        if (pos == POS_DETERMINER || pos == POS_OWNER)
            return !(part->words[i - 1].part == NONE);
        if (pos != POS_NOUN && pos != POS_ADJECTIVE && pos != POS_NUMBER)
            return false;
    }
    return false;
}

/* True behind a name that only says whose something is: "Houthi", "Russian". */
static bool is_adjective_name(const struct sentence *sentence, uint32_t at)
{
    int32_t name = at > sentence->first ? sentence->part->words[at - 1].name : NONE;
    return name != NONE &&
           (sentence->mentions[name].class == LEXICON_DEMONYM || sentence->mentions[name].class == LEXICON_ARMED_GROUP);
}

bool open_word_is_own_participle(const struct part *part, uint32_t at)
{
    static const char *const words[] = {"cut", "put", "set", "shut", "let", "split", "hit", "shed", "run", NULL};
    for (size_t i = 0; words[i]; i++)
        if (token_is(part->text, &part->list.tokens[at], words[i]))
            return true;
    return false;
}

static bool is_of(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    return token->end - token->start == 2 && !strncasecmp(part->text + token->start, "of", 2);
}

/* "talks with visiting Sri Lankan defence secretary": who visits is named right behind it. Unlike "after visiting". */
static bool is_visitors(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    static const char *const offices[] = {"defence_office", "leader_office", "counterpart", NULL};
    enum { WORDS_BETWEEN_MAX = 6 };
    const struct part *part = sentence->part;
    const struct token *token = &part->list.tokens[at];
    if (token->end - token->start != strlen("visiting") || strncasecmp(part->text + token->start, "visiting", 8) != 0 ||
        part->list.tokens[at].flags & TOKEN_JOINED)
        return false;
    for (size_t i = 0; at > sentence->first && i < 4; i++) {
        static const char *const before[] = {"after", "before", "by", "while"};
        const struct token *last = &part->list.tokens[at - 1];
        if (last->end - last->start == strlen(before[i]) &&
            !strncasecmp(part->text + last->start, before[i], strlen(before[i])))
            return false;
    }
    for (uint32_t i = at + 1; i <= sentence->last && i <= at + WORDS_BETWEEN_MAX; i++) {
        const struct word *word = &part->words[i];
        const struct word *first = &part->words[word->span_first];
        for (size_t k = 0; first->noun != NONE && offices[k]; k++)
            if (!strcmp(lexicon_entry_id(lexicon, (uint32_t)first->noun), offices[k]))
                return true;
        if (first->title != NONE)
            return true;
        if (word->pos != POS_NAME && word->pos != POS_NOUN && word->pos != POS_ADJECTIVE && word->pos != POS_POSSESSIVE)
            return false;
    }
    return false;
}

/* "the purchase of training fighters": behind a word of trade a kind of goods, not what is done to somebody. */
static bool is_of_trade(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    static const char *const trade[] = {"purchase", "sale", "donation", "arms_purchase", "arms_sale", NULL};
    if (at < sentence->first + 2 || !word_is(sentence, at - 1, "of"))
        return false;
    const struct word *before = &sentence->part->words[sentence->part->words[at - 2].span_first];
    const char *class = before->noun == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)before->noun);
    for (size_t i = 0; class && trade[i]; i++)
        if (!strcmp(trade[i], class))
            return true;
    return false;
}

/* "let US planes use one of its airfields", "help Kenyan forces guard the border": behind such a verb and a noun group,
 * with no verb between. */
static bool is_let_do(const struct sentence *sentence, uint32_t at)
{
    enum { WORDS_MAX = 8 };
    static const char *const verbs[] = {"let", "lets", "help", "helps", "helped", "helping", NULL};
    const struct word *words = sentence->part->words;
    for (uint32_t i = at; i > sentence->first && at - i < WORDS_MAX; i--) {
        const struct word *word = &words[words[i - 1].span_first];
        for (size_t k = 0; word->pos == POS_VERB && i < at && verbs[k]; k++)
            if (word_is(sentence, i - 1, verbs[k]))
                return true;
        if (word->pos == POS_VERB)
            return false;
        if (word->pos != POS_NOUN && word->pos != POS_NAME && word->pos != POS_ADJECTIVE && word->pos != POS_NUMBER &&
            word->pos != POS_DETERMINER && word->pos != POS_OWNER && word->pos != POS_AND &&
            word->pos != POS_POSSESSIVE)
            return false;
    }
    return false;
}

/* Verbs that say that something begins or ends: "start leaving". */
static bool phases(const struct lexicon *lexicon, const struct word *word)
{
    static const char *const classes[] = {"begin", "stop", "finish", "suspend", NULL};
    const char *class = lexicon_entry_id(lexicon, (uint32_t)word->verb);
    for (size_t i = 0; classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

/* True behind a name and a word for its forces that as often describes another one: "the Italian military". */
static bool ends_force(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    const struct word *words = sentence->part->words;
    if (at < sentence->first + 2 || words[at - 1].noun == NONE || words[at - 2].name == NONE)
        return false;
    const char *stands = lexicon_entry_value(lexicon, (uint32_t)words[at - 1].noun, "stands");
    return stands && !strcmp(stands, "force");
}

/* A word that may be several parts of speech, and what stands around it. */
struct place {
    const struct lexicon *lexicon;
    const struct sentence *sentence;
    const struct part *part;
    const struct word *word;
    uint32_t at, next; /* its token, and the one behind its form */
    enum lexicon_inflection form;
    bool noun_sense, noun_next, verb_seen;
    enum pos before, after;
};

static enum pos behind_determiner(const struct place *here)
{
    /* "the US military trains pilots" */
    if (here->before == POS_ADJECTIVE && !here->verb_seen && here->form != FORM_ING && here->word->verb != NONE &&
        here->noun_next && ends_force(here->lexicon, here->sentence, here->at))
        return POS_VERB;
    if (here->form == FORM_PAST)
        return POS_ADJECTIVE;
    return POS_NOUN;
}

static enum pos behind_preposition(const struct place *here)
{
    if (here->form == FORM_ING && is_of_trade(here->lexicon, here->sentence, here->at))
        return POS_NOUN;
    if (here->form == FORM_ING)
        return here->noun_next || (here->after == POS_NOUN && !is_teaching(here->lexicon, here->word)) ? POS_VERB
                                                                                                       : POS_NOUN;
    return here->form == FORM_PAST ? POS_ADJECTIVE : POS_NOUN;
}

/* POS_COUNT where it is as behind a name. */
static enum pos behind_noun(const struct place *here)
{
    /* "a course run by the US army" */
    if (here->form == FORM_BASE && here->word->verb != NONE && open_word_is_own_participle(here->part, here->at) &&
        here->next <= here->sentence->last && word_is(here->sentence, here->next, "by"))
        return POS_VERB;
    /* "a retired patrol combat corvette", but "the war games involve troops" */
    if (here->form == FORM_BASE && here->after == POS_NOUN && in_noun_group(here->part, here->sentence, here->at) &&
        (here->noun_sense || here->part->words[here->part->words[here->at - 1].span_first].noun_inflection != FORM_S))
        return POS_NOUN;
    return POS_COUNT;
}

/* "the Polish-Lithuanian exercise Iron Wolf": a name in capitals is what it is called, not what is exercised. */
static bool is_called(const struct place *here)
{
    static const char *const classes[] = {"plain_exercise", "exercise", NULL};
    if (here->form != FORM_BASE || here->word->noun == NONE || here->next > here->sentence->last ||
        !is_adjective_name(here->sentence, here->at) || here->sentence->headline ||
        !(here->part->list.tokens[here->next].flags & TOKEN_CAPITAL))
        return false;
    int32_t name = here->part->words[here->next].name;
    if (name != NONE && lexicon_class_use((enum lexicon_class)here->sentence->mentions[name].class) == USE_ACTOR)
        return false;
    const char *class = lexicon_entry_id(here->lexicon, (uint32_t)here->word->noun);
    for (size_t i = 0; classes[i]; i++)
        if (!strcmp(classes[i], class))
            return true;
    return false;
}

static enum pos behind_name(const struct place *here)
{
    if (is_called(here))
        return POS_NOUN;
    if (here->part->list.tokens[here->at].flags & TOKEN_JOINED)
        return here->form == FORM_PAST ? POS_ADJECTIVE : POS_NOUN; /* US-backed */
    /* "Russian motorised troops": an unknown participle between a name and a noun */
    if (here->form == FORM_PAST && here->word->verb == NONE && here->after == POS_NOUN &&
        open_word_finite_verb_follows(here->sentence, here->next))
        return POS_ADJECTIVE;
    if (here->form == FORM_PAST)
        return POS_VERB;
    if (here->form == FORM_ING)
        return here->word->noun != NONE && !(here->noun_next && here->after == POS_NAME) ? POS_NOUN : POS_VERB;
    /* "peacekeepers start leaving", "the US stops sharing": before a gerund, where the clause has no other verb */
    if (!here->verb_seen && (here->form == FORM_S || here->form == FORM_BASE) && here->word->verb != NONE &&
        here->next <= here->sentence->last && here->part->words[here->next].verb != NONE &&
        open_word_form(here->part, here->next) == FORM_ING && phases(here->lexicon, here->word) &&
        !open_word_finite_verb_follows(here->sentence, here->next))
        return POS_VERB;
    /* "launched strikes against Houthi targets in": a demonym's noun, not what a name does */
    if (here->verb_seen && (here->form == FORM_S || here->form == FORM_BASE) && here->after == POS_PREPOSITION &&
        is_adjective_name(here->sentence, here->at))
        return POS_NOUN;
    if (here->word->noun == NONE && here->word->verb != NONE)
        return POS_VERB;
    /* "US-South Korea drills end": the last word is the verb of the one before it */
    if (here->form == FORM_S && here->sentence->headline && here->next == here->sentence->last &&
        here->part->words[here->next].verb != NONE && open_word_form(here->part, here->next) == FORM_BASE)
        return POS_NOUN;
    if (here->form == FORM_BASE && here->word->verb != NONE &&
        (here->noun_next || here->after == POS_PREPOSITION || here->after == POS_NOUN) &&
        is_let_do(here->sentence, here->at))
        return POS_VERB;
    if (here->verb_seen)
        return POS_NOUN;
    /* "NATO plans joint drills": behind an actor and before a noun the -s is a verb's */
    if (here->form == FORM_S && here->before == POS_NAME &&
        (here->noun_next || here->after == POS_NOUN || here->after == POS_TO))
        return POS_VERB;
    /* "Joint war games end" */
    if (here->form == FORM_BASE && here->word->verb != NONE && here->after == POS_MARK &&
        here->at > here->sentence->first &&
        here->part->words[here->part->words[here->at - 1].span_first].noun_inflection == FORM_S &&
        !open_word_finite_verb_follows(here->sentence, here->at))
        return POS_VERB;
    if (here->form == FORM_S || here->form == FORM_BASE)
        return here->noun_next || here->after == POS_TO || here->after == POS_PREPOSITION
                   ? (here->noun_next || !open_word_finite_verb_follows(here->sentence, here->at) ? POS_VERB : POS_NOUN)
                   : (here->after == POS_NOUN && !open_word_finite_verb_follows(here->sentence, here->at) ? POS_VERB : POS_NOUN);
    return POS_NOUN;
}

static enum pos behind_and(const struct place *here)
{
    /* "the training and equipping of troops" */
    if (here->form == FORM_ING && here->after == POS_PREPOSITION && here->next <= here->sentence->last &&
        is_of(here->part, here->next))
        return POS_NOUN;
    if (here->form == FORM_PAST || (here->form == FORM_S && here->noun_next && here->verb_seen))
        return POS_VERB;
    return here->noun_sense ? POS_NOUN : POS_VERB;
}

static enum pos behind_verb(const struct place *here)
{
    /* "neither confirmed nor denied" */
    if (here->word->verb != NONE && here->at > here->sentence->first && word_is(here->sentence, here->at - 1, "nor"))
        return POS_VERB;
    /* "start training soldiers" */
    if (here->form == FORM_ING && is_teaching(here->lexicon, here->word) && here->next <= here->sentence->last &&
        names_people(here->lexicon, here->part, here->next))
        return POS_VERB;
    /* "ruled out stationing troops" */
    if (here->form == FORM_ING && here->after == POS_NOUN && here->word->noun != NONE &&
        !is_teaching(here->lexicon, here->word))
        return POS_VERB;
    if (takes_bare_verb(here->lexicon, here->sentence, here->at) && here->form == FORM_BASE &&
        (here->noun_next || here->after == POS_NAME || here->after == POS_NOUN))
        return POS_VERB; /* "help train recruits" */
    if (here->form == FORM_ING && (here->noun_next || here->word->noun == NONE))
        return POS_VERB;
    return here->form == FORM_PAST && here->word->noun == NONE ? POS_ADJECTIVE : POS_NOUN;
}

/* At the start, behind marks and all other words. */
static enum pos behind_nothing(const struct place *here)
{
    if (here->form == FORM_ING)
        return here->noun_next || here->word->noun == NONE ? POS_VERB : POS_NOUN;
    if (here->form == FORM_PAST) {
        bool name_next =
            here->next <= here->sentence->last && here->part->list.tokens[here->next].flags & TOKEN_CAPITAL;
        /* "the naval chief, discussed joint patrols": where the clause has no other verb */
        bool only = !here->verb_seen && here->after == POS_NOUN && here->word->verb != NONE &&
                    here->at > here->sentence->first && here->part->words[here->at - 1].pos == POS_MARK &&
                    !open_word_finite_verb_follows(here->sentence, here->next);
        return here->noun_next || name_next || only || here->after == POS_PREPOSITION || here->after == POS_TO
                   ? POS_VERB
                   : POS_ADJECTIVE;
    }
    return here->noun_sense ? POS_NOUN : POS_VERB;
}

enum pos open_word_decide(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, bool verb_seen)
{
    const struct part *part = sentence->part;
    const struct word *word = &part->words[at];
    uint32_t next = word->span_last + 1;
    const struct place here = {.lexicon = lexicon,
                               .sentence = sentence,
                               .part = part,
                               .word = word,
                               .at = at,
                               .next = next,
                               .form = open_word_form(part, at),
                               .noun_sense = word->noun != NONE || word->verb == NONE,
                               .noun_next = next <= sentence->last && open_word_begins_noun_group(part, next),
                               .verb_seen = verb_seen,
                               .before = open_word_pos_before(sentence, at),
                               .after = next <= sentence->last ? (enum pos)part->words[next].pos : POS_MARK};
    if (here.before != POS_BE && here.before != POS_PRONOUN && is_visitors(lexicon, sentence, at))
        return POS_ADJECTIVE;
    switch (here.before) {
    case POS_MODAL:
    case POS_TO:
    case POS_DO:
        return here.form == FORM_ING && here.noun_sense ? POS_NOUN : POS_VERB;
    case POS_HAVE: /* "has cut off", "has cut the aid": some participles look like the base form */
        return here.form == FORM_PAST || (here.form == FORM_BASE && word->verb != NONE &&
                                          (here.noun_next || word->span_last > at || open_word_is_own_participle(part, at)))
                   ? POS_VERB
                   : POS_NOUN;
    case POS_BE:
        return here.form == FORM_PAST || here.form == FORM_ING ||
                       (here.form == FORM_BASE && open_word_is_own_participle(part, at))
                   ? POS_VERB
                   : POS_NOUN;
    case POS_PRONOUN:
        return here.form == FORM_ING && here.noun_sense && !here.noun_next ? POS_NOUN : POS_VERB;
    case POS_WHO:
        return POS_VERB;
    case POS_DETERMINER:
    case POS_OWNER:
    case POS_NUMBER:
    case POS_POSSESSIVE:
    case POS_ADJECTIVE:
        return behind_determiner(&here);
    case POS_PREPOSITION:
        return behind_preposition(&here);
    case POS_NOUN: {
        enum pos pos = behind_noun(&here);
        return pos == POS_COUNT ? behind_name(&here) : pos;
    }
    case POS_NAME:
    case POS_TIME:
        return behind_name(&here);
    case POS_AND:
        return behind_and(&here);
    case POS_VERB:
        return behind_verb(&here);
    default:
        return behind_nothing(&here);
    }
}
