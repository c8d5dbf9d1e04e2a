#include "lib/coder/tag.h"

#include "lib/coder/workspace.h"

#include <string.h>

static bool ends_with(const struct part *part, const struct token *token, const char *ending)
{
    size_t size = token->end - token->start, length = strlen(ending);
    return size > length + 2 && (part->text[token->end - 1] | 32) == ending[length - 1] &&
           !strncasecmp(part->text + token->end - length, ending, length);
}

/* What may begin a noun group. */
static bool begins_noun_group(const struct part *part, uint32_t at)
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

/* "won't", "can't": what is left of the modal before n't. */
static bool is_short_modal(const struct sentence *sentence, uint32_t at)
{
    if (at >= sentence->last || !(word_is(sentence, at, "wo") || word_is(sentence, at, "ca")))
        return false;
    const struct token *next = &sentence->part->list.tokens[at + 1];
    return sentence->part->text[next->start] == 'n' && next->start == sentence->part->list.tokens[at].end;
}

/* First guesses from the lexicon and the word's shape. */
static enum pos first_guess(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    const struct token *token = &part->list.tokens[at];
    const struct word *word = &part->words[at];
    if (word->pos == POS_TIME)
        return POS_TIME;
    if (is_short_modal(sentence, at))
        return POS_MODAL;
    switch (token->kind) {
    case TOKEN_POSSESSIVE:
        return POS_POSSESSIVE;
    case TOKEN_NUMBER:
        return word->name != NONE ? POS_NAME : POS_NUMBER;
    case TOKEN_MARK:
    case TOKEN_OPEN_QUOTE:
    case TOKEN_CLOSE_QUOTE:
        return POS_MARK;
    default:
        break;
    }
    if (word->name != NONE)
        return POS_NAME;
    if (word->particle)
        return POS_ADVERB;
    const struct word *first = &part->words[word->span_first];
    if (first->part != NONE)
        return (enum pos)first->part_pos;
    if (first->verb != NONE && first->noun == NONE)
        return POS_VERB;
    if (first->noun != NONE || first->title != NONE)
        return POS_NOUN;
    if (word->number != NONE)
        return POS_NUMBER;
    if (word->blocked)
        return POS_NOUN;
    if (token->flags & TOKEN_CAPITAL && !(token->flags & TOKEN_SENTENCE) && !sentence->headline)
        return POS_NOUN;
    if (ends_with(part, token, "ly"))
        return POS_ADVERB;
    if (ends_with(part, token, "ing") || ends_with(part, token, "ed"))
        return POS_VERB;
    if (ends_with(part, token, "ous") || ends_with(part, token, "ful") || ends_with(part, token, "ive") ||
        ends_with(part, token, "ical") || ends_with(part, token, "able"))
        return POS_ADJECTIVE;
    return POS_NOUN;
}

static enum lexicon_inflection verb_form(const struct part *part, uint32_t at)
{
    const struct word *first = &part->words[part->words[at].span_first];
    if (first->verb != NONE)
        return (enum lexicon_inflection)first->verb_inflection;
    const struct token *token = &part->list.tokens[at];
    if (ends_with(part, token, "ing"))
        return FORM_ING;
    return ends_with(part, token, "ed") ? FORM_PAST : FORM_S;
}

/* The last part of speech before `at` that is not an adverb, a quotation mark or a negation. */
static enum pos pos_before(const struct sentence *sentence, uint32_t at)
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

static bool finite_verb_follows(const struct sentence *sentence, uint32_t at)
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
            enum lexicon_inflection form = verb_form(part, i);
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

