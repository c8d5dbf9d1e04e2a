/* Words: a command as it stands in the configuration, in words. Blanks part them; what stands in single or double
 * quotes is of one word. No shell is asked, so nothing else has a meaning. Pure. */
#ifndef LIB_PROGRAM_WORDS_H
#define LIB_PROGRAM_WORDS_H

#include "lib/base/error.h"

#include <stdbool.h>

enum { WORDS_MAX = 64 };

struct words {
    char *list[WORDS_MAX + 1]; /* ended by NULL */
    char *text;
};

/* False with `error`; then nothing is to be freed. */
bool words_split(const char *command, struct words *words, struct error *error);
void words_free(struct words *words);

#endif
