#include "lib/coder/chunk.h"

#include "lib/coder/sentence.h"
#include "lib/coder/workspace.h"

#include <string.h>

struct chunker {
    const struct lexicon *lexicon;
    const struct part *part;
    struct sentence *sentence;
    uint32_t at;
    bool quoted;
};

static enum pos pos_at(const struct chunker *chunker, uint32_t at)
{
    return at <= chunker->sentence->last ? (enum pos)chunker->part->words[at].pos : POS_COUNT;
}

static struct group *add_group(struct chunker *chunker, enum group_kind kind, uint32_t first, uint32_t last)
{
    struct group *group = &chunker->sentence->groups[chunker->sentence->group_count++];
    *group = (struct group){.kind = (uint8_t)kind,
                            .first = first,
                            .last = last,
                            .head = last,
                            .preposition = NONE,
                            .and_with = NONE,
                            .governor = NONE,
                            .governor_noun = NONE,
                            .subject = NONE,
                            .object = NONE,
                            .object2 = NONE,
                            .clause_last = NONE,
                            .quoted = chunker->quoted};
    chunker->at = last + 1;
    return group;
}

static bool is_money_mark(const struct chunker *chunker, uint32_t at)
{
    const struct token *token = &chunker->part->list.tokens[at];
    return token->kind == TOKEN_MARK && (token->mark == '$' || token->mark == '%' || token->mark == '&');
}

/* Quotation marks around a name inside a noun group: the “Defense and Salvation” fair. */
static uint32_t quoted_name_end(const struct chunker *chunker, uint32_t at)
{
    const struct token *tokens = chunker->part->list.tokens;
    if (tokens[at].kind != TOKEN_OPEN_QUOTE)
        return at;
    bool capital = at + 1 <= chunker->sentence->last && tokens[at + 1].flags & TOKEN_CAPITAL;
    for (uint32_t i = at + 1; i <= chunker->sentence->last && i < at + 8; i++) {
        if (tokens[i].kind == TOKEN_CLOSE_QUOTE)
            return i;
        if (tokens[i].kind == TOKEN_MARK && tokens[i].mark == ',')
            return at;
        if (!capital && i > at + 3)
            return at;
    }
    return at;
}

static bool in_noun_group(enum pos pos)
{
    return pos == POS_NOUN || pos == POS_NAME || pos == POS_ADJECTIVE || pos == POS_NUMBER || pos == POS_POSSESSIVE;
}

/* Marks inside a person's name: "Joseph R. Biden, Jr.", "Gen. Manoj Pande". Returns the last token that still belongs
 * to it. */
static uint32_t name_goes_on(const struct chunker *chunker, uint32_t at)
{
    const struct part *part = chunker->part;
    const struct token *tokens = part->list.tokens;
    uint32_t last = chunker->sentence->last;
    if (tokens[at].kind != TOKEN_MARK || at == chunker->sentence->first || at >= last)
        return at;
    if (tokens[at].mark == ',' && word_is(chunker->sentence, at + 1, "Jr"))
        return at + 1 < last && tokens[at + 2].kind == TOKEN_MARK && tokens[at + 2].mark == '.' ? at + 2 : at + 1;
    bool dot =
        tokens[at].mark == '.' && !(tokens[at].flags & TOKEN_SPACE) && sentence_is_abbreviation(part, &tokens[at - 1]);
    return dot && tokens[at + 1].flags & TOKEN_CAPITAL && tokens[at + 1].kind == TOKEN_WORD &&
                   in_noun_group(pos_at(chunker, at + 1))
               ? at + 1
               : at;
}

/* "the frigate – Köln – to the gulf": a name of one or two words between dashes interrupts none either. */
static uint32_t name_between_dashes(const struct chunker *chunker, uint32_t at)
{
    const struct token *tokens = chunker->part->list.tokens;
    if (tokens[at].kind != TOKEN_MARK || tokens[at].mark != '-')
        return at;
    for (uint32_t i = at + 1; i <= chunker->sentence->last && i <= at + 3; i++) {
        if (tokens[i].kind == TOKEN_MARK && tokens[i].mark == '-')
            return i > at + 1 ? i : at;
        if (tokens[i].kind != TOKEN_WORD || !(tokens[i].flags & TOKEN_CAPITAL))
            return at;
    }
    return at;
}

/* "a 5.6 trillion won ($4 billion) contract", "package (PDA) for": a sum or a short form in brackets interrupts no
 * group. */
