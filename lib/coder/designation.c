#include "lib/coder/designation.h"

#include <ctype.h>
#include <string.h>

static size_t roman_value(const char *folded, size_t size, char digits[3])
{
    static const char *const numerals[] = {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"};
    static const char *const values[] = {"2", "3", "4", "6", "7", "8", "9", "11", "12"};
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++)
        if (strlen(numerals[i]) == size && !memcmp(numerals[i], folded, size)) {
            memcpy(digits, values[i], strlen(values[i]));
            return strlen(values[i]);
        }
    return 0;
}

static bool all_upper(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] < 'A' || text[i] > 'Z')
            return false;
    return true;
}

/* Numerals of one letter are numerals behind "Mk" alone. */
static size_t mark_value(const char *text, size_t size, char out[TOKEN_WORD_MAX])
{
    const char *value = size != 1 ? "" : *text == 'I' ? "1" : *text == 'V' ? "5" : *text == 'X' ? "10" : "";
    memcpy(out, value, strlen(value));
    return strlen(value);
}

static bool ends_in_mark(const char *squeezed, size_t size, size_t word)
{
    return word == 2 && size >= 2 && !memcmp(squeezed + size - 2, "mk", 2);
}

/* What one word adds: letters and digits, numerals as digits, "mark" as "mk". Returns its length, 0 where it adds
 * nothing or is too long. */
static size_t squeeze_word(const char *text, size_t size, bool is_first, bool after_mark, char out[TOKEN_WORD_MAX])
{
    char folded[TOKEN_WORD_MAX];
    size_t length = token_fold(text, size, folded), kept = 0;
    if (after_mark && (kept = mark_value(text, size, out)))
        return kept;
    if (!is_first && size >= 2 && size <= 4 && all_upper(text, size) && (kept = roman_value(folded, length, out)))
        return kept;
    if (length == 4 && !memcmp(folded, "mark", 4)) {
        memcpy(out, "mk", 2);
        return 2;
    }
    for (size_t i = 0; i < length; i++)
        if (isalnum((unsigned char)folded[i]) || folded[i] == '#' || folded[i] == '@')
            out[kept++] = folded[i];
    return kept;
}

static bool between_words(char byte)
{
    return strchr(" -/.,()'+:", byte) != NULL;
}

bool designation_squeeze(const char *form, size_t size, char squeezed[DESIGNATION_MAX], char first_word[TOKEN_WORD_MAX])
{
    size_t used = 0, latest = 0;
    bool digits = false, is_first = true;
    for (size_t i = 0; i < size;) {
        size_t start = i;
        while (i < size && !between_words(form[i]))
            i++;
        char word[TOKEN_WORD_MAX];
        size_t length = squeeze_word(form + start, i - start, is_first, ends_in_mark(squeezed, used, latest), word);
        latest = length ? length : latest;
        if (used + length >= DESIGNATION_MAX || (i > start && !length))
            return false;
        if (length && is_first) {
            size_t plain = strcspn(form + start, "#@");
            if (!token_fold(form + start, plain < i - start ? plain : i - start, first_word))
                first_word[0] = 0;
            is_first = false;
        }
        for (size_t k = 0; k < length; k++)
            digits |= isdigit((unsigned char)word[k]) || word[k] == '#';
        memcpy(squeezed + used, word, length);
        used += length;
        i += i == start;
    }
    squeezed[used] = 0;
    return digits;
}

/* The text put together so far. */
struct squeeze {
    char text[DESIGNATION_MAX];
    size_t size;
    size_t token_end[DESIGNATION_TOKENS_MAX]; /* bytes after each token */
    size_t tokens;
    bool plural; /* the last byte is an s that may be no part of the name */
};

