/* Chunks: a tagged sentence as a row of groups: noun groups, verb groups, and the small words and marks between.
 * "Uzbekistan's President Islam Karimov" is one noun group, "has not been sending" one verb group. */
#ifndef LIB_CODER_CHUNK_H
#define LIB_CODER_CHUNK_H

#include "lib/coder/analysis.h"

/* Fills sentence->groups. False when memory is out. */
bool chunk_sentence(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena);

#endif
