#include "lib/coder/sentence.h"

#include <string.h>

enum { ABBREVIATION_MAX = 6 /* bytes */ };

bool sentence_is_abbreviation(const struct part *part, const struct token *token)
{
    static const char *const words[] = {
        "mr",  "mrs", "ms",   "dr",   "gen",    "col", "lt",     "maj",   "sgt", "capt", "cmdr", "adm",  "brig",
        "gov", "sen", "rep",  "prof", "st",     "no",  "vs",     "jan",   "feb", "mar",  "apr",  "jun",  "jul",
        "aug", "sep", "sept", "oct",  "nov",    "dec", "approx", "inc",   "jr",  "sr",   "ltd",  "corp", "co",
        "mt",  "ft",  "hon",  "pres", "messrs", "mk",  "lieut",  "comdr", "cdr", "rt",   NULL};
    size_t size = token->end - token->start;
    const char *text = part->text + token->start;
    if (!(token->flags & TOKEN_CAPITAL) || size == 1)
        return token->flags & TOKEN_CAPITAL;
    if (size > ABBREVIATION_MAX)
        return false;
    for (size_t i = 0; words[i]; i++)
        if (words[i][0] == (*text | 32) && strlen(words[i]) == size && !strncasecmp(words[i], text, size))
            return true;
    return false;
}

static bool is_mark(const struct part *part, uint32_t at, char mark)
{
    return at < part->list.count && part->list.tokens[at].kind == TOKEN_MARK && part->list.tokens[at].mark == mark;
}

static bool is_month(const struct part *part, uint32_t at)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    const struct token *token = &part->list.tokens[at];
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL && token->end - token->start >= 3 &&
            !strncasecmp(part->text + token->start, months[i], 3))
            return true;
    return false;
}

/* "MOSCOW, April 13. /TASS/. Russia's", "MOSCOW. Aug 30 (Interfax-AVN) - Vietnam": stops within the line that tells
 * where and when a report was filed. */
static bool is_in_dateline(const struct part *part, uint32_t at)
{
    enum { DATELINE_TOKENS_MAX = 14 };
    const struct token *tokens = part->list.tokens;
    if (part->index == 0 || at == 0 || at >= DATELINE_TOKENS_MAX || at + 1 >= part->list.count ||
        !(tokens[0].flags & TOKEN_ALL_CAPITALS) || tokens[0].kind != TOKEN_WORD)
        return false;
    return is_mark(part, at + 1, '/') || is_mark(part, at - 1, '/') ||
           (tokens[at - 1].flags & TOKEN_ALL_CAPITALS && is_month(part, at + 1));
}

static bool ends_after(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    if (token->kind != TOKEN_MARK || (token->mark != '.' && token->mark != '?' && token->mark != '!'))
        return false;
    if (is_in_dateline(part, at))
        return false;
    if (at + 1 >= part->list.count)
        return true;
    const struct token *next = &part->list.tokens[at + 1];
    if (next->kind == TOKEN_CLOSE_QUOTE || (next->kind == TOKEN_MARK && next->mark == ')'))
        return false;
    if (!(next->flags & TOKEN_SPACE))
        return false;
    if (token->mark == '.' && at > 0 && sentence_is_abbreviation(part, &part->list.tokens[at - 1]) &&
        !(token->flags & TOKEN_SPACE))
        return false;
    return next->flags & TOKEN_CAPITAL || next->kind == TOKEN_NUMBER || next->kind == TOKEN_OPEN_QUOTE ||
           next->kind == TOKEN_MARK;
}

/* After ." or .) the sentence ends behind the closing mark. */
static bool ends_after_closing(const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    if (at == 0 || at + 1 >= part->list.count ||
        !(token->kind == TOKEN_CLOSE_QUOTE || (token->kind == TOKEN_MARK && token->mark == ')')))
        return false;
    const struct token *before = &part->list.tokens[at - 1], *next = &part->list.tokens[at + 1];
    bool stopped = before->kind == TOKEN_MARK && (before->mark == '.' || before->mark == '?' || before->mark == '!');
    return stopped && (next->flags & TOKEN_CAPITAL || next->kind == TOKEN_OPEN_QUOTE) && next->flags & TOKEN_SPACE;
}

/* Whether a form of several words that opens the gate begins here. A number may stand for any of a form's patterns. */
static bool opens_gate(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    uint32_t node = lexicon_root(lexicon, part->list.tokens[at].word);
    while (node && lexicon_node_goes_on(lexicon, node) && ++at < part->list.count) {
        const struct token *next = &part->list.tokens[at];
        if (next->flags & TOKEN_DIGITS && lexicon_node_has_patterns(lexicon, node))
            return true;
        node = next->word == LEXICON_NO_WORD ? 0 : lexicon_child(lexicon, node, next->word);
        if (node && lexicon_node_gates(lexicon, node))
            return true;
    }
    return false;
}