/* The node of a squeezed form. Words of ordinary forms have roots too. */
static uint32_t root_of(const struct lexicon *lexicon, const char *bytes, size_t size)
{
    uint32_t word = lexicon_find_word(lexicon, lexicon_hash(bytes, size), bytes, size);
    uint32_t node = word == LEXICON_NO_WORD ? 0 : lexicon_root(lexicon, word);
    size_t count = 0;
    const struct lexicon_terminal *terminals = node ? lexicon_terminals(lexicon, node, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (terminals[i].squeezed)
            return node;
    return 0;
}

/* A prefix of the text with a wildcard behind it. */
static uint32_t root_with(const struct lexicon *lexicon, const struct squeeze *squeeze, size_t prefix,
                          const char *wildcards)
{
    char bytes[DESIGNATION_MAX + 4];
    size_t size = prefix;
    memcpy(bytes, squeeze->text, prefix);
    for (; *wildcards; wildcards++)
        bytes[size++] = *wildcards;
    return root_of(lexicon, bytes, size);
}

/* A run of digits as #, the rest in letters: "2m#tb". */
static uint32_t root_with_rest(const struct lexicon *lexicon, const struct squeeze *squeeze, size_t start, size_t end)
{
    char bytes[DESIGNATION_MAX + 4];
    size_t size = start;
    memcpy(bytes, squeeze->text, start);
    bytes[size++] = '#';
    for (size_t i = end; i < squeeze->size; i++)
        bytes[size++] = squeeze->text[i];
    return root_of(lexicon, bytes, size);
}

/* @ may stand for what is behind a prefix, but a number is not cut in two: F-160 is no F-16. */
static bool may_cut(const struct squeeze *squeeze, size_t prefix)
{
    if (prefix == squeeze->size || !isdigit((unsigned char)squeeze->text[prefix]) ||
        !isdigit((unsigned char)squeeze->text[prefix - 1]))
        return true;
    for (size_t i = 0; i < squeeze->tokens; i++)
        if (squeeze->token_end[i] == prefix)
            return true;
    return false;
}

static uint32_t find_shape(const struct lexicon *lexicon, const struct squeeze *squeeze)
{
    size_t size = squeeze->size;
    uint32_t node = root_of(lexicon, squeeze->text, size);
    if (!node && squeeze->plural)
        node = root_of(lexicon, squeeze->text, size - 1);
    for (size_t prefix = size; !node && prefix && size - prefix <= DESIGNATION_TAIL_MAX; prefix--)
        if (may_cut(squeeze, prefix))
            node = root_with(lexicon, squeeze, prefix, "@");
    for (size_t start = 0; !node && start < size;) {
        size_t end = start;
        while (end < size && isdigit((unsigned char)squeeze->text[end]))
            end++;
        if (start && end > start && end - start <= DESIGNATION_DIGITS_MAX) {
            node = root_with_rest(lexicon, squeeze, start, end);
            if (!node && size - end <= DESIGNATION_TAIL_MAX)
                node = root_with(lexicon, squeeze, start, "#@");
        }
        start = end + (end == start);
    }
    return node;
}

static bool add_to_squeeze(struct squeeze *squeeze, const struct part *part, const struct token *token)
{
    char word[TOKEN_WORD_MAX];
    const char *text = part->text + token->start;
    size_t before = squeeze->tokens > 1 ? squeeze->token_end[squeeze->tokens - 2] : 0;
    size_t length = squeeze_word(text, token->end - token->start, squeeze->tokens == 0,
                                 ends_in_mark(squeeze->text, squeeze->size, squeeze->size - before), word);
    if (!length || squeeze->size + length >= DESIGNATION_MAX)
        return false;
    memcpy(squeeze->text + squeeze->size, word, length);
    squeeze->size += length;
    squeeze->token_end[squeeze->tokens++] = squeeze->size;
    size_t raw = token->end - token->start;
    squeeze->plural = raw > 1 && text[raw - 1] == 's' &&
                      (isdigit((unsigned char)text[raw - 2]) || isupper((unsigned char)text[raw - 2]));
    return true;
}

static bool has_digits(const struct token *token)
{
    return token->flags & TOKEN_DIGITS;
}

/* "Mi-8MT/Mi-17": behind the slash another name begins. */
static bool begins_another(const struct part *part, uint32_t at, uint32_t limit)
{
    const struct token *token = &part->list.tokens[at];
    return part->text[token->start - 1] == '/' && !has_digits(token) && at < limit &&
           part->list.tokens[at + 1].flags & TOKEN_JOINED && has_digits(&part->list.tokens[at + 1]);
}

/* May this token go on in a designation? A word apart must look like a part of one: a number, capitals, a name. */
static bool goes_on(const struct part *part, uint32_t first, uint32_t at, uint32_t limit, bool digits)
{
    const struct token *token = &part->list.tokens[at], *before = &part->list.tokens[at - 1];
    if (token->kind != TOKEN_WORD && token->kind != TOKEN_NUMBER)
        return false;
    if (token->kind == TOKEN_NUMBER && memchr(part->text + token->start, ',', token->end - token->start))
        return false;
    if (token->flags & TOKEN_LINE)
        return false;
    if (token->flags & TOKEN_JOINED)
        return !digits || !begins_another(part, at, limit);
    if (at == first + 1 && before->kind == TOKEN_NUMBER)
        return false;
    /* "an 8-year-old", "As 350 men": a word of grammar is no part of a name unless tied to it */
    if (at == first + 1 && before->word_flags & LEXICON_WORD_FUNCTION)
        return false;
    return has_digits(token) || token->flags & TOKEN_CAPITAL;
}

/* A dot or an apostrophe inside a designation: "MB.339", "Mk. 48", "Ra'ad-2". */
static bool is_inner_mark(const struct part *part, uint32_t at, uint32_t limit)
{
    const struct token *token = &part->list.tokens[at];
    if (token->flags & TOKEN_SPACE || at >= limit)
        return false;
    const struct token *next = &part->list.tokens[at + 1];
    if (token->kind == TOKEN_CLOSE_QUOTE)
        return next->kind == TOKEN_WORD && !(next->flags & (TOKEN_SPACE | TOKEN_CAPITAL)) && at + 1 < limit &&
               part->list.tokens[at + 2].flags & TOKEN_JOINED && has_digits(&part->list.tokens[at + 2]);
    return token->kind == TOKEN_MARK && token->mark == '.' && has_digits(next);
}

/* The letters must be capital where the form's first letter is, and the first two where the form says 2. */
static bool letters_fit(const struct lexicon *lexicon, const struct part *part, uint32_t node, uint32_t first,
                        uint32_t last)
{
    size_t count;
    const struct lexicon_terminal *terminals = lexicon_terminals(lexicon, node, &count);
    uint32_t letters = 0, capitals = 0;
    for (uint32_t at = first; at <= last && letters < 2; at++)
        for (uint32_t i = part->list.tokens[at].start; i < part->list.tokens[at].end && letters < 2; i++)
            if (!isdigit((unsigned char)part->text[i])) {
                capitals += !islower((unsigned char)part->text[i]) && capitals == letters;
                letters++;
            }
    for (size_t i = 0; i < count; i++)
        if (terminals[i].squeezed && (letters < terminals[i].letters || capitals >= terminals[i].letters))
            return true;
    return false;
}

/* With @ behind the name's own tokens, a word apart must be no word of its own: "Su-30 UAE". */
static bool tail_fits(const struct lexicon *lexicon, const struct part *part, uint32_t at)
{
    const struct token *token = &part->list.tokens[at];
    return token->flags & TOKEN_JOINED || token->word == LEXICON_NO_WORD || !lexicon_root(lexicon, token->word);
}

struct designation designation_find(const struct lexicon *lexicon, const struct part *part, uint32_t first,
                                    uint32_t limit)
{
    struct designation found = {0, first, false};
    const struct token *tokens = part->list.tokens;
    const struct token *token = &tokens[first];
    bool digits = has_digits(token);
    /* letters are a part of one or of none, which what is behind them says before anything is put together */
    if (!digits &&
        (first == limit || !(is_inner_mark(part, first + 1, limit) || goes_on(part, first, first + 1, limit, digits))))
        return found;
    struct squeeze squeeze;
    squeeze.size = squeeze.tokens = 0;
    squeeze.plural = false;
    for (uint32_t at = first; at <= limit && squeeze.tokens < DESIGNATION_TOKENS_MAX; at++) {
        if (at > first && is_inner_mark(part, at, limit))
            continue;
        bool after_mark =
            at > first + 1 && (tokens[at - 1].kind == TOKEN_MARK || tokens[at - 1].kind == TOKEN_CLOSE_QUOTE);
        if (at > first && !after_mark && !goes_on(part, first, at, limit, digits))
            break;
        size_t before = squeeze.size;
        if (!add_to_squeeze(&squeeze, part, &tokens[at]))
            break;
        digits |= isdigit((unsigned char)squeeze.text[squeeze.size - 1]) || has_digits(&tokens[at]);
        uint32_t node = digits ? find_shape(lexicon, &squeeze) : 0;
        if (!node || !letters_fit(lexicon, part, node, first, at))
            continue;
        /* one that only a wildcard makes longer must not take in another word */
        if (found.node == node && before && !tail_fits(lexicon, part, at))
            break;
        found.node = node;
        found.last = at;
    }
    found.spaced = found.last > first && token->end - token->start == 1 && !(tokens[first + 1].flags & TOKEN_JOINED) &&
                   tokens[first + 1].kind != TOKEN_MARK;
    return found;
}
