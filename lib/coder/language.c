#include "lib/coder/language.h"

#include "lib/text/language.h"

#include <stdio.h>
#include <string.h>

enum {
    TOKENS_READ = 400,    /* a part */
    WORDS_LOOKED_UP = 60, /* a part: in the list of English words */
    FOREIGN_MIN = 2,
    WORDS_MIN = 5,
    LETTERS_MIN = 4, /* of a word that is looked up: shorter ones are alike in many languages, or abbreviations */
    FOREIGN_SCRIPT_PERCENT = 40,
    FUNCTION_PERCENT_SURE = 20, /* of English */
    UNKNOWN_PERCENT = 60,       /* of small-letter words that are no English ones */
    UNKNOWN_PERCENT_BACKED = 45 /* where foreign letters or function words say the same */
};

/* What speaks for and against English. */
struct evidence {
    uint32_t words, function, foreign, wide;
    uint32_t small, unknown, accented; /* words in small letters; of these no English ones; of these with accents */
};

static bool is_english_stem(const struct lexicon *lexicon, const char *word, size_t keep, const char *ending)
{
    uint32_t hash = LEXICON_ENGLISH_START;
    for (size_t i = 0; i < keep; i++)
        hash = lexicon_english_step(hash, (unsigned char)word[i]);
    for (; *ending; ending++)
        hash = lexicon_english_step(hash, (unsigned char)*ending);
    return lexicon_has_english(lexicon, hash);
}

/* The word or, without one of these endings, its base: the list has bases only. scripts/lexicon/make_english.py takes
 * off the same ones. */
static bool is_english(const struct lexicon *lexicon, const char *word, size_t size)
{
    static const struct {
        const char *ending, *instead;
        bool doubles; /* "shipped" */
    } endings[] = {{"s", "", false},    {"es", "", false},  {"ies", "y", false}, {"d", "", false},  {"ed", "", true},
                   {"ied", "y", false}, {"ing", "", true},  {"ing", "e", false}, {"ly", "", false}, {"er", "", true},
                   {"r", "", false},    {"ers", "", false}, {"rs", "", false}};
    if (is_english_stem(lexicon, word, size, ""))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(endings[i].ending);
        if (size < length + 3 || memcmp(word + size - length, endings[i].ending, length) != 0)
            continue;
        size_t keep = size - length;
        if (is_english_stem(lexicon, word, keep, endings[i].instead) ||
            (endings[i].doubles && word[keep - 1] == word[keep - 2] && is_english_stem(lexicon, word, keep - 1, "")))
            return true;
    }
    return false;
}

static void look_up(const struct lexicon *lexicon, const struct part *part, const struct token *token,
                    struct evidence *evidence)
{
    char folded[TOKEN_WORD_MAX];
    const char *bytes = part->text + token->start;
    size_t size = token->end - token->start;
    bool accented = false;
    for (size_t i = 0; i < size; i++)
        accented |= (unsigned char)bytes[i] >= 0x80;
    evidence->small++;
    size_t length = token_fold(bytes, size, folded);
    if (length && is_english(lexicon, folded, length))
        return;
    evidence->unknown++;
    evidence->accented += accented;
}

/* Four counts side by side in one number, sixteen bits each, and what a word adds to them by its flags. */
enum { COUNT_BITS = 16, COUNT_MASK = 0xFFFF };
#define COUNT_WORD ((uint64_t)1)
#define COUNT_FUNCTION (COUNT_WORD << COUNT_BITS)
#define COUNT_FOREIGN (COUNT_WORD << 2 * COUNT_BITS)
#define COUNT_WIDE (COUNT_WORD << 3 * COUNT_BITS)
static const uint64_t counts_of_flags[] = {COUNT_WORD, COUNT_WORD + COUNT_FUNCTION, COUNT_WORD + COUNT_FOREIGN,
                                           COUNT_WORD + COUNT_FUNCTION};

static void gather(const struct part *part, struct evidence *evidence)
{
    uint32_t count = part->list.count < TOKENS_READ ? part->list.count : TOKENS_READ;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct token *token = &part->list.tokens[i];
        /* sums, not branches: which words come next is anybody's guess */
        bool word = (token->kind == TOKEN_WORD) & !(token->flags & TOKEN_DIGITS);
        uint32_t flags = token->word_flags, which = (flags & LEXICON_WORD_FUNCTION) / LEXICON_WORD_FUNCTION +
                                                    (flags & LEXICON_WORD_FOREIGN) / (LEXICON_WORD_FOREIGN / 2);
        /* Greek, Cyrillic and beyond */
        uint64_t wide = (unsigned char)part->text[token->start] >= 0xCE ? COUNT_WIDE : 0;
        sum += word ? counts_of_flags[which] + wide : 0;
    }
    evidence->words += (uint32_t)(sum & COUNT_MASK);
    evidence->function += (uint32_t)(sum >> COUNT_BITS & COUNT_MASK);
    evidence->foreign += (uint32_t)(sum >> 2 * COUNT_BITS & COUNT_MASK);
    evidence->wide += (uint32_t)(sum >> 3 * COUNT_BITS);
}

static void gather_small(const struct lexicon *lexicon, const struct part *part, struct evidence *evidence)
{
    for (uint32_t i = 0, looked = 0; i < part->list.count && i < TOKENS_READ && looked < WORDS_LOOKED_UP; i++) {
        const struct token *token = &part->list.tokens[i];
        bool word = token->kind == TOKEN_WORD && !(token->flags & (TOKEN_DIGITS | TOKEN_CAPITAL));
        if (!word || token->end - token->start < LETTERS_MIN)
            continue;
        look_up(lexicon, part, token, evidence);
        looked++;
    }
}

bool language_is_foreign(const struct coder_workspace *workspace)
{
    const struct lexicon *lexicon = workspace_lexicon(workspace);
    struct evidence seen = {0};
    for (size_t i = 0; i < PART_COUNT; i++)
        gather(&workspace->parts[i], &seen);
    if (seen.words && seen.wide * 100 > seen.words * FOREIGN_SCRIPT_PERCENT)
        return true;
    if (seen.words >= WORDS_MIN && seen.foreign >= FOREIGN_MIN && seen.foreign > seen.function)
        return true;
    if (seen.words >= WORDS_MIN && seen.function * 100 >= seen.words * FUNCTION_PERCENT_SURE)
        return false;
    for (size_t i = 0; i < PART_COUNT; i++)
        gather_small(lexicon, &workspace->parts[i], &seen);
    if (seen.unknown >= 2 && seen.unknown * 100 >= seen.small * UNKNOWN_PERCENT)
        return true;
    if (seen.unknown >= 2 && seen.unknown * 100 >= seen.small * UNKNOWN_PERCENT_BACKED)
        return seen.accented || seen.foreign > seen.function;
    return seen.unknown && seen.foreign && !seen.function && seen.unknown * 2 >= seen.small;
}

void language_name(const struct coder_workspace *workspace, char code[4])
{
    const struct part *title = &workspace->parts[PART_TITLE], *body = &workspace->parts[PART_BODY];
    const struct part *longer = body->size >= title->size ? body : title;
    struct language_guess guess = language_guess(longer->text, longer->size);
    bool told = guess.code[0] && strcmp(guess.code, "en") != 0;
    snprintf(code, 4, "%s", told ? guess.code : "und");
}
