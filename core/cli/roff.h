/* Roff: text as the source of a manual page (man(7) macros). Appended to `buffer`; one thread. */
#ifndef CORE_CLI_ROFF_H
#define CORE_CLI_ROFF_H

#include "lib/base/buffer.h"

#include <stddef.h>

/* One paragraph's text: backslashes, hyphens, what would be a request at the start of a line and all that is not
 * ASCII are escaped. */
void roff_text(struct buffer *buffer, const char *text, size_t size);
void roff_line(struct buffer *buffer, const char *text);
/* Paragraphs apart by empty lines; lines that begin with a space stand as they are. */
void roff_paragraphs(struct buffer *buffer, const char *text);

#endif
