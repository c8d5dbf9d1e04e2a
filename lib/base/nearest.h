/* Nearest: "did you mean". Finds the valid word that a mistyped one was most likely to be. Pure function, any thread.
 */
#ifndef LIB_BASE_NEAREST_H
#define LIB_BASE_NEAREST_H

#include <stddef.h>

enum { NEAREST_LENGTH_MAX = 64 }; /* bytes; longer words have no nearest */

/* Edits (insert, delete, replace, swap of neighbours; ASCII case and `-` against `_` count nothing) between the two,
 * or NEAREST_LENGTH_MAX + 1 where either is too long. */
unsigned nearest_distance(const char *left, const char *right);
/* The one of `words` (ended by NULL) closest to `word`, or NULL where none is close enough to be meant: at most a
 * third of its length in edits, or a word that `word` begins. */
const char *nearest_word(const char *word, const char *const *words);

#endif
