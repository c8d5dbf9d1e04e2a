/* Inflection: the regular English endings of a word that bears `~` in the lexicon, beside the irregular ones listed
 * there. Over-generates rather than misses ("shiped" beside "shipped"): a form that nobody writes costs nothing. */
#ifndef LIB_CODER_INFLECT_H
#define LIB_CODER_INFLECT_H

#include "lib/coder/lexicon.h"

#include <stdbool.h>
#include <stddef.h>

enum { INFLECT_FORMS_MAX = 8, INFLECT_SIZE_MAX = 80 };

struct inflected {
    char text[INFLECT_SIZE_MAX];
    enum lexicon_inflection inflection;
};

/* Fills `forms` with the base and its inflected forms and returns how many. Nouns get the plural only. */
size_t inflect_word(const char *base, bool is_verb, struct inflected forms[INFLECT_FORMS_MAX]);

#endif
