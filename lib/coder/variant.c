#include "lib/coder/variant.h"

#include "lib/coder/equipment.h"

#include <ctype.h>
#include <string.h>

enum {
    TAIL_BYTES = 5, /* of what is tied to a name: "-M2", "-1500" */
    MARK_MAX = 12,  /* "Mk-3" is a version; "Mk-46" is a torpedo of its own */
    ABBREVIATION_MIN = 2,
    ABBREVIATION_MAX = 8,
    NICKNAME_MIN = 3,
    NUMBERED_MIN = 4,  /* letters of one that bears a number: "Magic-1" */
    NICKNAME_WORDS = 2 /* "Fighting Falcon" */
};

/* A name that grows: the mention with the sentence around it, `last` being its last token so far. */
struct growth {
    const struct lexicon *lexicon;
    const struct sentence *sentence;
    const struct mention *mention;
    uint32_t last;
    uint32_t nickname_words;
    bool prose;   /* capitals mark names here */
    bool slashed; /* the last word stands behind a slash: "P-14/Tall" */
};

static const struct token *token_at(const struct growth *growth, uint32_t at)
{
    return &growth->sentence->part->list.tokens[at];
}

static bool is_in(const struct growth *growth, uint32_t at)
{
    return at <= growth->sentence->last && !(token_at(growth, at)->flags & TOKEN_LINE);
}

static bool has_flags(const struct growth *growth, uint32_t at, uint32_t flags)
{
    return (token_at(growth, at)->flags & flags) == flags;
}

static size_t size_of(const struct growth *growth, uint32_t at)
{
    return token_at(growth, at)->end - token_at(growth, at)->start;
}

static char byte_before(const struct growth *growth, uint32_t at)
{
    uint32_t start = token_at(growth, at)->start;
    return start ? growth->sentence->part->text[start - 1] : ' ';
}

/* The equipment that another mention sees at a token, or NULL. */
static const struct mention *equipment_at(const struct growth *growth, uint32_t at)
{
    int32_t name = growth->sentence->part->words[at].name;
    const struct mention *other = name == NONE ? NULL : &growth->sentence->mentions[name];
    return other && other->class == LEXICON_EQUIPMENT && other->first == at ? other : NULL;
}

static bool is_free(const struct growth *growth, uint32_t at)
{
    return equipment_is_free(growth->sentence->part, at);
}

static bool same_class(const struct growth *growth, const struct mention *other)
{
    const char *mine = lexicon_entry_value(growth->lexicon, growth->mention->entry, "sipri");
    const char *theirs = lexicon_entry_value(growth->lexicon, other->entry, "sipri");
    return mine && theirs && !strcmp(mine, theirs);
}

static bool is_word_of(const struct growth *growth, uint32_t at, const char *const *words)
{
    for (; *words; words++)
        if (token_is(growth->sentence->part->text, token_at(growth, at), *words))
            return true;
    return false;
}

static bool has_digits(const struct growth *growth, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++)
        if (has_flags(growth, i, TOKEN_DIGITS) || token_at(growth, i)->kind == TOKEN_NUMBER)
            return true;
    return false;
}

/* "SA-16", "SS-N-25", "CSS-N-8": the names that others gave to weapons whose own they did not know. */
static bool is_reporting_name(const struct growth *growth, uint32_t at)
{
    static const char *const codes[] = {"AA", "AS", "AT", "CSS", "CSA", "CAS", "SA", "SS", NULL};
    return is_in(growth, at + 1) && is_word_of(growth, at, codes) && has_flags(growth, at + 1, TOKEN_JOINED);
}

/* Letters that stand before a number tied to them belong to it: "SS-N-25". */
static uint32_t end_of_code(const struct growth *growth, uint32_t at)
{
    while (is_in(growth, at + 1) && has_flags(growth, at + 1, TOKEN_JOINED) && byte_before(growth, at + 1) == '-' &&
           size_of(growth, at + 1) <= TAIL_BYTES)
        at++;
    return at;
}

/* "DSBV-62C": capitals with a number tied to them, that mean nothing else. */
static bool is_code(const struct growth *growth, uint32_t at)
{
    return is_free(growth, at) && has_flags(growth, at, TOKEN_ALL_CAPITALS) && is_in(growth, at + 1) &&
           has_flags(growth, at + 1, TOKEN_JOINED) && has_digits(growth, at + 1, at + 1);
}

/* ---- each of these gives the last token of what goes on at a token, or the one before it ---- */

