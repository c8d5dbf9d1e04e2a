/* Lexicon form: one form of an entry parted into the words that a text would show. Used wherever forms are compiled,
 * compared or looked for, so that all agree on when two forms are one. Pure; the arena takes scratch memory. */
#ifndef LIB_CODER_LEXICON_FORM_H
#define LIB_CODER_LEXICON_FORM_H

#include "lib/base/arena.h"
#include "lib/coder/inflect.h"
#include "lib/coder/lexicon.h"

struct form_word {
    char text[INFLECT_SIZE_MAX]; /* folded */
    uint32_t letters;            /* as two bits of lexicon_terminal.letters */
    bool inflects;
};

struct form {
    struct form_word words[LEXICON_FORM_WORDS_MAX];
    uint32_t count;
};

enum form_result { FORM_GOOD, FORM_BAD /* no word, too many, or one that is too long */, FORM_NO_MEMORY };

enum form_result lexicon_form_split(enum lexicon_class class, const char *text, size_t size, struct arena *arena,
                                    struct form *form);
/* Hash of a class and a form: equal where the same texts would match. Frames and irregular verbs, whose forms are no
 * text, are compared by their words. Never 0. */
uint64_t lexicon_form_key(enum lexicon_class class, const struct form *form);

#endif
