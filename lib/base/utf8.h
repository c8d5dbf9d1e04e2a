/* UTF-8: decoding, checking and repairing. Pure functions, any thread. RFC 3629: no surrogates, nothing
 * above U+10FFFF, no overlong forms. */
#ifndef LIB_BASE_UTF8_H
#define LIB_BASE_UTF8_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes the character at `bytes` (size > 0). Returns its length; an ill-formed byte gives 1 and
 * *character = UTF8_REPLACEMENT with *valid = false (valid may be NULL). */
size_t utf8_decode(const char *bytes, size_t size, uint32_t *character, bool *valid);
/* Writes 1 to 4 bytes; characters that UTF-8 cannot hold are written as U+FFFD. */
size_t utf8_encode(uint32_t character, char bytes[4]);
bool utf8_is_valid(const char *bytes, size_t size);
/* Appends `bytes` with every ill-formed sequence replaced by U+FFFD and NULs dropped. */
void utf8_append_repaired(struct buffer *buffer, const char *bytes, size_t size);
/* Appends `bytes` so that they stay on one line and cannot steer a terminal: line ends as \n, tabs as a space, other
 * control characters as \xNN, ill-formed bytes as U+FFFD. */
void utf8_append_printable(struct buffer *buffer, const char *bytes, size_t size);
/* The number of characters; an ill-formed byte counts as one. */
size_t utf8_length(const char *bytes, size_t size);
/* The greatest length <= limit that does not cut a character. */
size_t utf8_cut(const char *bytes, size_t size, size_t limit);

#endif
