/* Charset detector: the likeliest encoding of bytes that nothing says anything about and that are not UTF-8.
 *
 * Every candidate decodes a sample of the non-ASCII text; what comes out is scored by how many of its letters are
 * among the frequent ones of the languages that use the encoding. A guess, for short texts a poor one. */
#ifndef LIB_TEXT_CHARSET_DETECT_H
#define LIB_TEXT_CHARSET_DETECT_H

#include <stdbool.h>
#include <stddef.h>

struct charset_guess {
    const char *label;
    double score; /* up to 1: the share of frequent letters among those that are not ASCII */
    bool latin;   /* an encoding of Latin letters */
};

/* Never fails: windows-1252 where nothing fits better. */
struct charset_guess charset_detect(const char *bytes, size_t size);

#endif
