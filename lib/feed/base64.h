/* Base64 (RFC 4648), for Atom content that is encoded in it. */
#ifndef LIB_FEED_BASE64_H
#define LIB_FEED_BASE64_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the text consists of base64's alphabet and white space alone. */
bool base64_is_likely(const char *text, size_t size);

/* Appends the decoded bytes, made valid UTF-8. White space and whatever is not of the alphabet is passed over;
 * decoding ends at the first '='. */
void base64_decode_text(struct buffer *buffer, const char *text, size_t size);

#endif
