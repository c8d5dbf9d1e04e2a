/* What the elements of HTML mean for plain text, as a table. */
#ifndef LIB_TEXT_HTML_TAGS_H
#define LIB_TEXT_HTML_TAGS_H

#include <stddef.h>

enum html_tag_kind {
    HTML_INLINE,
    HTML_CELL,         /* a space around it */
    HTML_LINE,         /* a line break around it */
    HTML_PARAGRAPH,    /* an empty line around it */
    HTML_PREFORMATTED, /* as a paragraph, its line feeds count */
    HTML_SKIP,         /* goes with its content */
    HTML_SKIP_RAW,     /* the same; its content is not markup */
};

enum { HTML_TAG_NAME_MAX = 10 };

struct html_tag {
    char name[HTML_TAG_NAME_MAX + 1]; /* lower case */
    unsigned char kind;
    unsigned char skip; /* number of a skipped element, for sets of 64 */
};

/* NULL for a name that is not HTML's. Case does not matter. */
const struct html_tag *html_find_tag(const char *name, size_t size);

#endif