/* 2 for a word that is enough by itself, 1 for one that needs a second. */
static uint32_t gate_points(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    uint32_t flags = token->word_flags;
    if (flags & LEXICON_WORD_GATE)
        return 2;
    uint32_t points = (flags & LEXICON_WORD_GATE_WEAK) != 0;
    if (at + 1 >= part->list.count)
        return points;
    /* what is rare is asked first, and as one question: which flags a word has is anybody's guess */
    bool digits = token[1].flags & TOKEN_DIGITS;
    bool pair =
        ((flags & LEXICON_WORD_GATE_PAIR) != 0) & (digits | lexicon_may_gate(lexicon, token->word, token[1].word));
    if (pair && opens_gate(lexicon, part, at))
        points = 2;
    /* "Su-30": the first word of a designation with a number tied to it */
    if (digits && token[1].flags & TOKEN_JOINED && token->flags & TOKEN_CAPITAL && flags & LEXICON_WORD_STEM)
        points = 2;
    return points;
}

enum {
    FLAGS_READ =
        LEXICON_WORD_GATE | LEXICON_WORD_GATE_WEAK | LEXICON_WORD_GATE_PAIR | LEXICON_WORD_STEM | LEXICON_WORD_ACTOR
};

static bool names_actor(const struct token *token)
{
    return token->flags & TOKEN_CAPITAL && token->word_flags & LEXICON_WORD_ACTOR;
}

static bool has_end_mark(const struct part *part, uint32_t last)
{
    enum token_kind kind = part->list.tokens[last].kind;
    return kind == TOKEN_MARK || kind == TOKEN_CLOSE_QUOTE;
}

/* A feed's text may repeat the headline: nearly all words of a line in capitals, and no mark at its end. */
static bool is_in_title_case(const struct part *part, uint32_t first, uint32_t last)
{
    enum { WORDS_MIN = 4, SHORT_WORD_SIZE = 3, TENTHS_MIN = 9 };
    uint32_t words = 0, capitals = 0;
    if (has_end_mark(part, last))
        return false;
    for (uint32_t i = first; i <= last; i++) {
        const struct token *token = &part->list.tokens[i];
        if (token->kind != TOKEN_WORD || token->end - token->start <= SHORT_WORD_SIZE)
            continue;
        words++;
        capitals += (token->flags & TOKEN_CAPITAL) && !(token->flags & TOKEN_ALL_CAPITALS);
    }
    return words >= WORDS_MIN && capitals * 10 >= words * TENTHS_MIN;
}

/* "2. Both sides agreed": the number of a paragraph, which is no sentence and of none. */
static uint32_t after_number(const struct part *part, uint32_t at)
{
    const struct token *tokens = part->list.tokens;
    bool numbered = at + 2 < part->list.count && (at == 0 || tokens[at].flags & TOKEN_LINE) &&
                    tokens[at].kind == TOKEN_NUMBER && (is_mark(part, at + 1, '.') || is_mark(part, at + 1, ')')) &&
                    !(tokens[at + 1].flags & (TOKEN_LINE | TOKEN_SPACE)) && !(tokens[at + 2].flags & TOKEN_LINE) &&
                    tokens[at + 2].flags & TOKEN_SPACE;
    return numbered ? at + 2 : at;
}

bool sentence_split(const struct lexicon *lexicon, struct part *part, struct arena *arena, struct sentence **sentences,
                    uint32_t *count, uint32_t *capacity)
{
    uint32_t paragraph = 0;
    for (uint32_t at = 0; at < part->list.count;) {
        bool begins_line = part->list.tokens[at].flags & TOKEN_LINE;
        at = after_number(part, at);
        uint32_t last = at,
                 end = part->list.count - at > SENTENCE_TOKENS_MAX ? at + SENTENCE_TOKENS_MAX : part->list.count;
        uint32_t gate = 0, actors = 0;
        bool named = false, strong = false;
        uint32_t wanted = FLAGS_READ;
        for (;; last++) {
            const struct token *token = &part->list.tokens[last];
            bool names = false;
            if (token->word_flags & wanted) {
                uint32_t points = strong ? 0 : gate_points(lexicon, part, last);
                gate += points;
                strong |= points > 1;
                /* one that is enough by itself settles the sentence */
                wanted = strong ? LEXICON_WORD_ACTOR : FLAGS_READ;
                names = names_actor(token);
                /* "Turkish-Ukrainian" names two */
                actors += names && (!named || token->flags & TOKEN_JOINED);
            }
            named = names;
            if (last + 1 >= end || token[1].flags & TOKEN_LINE)
                break;
            if (token->kind != TOKEN_WORD && (ends_after(part, last) || ends_after_closing(part, last)))
                break;
        }
        gate += gate == 1 && actors > 1;
        if (begins_line)
            paragraph++;
        if (*count == *capacity) {
            uint32_t more = *capacity ? *capacity * 2 : 32;
            struct sentence *grown = arena_alloc(arena, more * sizeof *grown);
            if (!grown)
                return false;
            if (*count)
                memcpy(grown, *sentences, *count * sizeof *grown);
            *sentences = grown;
            *capacity = more;
        }
        part->list.tokens[at].flags |= TOKEN_SENTENCE;
        (*sentences)[(*count)++] = (struct sentence){.part = part,
                                                     .first = at,
                                                     .last = last,
                                                     .paragraph = paragraph,
                                                     .gate = gate >= 2,
                                                     .gate_strong = strong,
                                                     .actors = actors,
                                                     .gate_half = gate == 1,
                                                     .headline = part->index == 0 || is_in_title_case(part, at, last),
                                                     .question = part->list.tokens[last].kind == TOKEN_MARK &&
                                                                 part->list.tokens[last].mark == '?'};
        at = last + 1;
    }
    return true;
}