/* "Igla-1/SA-16", "S-70/UH-60L", "MiG-29A/B", "36D6/Tin" */
static uint32_t alias_at(const struct growth *growth, uint32_t at)
{
    const struct mention *other = equipment_at(growth, at);
    if (!has_flags(growth, at, TOKEN_JOINED) || byte_before(growth, at) != '/')
        return at - 1;
    if (is_reporting_name(growth, at))
        return other ? other->last : end_of_code(growth, at);
    if (other)
        return same_class(growth, other) ? other->last : at - 1;
    if (is_code(growth, at))
        return end_of_code(growth, at);
    bool named = has_flags(growth, at, TOKEN_CAPITAL) || has_digits(growth, at, at);
    return named && growth->sentence->part->words[at].name == NONE &&
                   has_digits(growth, growth->mention->first, growth->last)
               ? at
               : at - 1;
}

/* "Zorvan-2", "Bastion-P", "Fregat-M2" */
static uint32_t tail_at(const struct growth *growth, uint32_t at)
{
    const struct mention *other = equipment_at(growth, at); /* "UGM-84 Sub-Harpoon" */
    if (other && has_flags(growth, at, TOKEN_JOINED) && byte_before(growth, at) == '-' && same_class(growth, other))
        return other->last;
    bool letter = size_of(growth, at) == 1 && has_flags(growth, at, TOKEN_CAPITAL); /* M is a million elsewhere */
    if (!has_flags(growth, at, TOKEN_JOINED) || byte_before(growth, at) != '-' || size_of(growth, at) > TAIL_BYTES ||
        !(is_free(growth, at) || (letter && growth->sentence->part->words[at].name == NONE)))
        return at - 1;
    return letter || (growth->nickname_words && has_flags(growth, at, TOKEN_CAPITAL)) ||
                   has_flags(growth, at, TOKEN_ALL_CAPITALS) || has_digits(growth, at, at)
               ? at
               : at - 1;
}

/* A number up to MARK_MAX or with its letters ("5A"), in figures or Roman. */
static bool is_version(const struct growth *growth, uint32_t at, bool any)
{
    const char *text = growth->sentence->part->text + token_at(growth, at)->start;
    size_t size = size_of(growth, at), digits = 0, numerals = 0;
    unsigned value = 0;
    for (; digits < size && isdigit((unsigned char)text[digits]) && digits < 4; digits++)
        value = value * 10 + (unsigned)(text[digits] - '0');
    while (numerals < size && strchr("IVX", text[numerals]))
        numerals++;
    bool roman = numerals && size - numerals <= 1 && (size == numerals || isupper((unsigned char)text[numerals]));
    return roman || (digits && size <= TAIL_BYTES && (any || value <= MARK_MAX));
}

/* "M1", "K3" */
static bool is_lettered_version(const struct growth *growth, uint32_t at)
{
    const char *text = growth->sentence->part->text + token_at(growth, at)->start;
    return size_of(growth, at) == 2 && isupper((unsigned char)text[0]) && isdigit((unsigned char)text[1]);
}

/* "Mk-3", "Mark III", "Mod. 2", "Block-50", "Batch II" */
static uint32_t mark_at(const struct growth *growth, uint32_t at)
{
    static const char *const marks[] = {"Mk", "MK", "Mark", "Mod", "MOD", NULL};
    static const char *const blocks[] = {"Block", "BLOCK", "Batch", "Tranche", NULL};
    bool block = is_word_of(growth, at, blocks);
    if (has_flags(growth, at, TOKEN_JOINED) || (!block && !is_word_of(growth, at, marks)))
        return at - 1;
    uint32_t number = at + 1;
    if (is_in(growth, number) && token_at(growth, number)->kind == TOKEN_MARK && token_at(growth, number)->mark == '.')
        number++;
    return is_in(growth, number) && is_version(growth, number, block) ? number : at - 1;
}

/* "LM-2500+", "SPY-1D(V)" */
static uint32_t sign_at(const struct growth *growth, uint32_t at)
{
    const struct token *token = token_at(growth, at);
    if (token->kind != TOKEN_MARK || token->flags & TOKEN_SPACE ||
        !has_digits(growth, growth->mention->first, growth->last))
        return at - 1;
    if (token->mark == '+')
        return at;
    bool bracketed = token->mark == '(' && is_in(growth, at + 2) && size_of(growth, at + 1) == 1 &&
                     has_flags(growth, at + 1, TOKEN_CAPITAL) && token_at(growth, at + 2)->kind == TOKEN_MARK &&
                     token_at(growth, at + 2)->mark == ')';
    return bracketed ? at + 2 : at - 1;
}

/* Does a generic noun behind say that the word is a thing by itself? "F-16 Sparrow missiles" */
static bool is_other_thing(const struct growth *growth, const struct mention *other)
{
    int32_t name = other->last < growth->sentence->last ? growth->sentence->part->words[other->last + 1].name : NONE;
    const struct mention *noun = name == NONE ? NULL : &growth->sentence->mentions[name];
    return noun && noun->class == LEXICON_EQUIPMENT_CLASS && !same_class(growth, noun);
}

