/* Explain text: foreign text made safe for a terminal and for HTML: controls, marks that change the direction of
 * writing and ill-formed bytes can neither steer nor deceive. Pure, any thread. */
#ifndef LIB_CODER_EXPLAIN_TEXT_H
#define LIB_CODER_EXPLAIN_TEXT_H

#include "lib/base/buffer.h"

/* On one line; controls become a space, marks of direction go, ill-formed bytes become U+FFFD. */
void explain_text_plain(struct buffer *out, const char *bytes, size_t size);
/* Escaped for content and attributes; line feeds and tabs stay, other controls and marks of direction are shown as
 * their numbers. */
void explain_text_html(struct buffer *out, const char *bytes, size_t size);

#endif
