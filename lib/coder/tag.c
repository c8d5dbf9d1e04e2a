#include "lib/coder/tag.h"

#include "lib/coder/open_word.h"
#include "lib/coder/workspace.h"

#include <string.h>

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
    if (open_word_ends_with(part, token, "ly"))
        return POS_ADVERB;
    if (open_word_ends_with(part, token, "ing") || open_word_ends_with(part, token, "ed"))
        return POS_VERB;
    if (open_word_ends_with(part, token, "ous") || open_word_ends_with(part, token, "ful") || open_word_ends_with(part, token, "ive") ||
        open_word_ends_with(part, token, "ical") || open_word_ends_with(part, token, "able"))
        return POS_ADJECTIVE;
    return POS_NOUN;
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

/* "early next year", "late on Monday": which part of the time that follows. */
static bool narrows_time(const struct sentence *sentence, uint32_t at)
{
    return at < sentence->last && sentence->part->words[at + 1].pos == POS_TIME &&
           (word_is(sentence, at, "early") || word_is(sentence, at, "late") || word_is(sentence, at, "mid"));
}

/* "is planned", "will close its base", "to close its base", "Chile and Peru planned an exercise" */
static bool adjective_is_verb(const struct sentence *sentence, uint32_t at)
{
    enum pos before = open_word_pos_before(sentence, at);
    uint32_t next = sentence->part->words[at].span_last + 1;
    bool past = next <= sentence->last && sentence->part->words[next].pos == POS_DETERMINER &&
                open_word_form(sentence->part, at) == FORM_PAST;
    if (past && (before == POS_NAME || before == POS_NOUN) && !open_word_finite_verb_follows(sentence, at))
        return true;
    return before == POS_BE || before == POS_MODAL ||
           (before == POS_TO && next <= sentence->last && open_word_begins_noun_group(sentence->part, next));
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
    bool is_base = next <= sentence->last && part->words[next].verb != NONE && open_word_form(part, next) == FORM_BASE &&
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
        bool verb = part->words[i].verb != NONE && part->words[i].noun == NONE && open_word_form(part, i) != FORM_ING;
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

/* What a first guess or a decision gets wrong where certain words stand beside it. */
static void settle_by_neighbours(const struct sentence *sentence, uint32_t at)
{
    const struct part *part = sentence->part;
    struct word *word = &part->words[at];
    if (at == sentence->first || at == sentence->last)
        return;
    enum pos before = (enum pos)part->words[at - 1].pos, after = (enum pos)part->words[at + 1].pos;
    /* an unknown word between "to" and a noun group: "to devise a mechanism" */
    if (word->pos == POS_NOUN && word->noun == NONE && word->title == NONE && word->verb == NONE &&
        !(part->list.tokens[at].flags & (TOKEN_CAPITAL | TOKEN_DIGITS)) && before == POS_TO &&
        (after == POS_DETERMINER || after == POS_OWNER))
        word->pos = POS_VERB;
    /* "sailed past Alaska" */
    if ((after == POS_NAME || after == POS_DETERMINER) && (before == POS_VERB || before == POS_ADVERB) &&
        word_is(sentence, at, "past"))
        word->pos = POS_PREPOSITION;
    /* "the first batch", "its later deliveries" */
    if (word->pos == POS_ADVERB && (before == POS_DETERMINER || before == POS_OWNER || before == POS_POSSESSIVE) &&
        (after == POS_NOUN || after == POS_NAME))
        word->pos = POS_ADJECTIVE;
}

static void settle_open_word(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, bool verb_seen)
{
    const struct part *part = sentence->part;
    struct word *word = &part->words[at];
    bool open = word->name == NONE && word->part == NONE && (word->verb != NONE || word->pos == POS_VERB);
    if (word->pos == POS_ADJECTIVE && word->verb != NONE && word->name == NONE)
        open |= adjective_is_verb(sentence, at);
    if (open && (is_part_of_name(sentence, at) || begins_name(lexicon, sentence, at)))
        word->pos = POS_NOUN;
    else if (open && word->pos != POS_TIME && word->pos != POS_NUMBER)
        word->pos = (uint8_t)open_word_decide(lexicon, sentence, at, verb_seen);
    if (word->pos == POS_VERB && word->verb != NONE && word->verb_inflection == FORM_BASE &&
        open_word_is_own_participle(part, at) &&
        (open_word_pos_before(sentence, at) == POS_BE || open_word_pos_before(sentence, at) == POS_HAVE ||
         (at < sentence->last && word_is(sentence, at + 1, "by"))))
        word->verb_inflection = FORM_PAST;
}

static void tag_word(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, bool verb_seen)
{
    const struct part *part = sentence->part;
    struct word *word = &part->words[at];
    if (word->pos == POS_TO && word->verb != NONE)
        settle_going_to(sentence, at);
    if ((word->pos == POS_PREPOSITION || word->pos == POS_ADVERB) && qualifies_number(sentence, at))
        word->pos = POS_ADJECTIVE;
    if (word->pos == POS_PREPOSITION)
        join_range(sentence, at);
    settle_open_word(lexicon, sentence, at, verb_seen);
    settle_by_neighbours(sentence, at);
    /* "will", "that" before a noun: a determiner */
    if (word->pos == POS_THAT && at < sentence->last && part->words[at + 1].pos == POS_NOUN &&
        part->words[at + 1].verb == NONE && open_word_pos_before(sentence, at) == POS_PREPOSITION)
        word->pos = POS_DETERMINER;
}

static void guess_first(const struct sentence *sentence)
{
    const struct part *part = sentence->part;
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
}

/* "A delegation led by the army chief visits Kampala": the clause's own verb is still to come. */
static bool is_participle_of_agent(const struct sentence *sentence, uint32_t at)
{
    return at < sentence->last && open_word_form(sentence->part, at) == FORM_PAST && word_is(sentence, at + 1, "by");
}

void tag_sentence(const struct lexicon *lexicon, struct sentence *sentence)
{
    struct part *part = sentence->part;
    guess_first(sentence);
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
        tag_word(lexicon, sentence, i, verb_seen);
        if ((word->pos == POS_VERB && !is_participle_of_agent(sentence, i)) || word->pos == POS_BE ||
            word->pos == POS_MODAL || word->pos == POS_HAVE)
            verb_seen = true;
    }
}