static uint32_t short_bracket_end(const struct chunker *chunker, uint32_t at)
{
    const struct token *tokens = chunker->part->list.tokens;
    uint32_t dash = name_between_dashes(chunker, at);
    if (dash > at)
        return dash;
    if (tokens[at].kind != TOKEN_MARK || tokens[at].mark != '(')
        return at;
    for (uint32_t i = at + 1; i <= chunker->sentence->last && i < at + 7; i++) {
        if (tokens[i].kind == TOKEN_MARK && tokens[i].mark == ')')
            return i > at + 1 ? i : at;
        bool sum = tokens[i].kind == TOKEN_NUMBER || (tokens[i].kind == TOKEN_MARK && tokens[i].mark == '$') ||
                   chunker->part->words[i].number != NONE;
        bool letters = (tokens[i].kind == TOKEN_WORD &&
                        (tokens[i].flags & TOKEN_ALL_CAPITALS ||
                         (tokens[i].flags & TOKEN_CAPITAL && tokens[i].end - tokens[i].start == 1))) ||
                       (tokens[i].kind == TOKEN_MARK && tokens[i].mark == '&' && i > at + 1);
        if (!sum && !letters)
            return at;
    }
    return at;
}

/* An adverb inside a noun group: "an apparently routine exercise". */
static bool adverb_inside(const struct chunker *chunker, uint32_t at, uint32_t first)
{
    return at > first && pos_at(chunker, at) == POS_ADVERB &&
           (pos_at(chunker, at + 1) == POS_ADJECTIVE || pos_at(chunker, at + 1) == POS_NUMBER);
}

/* A sum or a count that begins another group: not tied to the word before it. */
static bool begins_count(const struct chunker *chunker, uint32_t at)
{
    const struct token *token = &chunker->part->list.tokens[at];
    if (chunker->part->words[at].name != NONE || token->flags & TOKEN_JOINED)
        return false;
    return pos_at(chunker, at) == POS_NUMBER || (is_money_mark(chunker, at) && token->flags & TOKEN_SPACE);
}

/* "gives Lebanon's army 40 vehicles": who gets it ends before what is got, behind the verb. */
static bool ends_with_receiver(const struct chunker *chunker, uint32_t first, uint32_t at)
{
    bool named = false;
    for (uint32_t i = first; i < at; i++)
        named |= pos_at(chunker, i) == POS_NAME;
    if (pos_at(chunker, at - 1) == POS_NAME)
        return named;
    const char *stands = noun_attribute(chunker->lexicon, chunker->sentence, at - 1, "stands");
    return named && stands;
}

/* "to Ukraine additional missiles", "gave the Lebanese army $15 million": a receiver right behind its verb or
 * preposition ends its group before a count. */
static bool new_group_after_name(const struct chunker *chunker, uint32_t first, uint32_t at)
{
    if (at == first || first == chunker->sentence->first)
        return false;
    enum pos before = pos_at(chunker, first - 1);
    if (before == POS_VERB)
        return begins_count(chunker, at) && ends_with_receiver(chunker, first, at);
    if ((before != POS_PREPOSITION && before != POS_TO) || pos_at(chunker, first) != POS_NAME ||
        pos_at(chunker, at - 1) != POS_NAME)
        return false;
    static const char *const words[] = {"additional", "extra", "further", "new", "more", NULL};
    bool count = pos_at(chunker, at) == POS_NUMBER && !(chunker->part->list.tokens[at].flags & TOKEN_JOINED);
    for (size_t i = 0; words[i] && !count; i++)
        count = word_is(chunker->sentence, at, words[i]);
    return count && chunker->part->words[at].name == NONE;
}

static enum lexicon_inflection main_form(const struct chunker *chunker, uint32_t at)
{
    const struct word *word = &chunker->part->words[chunker->part->words[at].span_first];
    if (word->verb != NONE)
        return (enum lexicon_inflection)word->verb_inflection;
    const struct token *token = &chunker->part->list.tokens[at];
    const char *end = chunker->part->text + token->end;
    if (token->end - token->start > 4 && !strncasecmp(end - 3, "ing", 3))
        return FORM_ING;
    return token->end - token->start > 3 && !strncasecmp(end - 2, "ed", 2) ? FORM_PAST : FORM_S;
}

/* "under the programme Lebanon will get", "the tanks Poland bought": a state that does something begins its own group.
 */
