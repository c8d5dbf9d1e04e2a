/* Designation: names of equipment that hold a number, whatever stands between their parts.
 *
 * Su-30MKI, Su 30 MKI and SU30MKI are one name. Such forms are stored a second time as one word, letters and digits
 * only ("su30mki"), with Roman numerals as digits and "Mark" as "mk"; patterns are stored so too ("su30@", "antps#@").
 * The text's tokens are put together in the same way and looked up, the most specific shape first. Both the writer of
 * the lexicon and the matcher use this module, so that they cannot differ. No state, any thread. */
#ifndef LIB_CODER_DESIGNATION_H
#define LIB_CODER_DESIGNATION_H

#include "lib/coder/analysis.h"

enum {
    DESIGNATION_MAX = 40,       /* bytes of a squeezed form */
    DESIGNATION_TOKENS_MAX = 7, /* tokens of one */
    DESIGNATION_TAIL_MAX = 5,   /* characters that @ stands for */
    DESIGNATION_DIGITS_MAX = 5  /* digits that # stands for */
};

/* The squeezed form of a lexicon form, and its first word as the text has it (what the tokenizer makes of it). False
 * where it has none: no digit in it, or too long. */
bool designation_squeeze(const char *form, size_t size, char squeezed[DESIGNATION_MAX],
                         char first_word[TOKEN_WORD_MAX]);

struct designation {
    uint32_t node; /* in the lexicon, 0 for none */
    uint32_t last; /* token */
    bool spaced;   /* a single letter stands apart from its number: "K 9" may be anything */
};

/* Whether a designation can begin at a token at all: with a number in it, or a word that numbers follow. */
static inline bool designation_may_begin(const struct token *token)
{
    return token->flags & TOKEN_DIGITS || token->word_flags & LEXICON_WORD_STEM;
}

/* The longest designation that begins at a token where one may begin. */
struct designation designation_find(const struct lexicon *lexicon, const struct part *part, uint32_t first,
                                    uint32_t limit);

#endif
