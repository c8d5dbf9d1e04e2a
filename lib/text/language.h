/* Language: which language a text is in, by its script and its function words.
 *
 * Made to tell English from the rest and to name the major news languages; a text of a few words may stay
 * undetermined. Pure functions, any thread. */
#ifndef LIB_TEXT_LANGUAGE_H
#define LIB_TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

struct language_guess {
    char code[4]; /* ISO 639-1, or "und" for undetermined */
    double share; /* of the words (or letters) that speak for it, 0 to 1 */
};

/* Looks at the first 16 KiB or 400 words of UTF-8. */
struct language_guess language_guess(const char *text, size_t size);

#endif