static bool new_group_at_doer(const struct chunker *chunker, uint32_t first, uint32_t at)
{
    int32_t name = chunker->part->words[at].name;
    if (at == first || name == NONE || pos_at(chunker, at - 1) != POS_NOUN || chunker->sentence->headline ||
        chunker->part->list.tokens[at - 1].flags & TOKEN_CAPITAL)
        return false;
    const struct mention *mention = &chunker->sentence->mentions[name];
    if (mention->first != at || (mention->class != LEXICON_STATE && mention->class != LEXICON_CAPITAL))
        return false;
    switch (pos_at(chunker, mention->last + 1)) {
    case POS_MODAL:
    case POS_HAVE:
    case POS_BE:
    case POS_DO:
        return true;
    case POS_VERB:
        return main_form(chunker, mention->last + 1) != FORM_BASE;
    default:
        return false;
    }
}

static bool ends_demonym(const struct chunker *chunker, uint32_t at)
{
    int32_t name = chunker->part->words[at].name;
    return name != NONE && chunker->sentence->mentions[name].class == LEXICON_DEMONYM &&
           chunker->sentence->mentions[name].last == at;
}

/* "Omani, Qatari and British war games": the last of the demonyms that share a noun, for the comma or "and" at `at`;
 * `at` where they share none, or one that stands for people, who act each for themselves. */
static uint32_t shared_noun_end(const struct chunker *chunker, uint32_t at)
{
    enum { DEMONYMS_MAX = 6, WORDS_MAX = 3 };
    uint32_t last = chunker->sentence->last, end = at;
    bool joined = false;
    if (at == chunker->sentence->first || !ends_demonym(chunker, at - 1))
        return at;
    for (uint32_t i = at, count = 0; i + 1 <= last && count < DEMONYMS_MAX && !joined; count++) {
        bool comma = chunker->part->list.tokens[i].kind == TOKEN_MARK && chunker->part->list.tokens[i].mark == ',';
        joined = pos_at(chunker, i) == POS_AND;
        int32_t name = chunker->part->words[i + 1].name;
        if ((!comma && !joined) || name == NONE || !ends_demonym(chunker, chunker->sentence->mentions[name].last))
            return at;
        end = chunker->sentence->mentions[name].last;
        i = end + 1;
    }
    for (uint32_t i = end + 1; joined && i <= last && i <= end + WORDS_MAX; i++) {
        const struct word *word = &chunker->part->words[chunker->part->words[i].span_first];
        if (word->pos == POS_NOUN && word->noun != NONE)
            return lexicon_entry_value(chunker->lexicon, (uint32_t)word->noun, "stands") ? at : end;
        if (word->pos != POS_ADJECTIVE && word->pos != POS_NOUN)
            break;
    }
    return at;
}

/* "the 2018 agreement", "its January drill": the last token of a time between a determiner or adjective and a noun, or
 * `at` where it is none. */
static uint32_t time_inside_end(const struct chunker *chunker, uint32_t first, uint32_t at)
{
    uint32_t end = at;
    if (at == first || pos_at(chunker, at) != POS_TIME)
        return at;
    enum pos before = pos_at(chunker, at - 1);
    while (pos_at(chunker, end + 1) == POS_TIME)
        end++;
    enum pos after = pos_at(chunker, end + 1);
    bool opened = before == POS_DETERMINER || before == POS_OWNER || before == POS_ADJECTIVE;
    return opened && (after == POS_NOUN || after == POS_ADJECTIVE) ? end + 1 : at;
}

