/* Line breaks: which line feeds of a text end a line, and which stand where an editor, a mail program or a page broke a
 * sentence to fit a width. Plain-text releases and newsletters are broken at 60 to 80 columns; pages leave a break in
 * the middle of a sentence now and then.
 *
 * A break goes on where the next line begins in lower case behind a word; in a text that was broken at a width also
 * where the next line's first word would not have fitted. Bytes only, nothing allocated. */
#ifndef LIB_CODER_LINE_BREAK_H
#define LIB_CODER_LINE_BREAK_H

#include <stdbool.h>
#include <stddef.h>

/* The columns, in characters, at which a text was broken; 0 where its lines are paragraphs. Linear in the text. */
size_t line_break_width(const char *text, size_t size);

/* Whether the line that began at `start` and ends with the line feed at `at` goes on in the next. */
bool line_break_goes_on(const char *text, size_t size, size_t start, size_t at, size_t width);

#endif
