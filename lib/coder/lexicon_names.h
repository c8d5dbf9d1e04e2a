/* Lexicon names: the words that stand in double quotes in the coder's sources, sorted. A class of verbs or nouns that
 * is none of them, and that no frame names, does nothing. Generated (cmake/LexiconNames.cmake). */
#ifndef LIB_CODER_LEXICON_NAMES_H
#define LIB_CODER_LEXICON_NAMES_H

#include <stddef.h>

extern const char *const lexicon_names[];
extern const size_t lexicon_name_count;

#endif