static void chunk_noun_group(struct chunker *chunker)
{
    uint32_t first = chunker->at, at = first, last = first, bracketed = 0;
    bool content = false;
    enum pos pos = pos_at(chunker, at);
    if (pos == POS_PRONOUN) {
        add_group(chunker, GROUP_NOUN, first, chunker->part->words[first].span_last);
        return;
    }
    for (; at <= chunker->sentence->last; at++) {
        pos = pos_at(chunker, at);
        uint32_t initial = content ? name_goes_on(chunker, at) : at;
        if (initial > at) {
            at = initial;
            last = initial;
            continue;
        }
        uint32_t bracket = content ? short_bracket_end(chunker, at) : at;
        if (bracket > at) {
            bracketed = at == last + 1 ? bracket : 0;
            at = bracket;
            if (in_noun_group(pos_at(chunker, at + 1)))
                last = bracket;
            continue;
        }
        uint32_t timed = time_inside_end(chunker, first, at);
        if (timed > at) {
            at = last = timed;
            content = true;
            continue;
        }
        uint32_t shared = content ? shared_noun_end(chunker, at) : at;
        if (shared > at) {
            at = last = shared;
            continue;
        }
        uint32_t quote = quoted_name_end(chunker, at);
        if (quote > at && (content || at > first || pos_at(chunker, quote + 1) == POS_NOUN)) {
            at = quote;
            last = quote;
            continue;
        }
        if (pos == POS_DETERMINER || pos == POS_OWNER) {
            if (content)
                break;
        } else if (new_group_after_name(chunker, first, at) || new_group_at_doer(chunker, first, at)) {
            break;
        } else if (in_noun_group(pos) || is_money_mark(chunker, at)) {
            content = true;
        } else if (!adverb_inside(chunker, at, first))
            break;
        last = at;
    }
    while (last > first && pos_at(chunker, last) == POS_POSSESSIVE)
        last--;
    struct group *group = add_group(chunker, GROUP_NOUN, first, last);
    if (chunker->part->words[last].span_last > last && chunker->part->words[last].span_last <= chunker->sentence->last)
        group->last = group->head = chunker->part->words[last].span_last;
    while (group->head > group->first && (chunker->part->list.tokens[group->head].kind == TOKEN_CLOSE_QUOTE))
        group->head--;
    /* "Larsen & Toubro (L&T) and MBDA": the short form stands in the group of what it shortens */
    if (bracketed > group->last && group->last == last)
        group->last = bracketed;
    chunker->at = group->last + 1;
    if (chunker->at <= chunker->sentence->last && pos_at(chunker, chunker->at) == POS_POSSESSIVE)
        chunker->at++;
}

static void note_auxiliary(struct chunker *chunker, struct group *group, uint32_t at, enum pos pos, bool *be,
                           bool *have)
{
    const struct word *word = &chunker->part->words[at];
    const char *tense =
        word->part == NONE ? NULL : lexicon_entry_value(chunker->lexicon, (uint32_t)word->part, "tense");
    const char *force =
        word->part == NONE ? NULL : lexicon_entry_value(chunker->lexicon, (uint32_t)word->part, "force");
    bool first = at == group->first || group->tense == TENSE_NONE;
    if (pos == POS_NOT)
        group->negated = true;
    else if (pos == POS_TO)
        group->infinitive = true;
    else if (pos == POS_MODAL) {
        group->tense = TENSE_FUTURE;
        group->negated |= word_is(chunker->sentence, at, "cannot");
        if (force && strcmp(force, "strong"))
            group->modal_weak = true;
    } else if (pos == POS_BE) {
        *be = true;
        group->progressive |= word_is(chunker->sentence, at, "being");
        if (tense && !strcmp(tense, "past") && first && group->tense != TENSE_FUTURE)
            group->tense = TENSE_PAST;
    } else if (pos == POS_HAVE) {
        *have = true;
        if (tense && !strcmp(tense, "past"))
            group->tense = TENSE_PAST;
    } else if (pos == POS_DO && tense && !strcmp(tense, "past"))
        group->tense = TENSE_PAST;
}

/* "let US planes use the airfield", "help Kenyan forces guard the border": the verb of who is let, behind its noun
 * group. */
static bool is_let_do(const struct chunker *chunker, const struct group *group)
{
    static const char *const words[] = {"let", "lets", "help", "helps", "helped", "helping", NULL};
    const struct group *groups = chunker->sentence->groups;
    uint32_t at = chunker->sentence->group_count - 1;
    if (group->first != group->head || main_form(chunker, group->head) != FORM_BASE)
        return false;
    while (at > 0 && (groups[at - 1].kind == GROUP_NOUN || groups[at - 1].kind == GROUP_AND))
        at--;
    if (at == 0 || at == chunker->sentence->group_count - 1 || groups[at - 1].kind != GROUP_VERB)
        return false;
    for (size_t i = 0; words[i]; i++)
        if (word_is(chunker->sentence, groups[at - 1].head, words[i]))
            return true;
    return false;
}

static void finish_verb_group(struct chunker *chunker, struct group *group, bool be, bool have, bool has_main)
{
    enum lexicon_inflection form = has_main ? main_form(chunker, group->head) : FORM_BASE;
    group->perfect = have && (be || form == FORM_PAST);
    /* "Having bought six frigates, Chile trains crews" */
    group->gerund = have && word_is(chunker->sentence, group->first, "having");
    if (!has_main)
        return;
    /* "help train recruits" */
    if (form == FORM_BASE && group->first == group->head && group->first > chunker->sentence->first &&
        (chunker->part->words[group->first - 1].pos == POS_VERB || is_let_do(chunker, group)))
        group->infinitive = true;
    if (form == FORM_ING) {
        group->progressive = be;
        group->gerund |= !be;
    } else if (form == FORM_PAST && be)
        group->passive = true;
    else if (form == FORM_PAST && !have && !group->infinitive && group->tense == TENSE_PRESENT)
        group->tense = TENSE_PAST;
    /* "is to begin", "are due to start": future */
    if (group->infinitive && be && group->first < group->head && chunker->part->words[group->first].pos == POS_BE) {
        group->infinitive = false;
        group->tense = TENSE_FUTURE;
    }
    if (group->infinitive)
        group->tense = TENSE_NONE;
}

