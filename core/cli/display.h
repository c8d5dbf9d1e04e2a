/* Display: text as a terminal shows it. Widths are columns (wcwidth: wide characters count two, combining ones none);
 * the process must have called display_setup once. Everything that came from outside passes display_clean before it
 * reaches a terminal, so that an article cannot move the cursor or reverse the line's direction. Any thread after
 * display_setup. */
#ifndef CORE_CLI_DISPLAY_H
#define CORE_CLI_DISPLAY_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where output goes: asked once, after the options are known. */
struct display {
    bool is_terminal; /* of stdout */
    bool colour;
    bool colour_errors; /* of stderr */
    int width;          /* columns; 0: no bound, since the output is a file or a pipe */
};

/* `color` is auto, always or never. Sets the character type of the locale to UTF-8, whatever the environment says. */
void display_setup(const char *color);
const struct display *display(void);
/* The time zone in which people see and type times; NULL, as at first, for UTC. What programs read is always in UTC. */
struct zone;
void display_set_zone(const struct zone *zone);
const struct zone *display_zone(void);
/* The width to wrap text to: that of the terminal within 40 to 100, 80 where there is none. */
int display_text_width(void);

enum display_style {
    STYLE_PLAIN,
    STYLE_HEADING,
    STYLE_NAME, /* of a command, an option, an id */
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_WARNING,
    STYLE_BAD
};
/* The escape sequence that begins a style, "" without colour; style_end ends any. */
const char *style(enum display_style which);
const char *style_end(void);

size_t display_columns(const char *text, size_t size);
/* The greatest number of bytes that fits `columns`. */
size_t display_fit(const char *text, size_t size, size_t columns);
/* Appends `text` in one line: controls and runs of white space become one space, ill-formed bytes U+FFFD, and marks
 * that change the direction of writing go. */
void display_clean(struct buffer *buffer, const char *text, size_t size);
/* As display_clean, but keeps line feeds. */
void display_clean_lines(struct buffer *buffer, const char *text, size_t size);
/* Appends `text` wrapped at `width`, the first line behind `first` columns that are there already, the others behind
 * `indent` spaces; ends with a line feed. Lines of `text` that begin with a space are kept as they are. */
void display_wrap(struct buffer *buffer, const char *text, int first, int indent, int width);

#endif
