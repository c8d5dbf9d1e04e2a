/* Unwrap: plain mail text to paragraphs. Mail breaks its lines near column 72; a reader, and the coder, want one line a
 * paragraph. A line is joined with the next where it is nearly full, or ends in a space in flowed text (RFC 3676); list
 * items, quoted lines and headings stay apart. What follows the signature mark "-- " is left out. Any thread. */
#ifndef LIB_MAIL_UNWRAP_H
#define LIB_MAIL_UNWRAP_H

#include "lib/base/buffer.h"

#include <stdbool.h>

/* Appends the text of `text` (UTF-8), trimmed; failure shows in the buffer. Linear in the text. */
void mail_unwrap(struct buffer *buffer, const char *text, size_t size, bool is_flowed);

#endif