static bool verb_behind_time(const struct chunker *chunker, uint32_t at)
{
    enum pos before = pos_at(chunker, at - 1);
    while (pos_at(chunker, at) == POS_TIME)
        at++;
    return pos_at(chunker, at) == POS_VERB && (before == POS_MODAL || before == POS_HAVE || before == POS_TIME);
}

/* "is to begin", "is not to begin", "is now going to begin"; "not to begin". */
static bool joins_be(const struct chunker *chunker, uint32_t first, uint32_t at)
{
    bool is_phrase = chunker->part->words[at].span_last > at, negated = false;
    while (at > first && (pos_at(chunker, at - 1) == POS_NOT || (is_phrase && pos_at(chunker, at - 1) == POS_ADVERB))) {
        at--;
        negated |= pos_at(chunker, at) == POS_NOT;
    }
    return at > first ? pos_at(chunker, at - 1) == POS_BE : negated;
}

static void chunk_verb_group(struct chunker *chunker)
{
    uint32_t first = chunker->at, at = first, last = first, head = first;
    bool be = false, have = false, has_main = false;
    struct group *group = add_group(chunker, GROUP_VERB, first, first);
    group->tense = TENSE_PRESENT;
    for (; at <= chunker->sentence->last; at++) {
        enum pos pos = pos_at(chunker, at);
        if (pos == POS_VERB) {
            if (has_main)
                break;
            has_main = true;
            head = at;
            last = chunker->part->words[at].span_last;
            if (last > chunker->sentence->last)
                last = chunker->sentence->last;
            at = last;
            break;
        }
        /* "will this week join" */
        if (pos == POS_TIME && at > first && verb_behind_time(chunker, at)) {
            last = at;
            continue;
        }
        if (pos == POS_TO && at > first && !chunker->part->words[at].inside && !joins_be(chunker, first, at))
            break;
        if (pos == POS_ADVERB && (pos_at(chunker, at + 1) == POS_NOUN || pos_at(chunker, at + 1) == POS_NAME ||
                                  pos_at(chunker, at + 1) == POS_DETERMINER))
            break;
        if (pos != POS_MODAL && pos != POS_BE && pos != POS_HAVE && pos != POS_DO && pos != POS_NOT && pos != POS_TO &&
            pos != POS_ADVERB)
            break;
        note_auxiliary(chunker, group, at, pos, &be, &have);
        if (pos != POS_ADVERB)
            head = at;
        last = at;
    }
    group->last = last;
    group->head = head;
    chunker->at = last + 1;
    finish_verb_group(chunker, group, be, have, has_main);
}

static bool to_is_infinitive(const struct chunker *chunker, uint32_t to)
{
    uint32_t next = chunker->part->words[to].span_last + 1;
    for (uint32_t i = next; i <= chunker->sentence->last && i < next + 3; i++) {
        enum pos pos = pos_at(chunker, i);
        if (pos == POS_VERB)
            return main_form(chunker, i) == FORM_BASE || main_form(chunker, i) == FORM_PAST;
        if (pos == POS_BE || pos == POS_HAVE || pos == POS_DO)
            return true;
        if (pos != POS_ADVERB && pos != POS_NOT)
            return false;
    }
    return false;
}

/* "never trained", "no longer supplies": a negation right before its verb. */
static bool verb_goes_on(const struct chunker *chunker)
{
    uint32_t next = chunker->part->words[chunker->at].span_last + 1;
    while (pos_at(chunker, next) == POS_ADVERB)
        next++;
    enum pos pos = pos_at(chunker, next);
    if (pos == POS_TO)
        return to_is_infinitive(chunker, next);
    return pos == POS_VERB || pos == POS_HAVE || pos == POS_DO || pos == POS_MODAL || pos == POS_BE;
}

