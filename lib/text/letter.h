/* Letter: what one needs to know of a Unicode letter without ICU. Pure functions, any thread. */
#ifndef LIB_TEXT_LETTER_H
#define LIB_TEXT_LETTER_H

#include <stdbool.h>
#include <stdint.h>

/* Lower case for Latin, Greek, Cyrillic and Armenian; other characters as they are. */
uint32_t letter_lower(uint32_t character);

enum letter_script {
    SCRIPT_NONE, /* digits, punctuation, symbols */
    SCRIPT_LATIN,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_ARMENIAN,
    SCRIPT_HEBREW,
    SCRIPT_ARABIC,
    SCRIPT_DEVANAGARI,
    SCRIPT_BENGALI,
    SCRIPT_GURMUKHI,
    SCRIPT_GUJARATI,
    SCRIPT_TAMIL,
    SCRIPT_TELUGU,
    SCRIPT_KANNADA,
    SCRIPT_MALAYALAM,
    SCRIPT_SINHALA,
    SCRIPT_THAI,
    SCRIPT_LAO,
    SCRIPT_TIBETAN,
    SCRIPT_MYANMAR,
    SCRIPT_GEORGIAN,
    SCRIPT_ETHIOPIC,
    SCRIPT_KHMER,
    SCRIPT_KANA,
    SCRIPT_HAN,
    SCRIPT_HANGUL,
    SCRIPT_COUNT
};

enum letter_script letter_script(uint32_t character);

#endif