/* "up to 450 troops", "around 300 soldiers": words before a number that only say how exact it is. */
static bool qualifies_number(const struct sentence *sentence, uint32_t at)
{
    static const char *const words[] = {"about",      "around",        "over",         "under",    "nearly",
                                        "almost",     "some",          "up to",        "at least", "at most",
                                        "as many as", "no fewer than", "no less than", "close to", NULL};
    const struct part *part = sentence->part;
    uint32_t last = part->words[at].span_last;
    const struct token *first = &part->list.tokens[at], *end = &part->list.tokens[last];
    if (last >= sentence->last || part->words[last + 1].pos != POS_NUMBER || part->words[last + 1].inside)
        return false;
    size_t size = end->end - first->start;
    for (size_t i = 0; words[i]; i++)
        if (strlen(words[i]) == size && !strncasecmp(words[i], part->text + first->start, size))
            return last + 2 <= sentence->last && part->words[last + 2].pos != POS_TIME &&
                   part->words[last + 2].time == NONE;
    return false;
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

/* Verbs whose participle looks like the base form: "has been cut". */
static bool is_own_participle(const struct part *part, uint32_t at)
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

/* "early next year", "late on Monday": which part of the time that follows. */
static bool narrows_time(const struct sentence *sentence, uint32_t at)
{
    return at < sentence->last && sentence->part->words[at + 1].pos == POS_TIME &&
           (word_is(sentence, at, "early") || word_is(sentence, at, "late") || word_is(sentence, at, "mid"));
}

/* Noun or verb, for a word that can be both. `verb_seen`: the clause has its finite verb. */
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
    if (here->form == FORM_BASE && here->word->verb != NONE && is_own_participle(here->part, here->at) &&
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
        finite_verb_follows(here->sentence, here->next))
        return POS_ADJECTIVE;
    if (here->form == FORM_PAST)
        return POS_VERB;
    if (here->form == FORM_ING)
        return here->word->noun != NONE && !(here->noun_next && here->after == POS_NAME) ? POS_NOUN : POS_VERB;
    /* "peacekeepers start leaving", "the US stops sharing": before a gerund, where the clause has no other verb */
    if (!here->verb_seen && (here->form == FORM_S || here->form == FORM_BASE) && here->word->verb != NONE &&
        here->next <= here->sentence->last && here->part->words[here->next].verb != NONE &&
        verb_form(here->part, here->next) == FORM_ING && phases(here->lexicon, here->word) &&
        !finite_verb_follows(here->sentence, here->next))
        return POS_VERB;
    /* "launched strikes against Houthi targets in": a demonym's noun, not what a name does */
    if (here->verb_seen && (here->form == FORM_S || here->form == FORM_BASE) && here->after == POS_PREPOSITION &&
        is_adjective_name(here->sentence, here->at))
        return POS_NOUN;
    if (here->word->noun == NONE && here->word->verb != NONE)
        return POS_VERB;
    /* "US-South Korea drills end": the last word is the verb of the one before it */
    if (here->form == FORM_S && here->sentence->headline && here->next == here->sentence->last &&
        here->part->words[here->next].verb != NONE && verb_form(here->part, here->next) == FORM_BASE)
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
        !finite_verb_follows(here->sentence, here->at))
        return POS_VERB;
    if (here->form == FORM_S || here->form == FORM_BASE)
        return here->noun_next || here->after == POS_TO || here->after == POS_PREPOSITION
                   ? (here->noun_next || !finite_verb_follows(here->sentence, here->at) ? POS_VERB : POS_NOUN)
                   : (here->after == POS_NOUN && !finite_verb_follows(here->sentence, here->at) ? POS_VERB : POS_NOUN);
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
                    !finite_verb_follows(here->sentence, here->next);
        return here->noun_next || name_next || only || here->after == POS_PREPOSITION || here->after == POS_TO
                   ? POS_VERB
                   : POS_ADJECTIVE;
    }
    return here->noun_sense ? POS_NOUN : POS_VERB;
}

/* By the word before, mostly. */
static enum pos decide(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, bool verb_seen)
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
                               .form = verb_form(part, at),
                               .noun_sense = word->noun != NONE || word->verb == NONE,
                               .noun_next = next <= sentence->last && begins_noun_group(part, next),
                               .verb_seen = verb_seen,
                               .before = pos_before(sentence, at),
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
                                          (here.noun_next || word->span_last > at || is_own_participle(part, at)))
                   ? POS_VERB
                   : POS_NOUN;
    case POS_BE:
        return here.form == FORM_PAST || here.form == FORM_ING ||
                       (here.form == FORM_BASE && is_own_participle(part, at))
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

/* "is planned", "will close its base", "to close its base", "Chile and Peru planned an exercise" */
static bool adjective_is_verb(const struct sentence *sentence, uint32_t at)
{
    enum pos before = pos_before(sentence, at);
    uint32_t next = sentence->part->words[at].span_last + 1;
    bool past = next <= sentence->last && sentence->part->words[next].pos == POS_DETERMINER &&
                verb_form(sentence->part, at) == FORM_PAST;
    if (past && (before == POS_NAME || before == POS_NOUN) && !finite_verb_follows(sentence, at))
        return true;
    return before == POS_BE || before == POS_MODAL ||
           (before == POS_TO && next <= sentence->last && begins_noun_group(sentence->part, next));
}

/* "William Burns": in prose a capital in mid-sentence, right behind another, makes no verb. */
static bool is_part_of_name(const struct sentence *sentence, uint32_t at)
{
    const struct token *tokens = sentence->part->list.tokens;
    return !sentence->headline && at > sentence->first + 1 && tokens[at].flags & TOKEN_CAPITAL &&
           !(tokens[at].flags & TOKEN_ALL_CAPITALS) && tokens[at - 1].kind == TOKEN_WORD &&
           tokens[at - 1].flags & TOKEN_CAPITAL && !(tokens[at - 1].flags & TOKEN_ALL_CAPITALS) &&
           sentence->part->words[at - 1].pos == POS_NOUN && sentence->part->words[at - 1].noun == NONE;
}

