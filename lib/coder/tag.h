/* Tag: a part of speech for each word of a sentence.
 *
 * Closed-class words come from the lexicon; a word that can be noun or verb is decided by its neighbours; unknown words
 * are nouns unless their ending says adverb or participle. A few rules, one pass, no model. */
#ifndef LIB_CODER_TAG_H
#define LIB_CODER_TAG_H

#include "lib/coder/analysis.h"

void tag_sentence(const struct lexicon *lexicon, struct sentence *sentence);

#endif
