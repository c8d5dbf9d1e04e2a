/* Tokens: words, numbers and marks of a text with their byte offsets.
 *
 * One pass, linear in the text, any bytes. Hyphens, slashes and dashes inside a word part it and leave no token; the
 * word after one bears TOKEN_JOINED ("Russian-Uzbek", "Su-30", "five-day" are two tokens each). A possessive ending
 * is a token of its own, so is "n't". Acronyms keep their dots ("U.S."). Each word's lexicon id is looked up on
 * the way, by its lower-case form with Latin diacritics folded. The caller owns the array. */
#ifndef LIB_CODER_TOKEN_H
#define LIB_CODER_TOKEN_H

#include "lib/base/arena.h"
#include "lib/coder/lexicon.h"

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,     /* digits with inner commas and points */
    TOKEN_MARK,       /* punctuation; `mark` says which */
    TOKEN_POSSESSIVE, /* 's or ' */
    TOKEN_OPEN_QUOTE,
    TOKEN_CLOSE_QUOTE
};

enum token_flag {
    TOKEN_CAPITAL = 1u << 0,      /* begins with a capital letter */
    TOKEN_ALL_CAPITALS = 1u << 1, /* two or more letters, all capitals */
    TOKEN_JOINED = 1u << 2,       /* tied to the token before by a hyphen or slash */
    TOKEN_LINE = 1u << 3,         /* a line feed that ends a line stands before it (line_break.h) */
    TOKEN_SPACE = 1u << 4,        /* a space or line feed stands before it */
    TOKEN_DIGITS = 1u << 5,       /* a word that holds digits: 30MKI */
    TOKEN_SENTENCE = 1u << 6      /* first word of its sentence */
};

struct token {
    uint32_t start, end; /* bytes in the text, end exclusive */
    uint32_t word;       /* in the lexicon, or LEXICON_NO_WORD */
    uint8_t kind;
    uint8_t flags;
    uint8_t mark;       /* the ASCII character of a TOKEN_MARK; '-' for dashes apart, '$' '#' for currency signs */
    uint8_t word_flags; /* enum lexicon_word_flag of the word, 0 where the lexicon has none */
};

struct token_list {
    struct token *tokens;
    uint32_t count;
};

enum { TOKEN_WORD_MAX = 64 /* bytes of a folded word; longer ones are in no lexicon */ };

/* False when memory is out. `lexicon` may be NULL: then no words are looked up. */
bool token_split(const struct lexicon *lexicon, const char *text, size_t size, struct arena *arena,
                 struct token_list *list);

/* The same of what begins at `first`; offsets are of the whole text. */
bool token_split_from(const struct lexicon *lexicon, const char *text, size_t first, size_t size, struct arena *arena,
                      struct token_list *list);

/* True where the token is `word`, in any case. Most are told apart by their first byte. */
static inline bool token_is(const char *text, const struct token *token, const char *word)
{
    const char *bytes = text + token->start;
    size_t size = token->end - token->start;
    return (*bytes | 32) == (*word | 32) && strlen(word) == size && !strncasecmp(bytes, word, size);
}

/* What stands for a quote, an apostrophe or an ASCII mark inside a form of the lexicon; NULL for other tokens. */
const char *token_mark_text(const struct token *token, char text[2]);

/* Writes the folded form of a word (lower case, no diacritics, NUL-terminated) and returns its length, 0 where it is
 * too long. */
size_t token_fold(const char *bytes, size_t size, char folded[TOKEN_WORD_MAX]);

#endif