/* "exercise Desert Lion", "Operation Strike Hard": in prose a capital right behind such a word begins a name. */
static bool begins_name(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at)
{
    const struct token *tokens = sentence->part->list.tokens;
    if (sentence->headline || at == sentence->first || !(tokens[at].flags & TOKEN_CAPITAL) ||
        tokens[at].flags & TOKEN_ALL_CAPITALS || sentence->part->words[at - 1].pos != POS_NOUN)
        return false;
    int32_t noun = sentence->part->words[sentence->part->words[at - 1].span_first].noun;
    const char *class = noun == NONE ? NULL : lexicon_entry_id(lexicon, (uint32_t)noun);
    return class && (!strcmp(class, "plain_exercise") || !strcmp(class, "exercise") ||
                     (!strcmp(class, "plain_mission") && tokens[at - 1].flags & TOKEN_CAPITAL));
}

/* "has between 1,000 and 1,500 troops there": a count in one group with what it counts. */
static void join_range(const struct sentence *sentence, uint32_t at)
{
    struct word *words = sentence->part->words;
    if (at + 4 > sentence->last || !word_is(sentence, at, "between") || words[at + 1].pos != POS_NUMBER ||
        !word_is(sentence, at + 2, "and") || words[at + 3].pos != POS_NUMBER ||
        (words[at + 4].pos != POS_NOUN && words[at + 4].pos != POS_NAME && words[at + 4].pos != POS_ADJECTIVE))
        return;
    words[at].pos = POS_ADJECTIVE;
    words[at + 2].pos = POS_NUMBER;
}

/* "is going to buy" and "is going to Brazil": before a verb it tells of the future, else of a way. */
static void settle_going_to(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    struct word *word = &part->words[at];
    uint32_t next = word->span_last + 1;
    while (next <= sentence->last && part->words[next].pos == POS_ADVERB)
        next++;
    enum pos pos = next <= sentence->last ? (enum pos)part->words[next].pos : POS_MARK;
    bool is_base = next <= sentence->last && part->words[next].verb != NONE && verb_form(part, next) == FORM_BASE &&
                   !(part->list.tokens[next].flags & TOKEN_CAPITAL);
    if (is_base || pos == POS_BE || pos == POS_HAVE || pos == POS_DO)
        word->verb = word->verb2 = word->verb3 = NONE;
    else
        word->pos = POS_VERB;
}

/* "deployed as peacekeepers in Haiti": no verb makes a clause of what follows up to the next mark. */
static bool begins_phrase(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    if (!word_is(sentence, at, "as") || part->words[at].span_last != at)
        return false;
    for (uint32_t i = at + 1; i <= sentence->last; i++) {
        enum pos pos = (enum pos)part->words[i].pos;
        if (pos == POS_MARK || pos == POS_WHEN || pos == POS_THAT || pos == POS_WHO)
            return i > at + 1;
        bool verb = part->words[i].verb != NONE && part->words[i].noun == NONE && verb_form(part, i) != FORM_ING;
        if (pos == POS_BE || pos == POS_HAVE || pos == POS_MODAL || pos == POS_DO || pos == POS_PRONOUN ||
            pos == POS_VERB || verb)
            return false;
    }
    return at < sentence->last;
}

/* "Had Brazil sold them, Peru would have protested": a condition without "if". */
static bool is_inverted_condition(const struct sentence *sentence, uint32_t at)
{
    if (at != sentence->first || at == sentence->last || sentence->question || !word_is(sentence, at, "had"))
        return false;
    enum pos next = (enum pos)sentence->part->words[at + 1].pos;
    bool doer = next == POS_NAME || next == POS_DETERMINER || next == POS_PRONOUN || next == POS_OWNER;
    for (uint32_t i = at + 1; doer && i <= sentence->last; i++)
        if (word_is(sentence, i, "would") || word_is(sentence, i, "could") || word_is(sentence, i, "might"))
            return true;
    return false;
}

/* "flew together with Qatari jets": right behind a verb it says with whom, not what else. */
static bool is_behind_intransitive(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    if (at == sentence->first || part->words[at].span_last == at ||
        !word_is(sentence, part->words[at].span_last, "with"))
        return false;
    const struct word *before = &part->words[part->words[at - 1].span_first];
    return before->verb != NONE && before->noun == NONE && before->name == NONE;
}

