/* HTML to plain text, in one pass over UTF-8 and without a tree: for the bodies of feeds, which are fragments.
 *
 * Paragraph-like elements leave an empty line between them, line-like ones (br, li, tr) a line break; other
 * white space collapses. Scripts, styles, templates, navigation, form controls and embedded objects go with their
 * content; comments go; references are decoded. A '<' that begins no tag is text, as are "<someone@host>" and
 * "<https://...>". Broken nesting costs nothing, since nothing nests here.
 *
 * Linear in the input; output is never larger than 3/2 of it. Any thread. */
#ifndef LIB_TEXT_HTML_H
#define LIB_TEXT_HTML_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum html_flags {
    HTML_ONE_LINE = 1,   /* every break is a space: titles, names */
    HTML_XML_CDATA = 2,  /* CDATA sections hold text (XHTML); otherwise they hold more HTML */
    HTML_KNOWN_TAGS = 4, /* only HTML's own element names are tags: "<BIGCO>" in a title is text */
    HTML_KEEP_AMP = 8,   /* "&amp;" stays as it is */
};

/* Appends the text of `html` to `buffer`, trimmed. Failure shows in the buffer's `failed`. */
void html_append_text(struct buffer *buffer, const char *html, size_t size, unsigned flags);

/* The same for text that is not HTML: white space is collapsed and trimmed, control characters go. Line breaks
 * stay where `flags` lacks HTML_ONE_LINE. */
void html_append_plain(struct buffer *buffer, const char *text, size_t size, unsigned flags);

/* Whether the text holds a tag of HTML or a reference, so that it reads as HTML though nothing says so. */
bool html_is_likely(const char *text, size_t size);

#endif