/* "R-550 Magic-1", "9K331 Tor-M1", "RIM-174 SM-6": a word with a low number; "MiG-21 Mirage-2000" are two aircraft. */
static bool is_numbered_nickname(const struct growth *growth, const struct mention *other)
{
    const char *sipri = lexicon_entry_value(growth->lexicon, other->entry, "sipri");
    size_t least = sipri && !strcmp(sipri, "aircraft") ? NUMBERED_MIN : ABBREVIATION_MIN;
    return same_class(growth, other) && other->last == other->first + 1 && size_of(growth, other->first) >= least &&
           !has_flags(growth, other->first, TOKEN_DIGITS) && has_flags(growth, other->last, TOKEN_JOINED) &&
           (is_version(growth, other->last, false) || is_lettered_version(growth, other->last));
}

/* "M-270 MLRS", "M-3 APC": what it is, as an abbreviation that registers write behind the name. */
static uint32_t kind_at(const struct growth *growth, uint32_t at)
{
    int32_t name = growth->sentence->part->words[at].name;
    const struct mention *kind = name == NONE ? NULL : &growth->sentence->mentions[name];
    return kind && kind->class == LEXICON_EQUIPMENT_CLASS && kind->first == at &&
                   has_flags(growth, at, TOKEN_ALL_CAPITALS) && !has_flags(growth, at, TOKEN_JOINED) && growth->prose &&
                   same_class(growth, kind)
               ? at
               : at - 1;
}

/* "F-102A Delta Dagger", "AGM-88 HARM", "AS-565S Panther" */
static uint32_t nickname_at(struct growth *growth, uint32_t at)
{
    const struct token *token = token_at(growth, at);
    if (token->kind != TOKEN_WORD || token->flags & (TOKEN_JOINED | TOKEN_DIGITS) || !(token->flags & TOKEN_CAPITAL) ||
        growth->nickname_words == NICKNAME_WORDS || !has_digits(growth, growth->mention->first, growth->last))
        return at - 1;
    const struct mention *other = equipment_at(growth, at);
    if (other) {
        bool name = !has_digits(growth, other->first, other->last) && other->ambiguous;
        growth->nickname_words = NICKNAME_WORDS;
        if (is_numbered_nickname(growth, other))
            return other->last;
        return name && !is_other_thing(growth, other) ? other->last : at - 1;
    }
    const struct word *word = &growth->sentence->part->words[at];
    bool abbreviation = token->flags & TOKEN_ALL_CAPITALS;
    size_t size = size_of(growth, at);
    /* in capitals, or behind a slash, it is no word whatever it means: "AGM-84E SLAM", "P-14/Tall King" */
    bool named = word->name == NONE && word->part == NONE && word->time == NONE && word->number == NONE &&
                 (abbreviation || growth->slashed || (is_free(growth, at) && word->cue == NONE));
    if (size < (abbreviation ? ABBREVIATION_MIN : NICKNAME_MIN) || (abbreviation && size > ABBREVIATION_MAX) ||
        !named || !growth->prose)
        return at - 1;
    growth->nickname_words += abbreviation ? NICKNAME_WORDS : 1;
    return at;
}

/* The first word of a name behind a slash: "P-14/Tall" */
static bool is_slashed(const struct growth *growth, uint32_t at)
{
    return byte_before(growth, at) == '/' && !has_digits(growth, at, at);
}

static uint32_t grow(struct growth *growth)
{
    static const uint32_t none = 0;
    for (uint32_t at = growth->last + 1; is_in(growth, at); at = growth->last + 1) {
        uint32_t ends[] = {alias_at(growth, at), tail_at(growth, at), mark_at(growth, at),
                           sign_at(growth, at),  kind_at(growth, at), none};
        uint32_t last = at - 1;
        for (size_t i = 0; ends[i]; i++)
            last = ends[i] > last ? ends[i] : last;
        if (last < at)
            last = nickname_at(growth, at);
        if (last < at)
            break;
        growth->slashed = last == at && is_slashed(growth, at);
        growth->last = last;
    }
    return growth->last;
}

void variant_join(const struct lexicon *lexicon, struct sentence *sentence)
{
    uint32_t kept = 0;
    bool prose = equipment_in_prose(sentence);
    for (uint32_t i = 0; i < sentence->mention_count; i++) {
        const struct mention mention = sentence->mentions[i];
        if (kept && mention.first <= sentence->mentions[kept - 1].last)
            continue;
        uint32_t last = mention.last;
        if (mention.class == LEXICON_EQUIPMENT) {
            struct growth growth = {lexicon, sentence, &mention, mention.last, 0, prose, false};
            growth.slashed = is_slashed(&growth, mention.last);
            last = grow(&growth);
        }
        sentence->mentions[kept] = mention;
        equipment_reach(sentence, kept++, last);
    }
    sentence->mention_count = kept;
}
