/* Entity: character references ("&amp;", "&eacute;", "&#8217;") of HTML and of XML that borrows from HTML.
 *
 * Numbers 128 to 159 are read as windows-1252, as every browser does; numbers that name no character give
 * U+FFFD, control characters give nothing. What is no reference is left as text: a bare ampersand is the most
 * common fault of feeds. Pure functions, any thread. */
#ifndef LIB_TEXT_ENTITY_H
#define LIB_TEXT_ENTITY_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENTITY_OUTPUT_MAX = 8 };

enum entity_rules {
    ENTITY_XML,  /* names need their semicolon: "?a=1&copy=2" stays */
    ENTITY_HTML, /* the 106 old names also count without ("&nbsp" "&amp"), as in HTML text */
};

/* Reads the reference at `bytes`, whose first byte is '&'. Returns the bytes consumed, 0 where there is no
 * reference; writes *written bytes of UTF-8 (0 to 6) to `output`. */
size_t entity_read(const char *bytes, size_t size, enum entity_rules rules, char output[ENTITY_OUTPUT_MAX],
                   size_t *written);

/* Writes the character that the reference "&#NUMBER;" stands for; returns its bytes, 0 for none. */
size_t entity_write_number(uint32_t number, char output[ENTITY_OUTPUT_MAX]);

/* Appends `bytes` with its references replaced. True where every ampersand began a reference. */
bool entity_append_decoded(struct buffer *buffer, const char *bytes, size_t size, enum entity_rules rules);

#endif