void tag_sentence(const struct lexicon *lexicon, struct sentence *sentence)
{
    struct part *part = sentence->part;
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        part->words[i].pos = (uint8_t)first_guess(sentence, i);
    if (is_inverted_condition(sentence, sentence->first))
        part->words[sentence->first].pos = POS_IF;
    for (uint32_t i = sentence->first; i <= sentence->last; i++)
        if (narrows_time(sentence, i))
            part->words[i].pos = POS_TIME;
        else if (part->words[i].pos == POS_WHEN && begins_phrase(sentence, i))
            part->words[i].pos = POS_PREPOSITION;
        else if (part->words[i].pos == POS_AND && is_behind_intransitive(sentence, i))
            part->words[i].pos = POS_PREPOSITION;
    bool verb_seen = false;
    for (uint32_t i = sentence->first; i <= sentence->last; i++) {
        struct word *word = &part->words[i];
        const struct token *token = &part->list.tokens[i];
        if (word->inside) {
            word->pos = part->words[word->span_first].pos;
            continue;
        }
        if (word->pos == POS_THAT || word->pos == POS_WHO || word->pos == POS_WHEN || word->pos == POS_IF ||
            (token->kind == TOKEN_MARK && strchr(";:", token->mark)))
            verb_seen = false;
        if (word->pos == POS_TO && word->verb != NONE)
            settle_going_to(sentence, i);
        if ((word->pos == POS_PREPOSITION || word->pos == POS_ADVERB) && qualifies_number(sentence, i))
            word->pos = POS_ADJECTIVE;
        if (word->pos == POS_PREPOSITION)
            join_range(sentence, i);
        bool open = word->name == NONE && word->part == NONE && (word->verb != NONE || word->pos == POS_VERB);
        if (word->pos == POS_ADJECTIVE && word->verb != NONE && word->name == NONE)
            open |= adjective_is_verb(sentence, i);
        if (open && (is_part_of_name(sentence, i) || begins_name(lexicon, sentence, i)))
            word->pos = POS_NOUN;
        else if (open && word->pos != POS_TIME && word->pos != POS_NUMBER)
            word->pos = (uint8_t)decide(lexicon, sentence, i, verb_seen);
        if (word->pos == POS_VERB && word->verb != NONE && word->verb_inflection == FORM_BASE &&
            is_own_participle(part, i) &&
            (pos_before(sentence, i) == POS_BE || pos_before(sentence, i) == POS_HAVE ||
             (i < sentence->last && word_is(sentence, i + 1, "by"))))
            word->verb_inflection = FORM_PAST;
        /* an unknown word between "to" and a noun group: "to devise a mechanism" */
        if (word->pos == POS_NOUN && word->noun == NONE && word->title == NONE && word->verb == NONE &&
            !(token->flags & (TOKEN_CAPITAL | TOKEN_DIGITS)) && i > sentence->first &&
            part->words[i - 1].pos == POS_TO && i < sentence->last &&
            (part->words[i + 1].pos == POS_DETERMINER || part->words[i + 1].pos == POS_OWNER))
            word->pos = POS_VERB;
        /* "sailed past Alaska" */
        if (word_is(sentence, i, "past") && i > sentence->first && i < sentence->last &&
            (part->words[i + 1].pos == POS_NAME || part->words[i + 1].pos == POS_DETERMINER) &&
            (part->words[i - 1].pos == POS_VERB || part->words[i - 1].pos == POS_ADVERB))
            word->pos = POS_PREPOSITION;
        /* "the first batch", "its later deliveries" */
        if (word->pos == POS_ADVERB && i > sentence->first && i < sentence->last &&
            (part->words[i - 1].pos == POS_DETERMINER || part->words[i - 1].pos == POS_OWNER ||
             part->words[i - 1].pos == POS_POSSESSIVE) &&
            (part->words[i + 1].pos == POS_NOUN || part->words[i + 1].pos == POS_NAME))
            word->pos = POS_ADJECTIVE;
        /* "will", "that" before a noun: a determiner */
        if (word->pos == POS_THAT && i < sentence->last && part->words[i + 1].pos == POS_NOUN &&
            part->words[i + 1].verb == NONE && pos_before(sentence, i) == POS_PREPOSITION)
            word->pos = POS_DETERMINER;
        /* "A delegation led by the army chief visits Kampala": the clause's own verb is still to come */
        bool participle = word->pos == POS_VERB && verb_form(part, i) == FORM_PAST && i < sentence->last &&
                          word_is(sentence, i + 1, "by");
        if ((word->pos == POS_VERB && !participle) || word->pos == POS_BE || word->pos == POS_MODAL ||
            word->pos == POS_HAVE)
            verb_seen = true;
    }
}
