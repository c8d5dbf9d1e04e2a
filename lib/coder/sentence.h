/* Sentences: where they end, and which ones can hold an event at all.
 *
 * A sentence ends at . ? ! before a capital, digit or quotation mark, at a line feed, and at SENTENCE_TOKENS_MAX
 * tokens, so that text without any end of sentence stays linear. */
#ifndef LIB_CODER_SENTENCE_H
#define LIB_CODER_SENTENCE_H

#include "lib/coder/analysis.h"

enum { SENTENCE_TOKENS_MAX = 160 };

/* A capital letter or a short form ("Gen", "Jr") behind which a full stop ends no sentence. */
bool sentence_is_abbreviation(const struct part *part, const struct token *token);
/* Appends the part's sentences to *sentences (arena; grown as needed). False when memory is out. */
bool sentence_split(const struct lexicon *lexicon, struct part *part, struct arena *arena, struct sentence **sentences,
                    uint32_t *count, uint32_t *capacity);

#endif