static void chunk_mark(struct chunker *chunker)
{
    const struct token *token = &chunker->part->list.tokens[chunker->at];
    enum group_kind kind = GROUP_STOP;
    if (token->kind == TOKEN_OPEN_QUOTE) {
        kind = GROUP_OPEN_QUOTE;
        chunker->quoted = true;
    } else if (token->kind == TOKEN_CLOSE_QUOTE) {
        kind = GROUP_CLOSE_QUOTE;
        chunker->quoted = false;
    } else if (token->mark == ',')
        kind = GROUP_COMMA;
    add_group(chunker, kind, chunker->at, chunker->at);
}

/* "Raytheon Co., Tucson, Arizona", "Hyundai Rotem Co. has reached": the dot of a short form inside a sentence ends
 * nothing. */
static bool is_short_form_dot(const struct chunker *chunker, uint32_t at)
{
    const struct token *tokens = chunker->part->list.tokens;
    if (tokens[at].mark != '.' || at == chunker->sentence->first || at >= chunker->sentence->last ||
        !sentence_is_abbreviation(chunker->part, &tokens[at - 1]))
        return false;
    bool comma = tokens[at + 1].kind == TOKEN_MARK && tokens[at + 1].mark == ',';
    return comma || (tokens[at + 1].kind == TOKEN_WORD && !(tokens[at + 1].flags & TOKEN_CAPITAL));
}

static void chunk_next(struct chunker *chunker)
{
    uint32_t at = chunker->at;
    switch (pos_at(chunker, at)) {
    case POS_NOUN:
    case POS_NAME:
    case POS_DETERMINER:
    case POS_ADJECTIVE:
    case POS_NUMBER:
    case POS_PRONOUN:
    case POS_OWNER:
        chunk_noun_group(chunker);
        return;
    case POS_VERB:
    case POS_BE:
    case POS_HAVE:
    case POS_DO:
    case POS_MODAL:
        chunk_verb_group(chunker);
        return;
    case POS_TO:
        if (to_is_infinitive(chunker, at))
            chunk_verb_group(chunker);
        else
            add_group(chunker, GROUP_PREPOSITION, at, chunker->part->words[at].span_last);
        return;
    case POS_NOT:
        if (verb_goes_on(chunker))
            chunk_verb_group(chunker);
        else
            add_group(chunker, GROUP_ADVERB, at, chunker->part->words[at].span_last);
        return;
    case POS_ADVERB:
        add_group(chunker, GROUP_ADVERB, at, at);
        return;
    case POS_PREPOSITION:
        add_group(chunker, GROUP_PREPOSITION, at, chunker->part->words[at].span_last);
        return;
    case POS_AND:
        add_group(chunker, GROUP_AND, at, chunker->part->words[at].span_last);
        return;
    case POS_THAT:
        add_group(chunker, GROUP_THAT, at, chunker->part->words[at].span_last);
        return;
    case POS_WHO:
        add_group(chunker, GROUP_WHO, at, chunker->part->words[at].span_last);
        return;
    case POS_WHEN:
        add_group(chunker, GROUP_WHEN, at, chunker->part->words[at].span_last);
        return;
    case POS_IF:
        add_group(chunker, GROUP_IF, at, chunker->part->words[at].span_last);
        return;
    case POS_TIME: {
        uint32_t last = at;
        while (pos_at(chunker, last + 1) == POS_TIME)
            last++;
        add_group(chunker, GROUP_TIME, at, last);
        /* "cancelled this year's drill": when, on the way to what */
        if (last < chunker->sentence->last && pos_at(chunker, last + 1) == POS_POSSESSIVE)
            chunker->at = last + 2;
        return;
    }
    case POS_MARK:
        if (is_money_mark(chunker, at) || quoted_name_end(chunker, at) > at)
            chunk_noun_group(chunker);
        else if (is_short_form_dot(chunker, at))
            chunker->at = at + 1;
        else
            chunk_mark(chunker);
        return;
    default:
        add_group(chunker, GROUP_STOP, at, at);
        return;
    }
}

bool chunk_sentence(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena)
{
    struct chunker chunker = {lexicon, sentence->part, sentence, sentence->first, false};
    sentence->groups = arena_alloc(arena, (sentence->last - sentence->first + 2) * sizeof *sentence->groups);
    if (!sentence->groups)
        return false;
    while (chunker.at <= sentence->last) {
        uint32_t before = chunker.at;
        chunk_next(&chunker);
        if (chunker.at <= before)
            chunker.at = before + 1;
    }
    arena_trim(arena, sentence->groups, sentence->group_count * sizeof *sentence->groups);
    return true;
}
