/* Page guard: makes a document safe for libxml2's HTML parser, whose time is not linear in everything.
 *
 * NULs become spaces. The document is cut before the tag that passes PAGE_TAGS_MAX or PAGE_ATTRIBUTES_MAX. The contents
 * of elements that are never text (script but for JSON-LD, style, svg, ...) go, and comments with them: much of a
 * modern page is scripts, and libxml2 has old ideas of where they end. Linear. Internal to lib/article. */
#ifndef LIB_ARTICLE_PAGE_GUARD_H
#define LIB_ARTICLE_PAGE_GUARD_H

#include "lib/base/buffer.h"

#include <stdbool.h>

/* Appends what may be parsed; *is_cut where that is not all. */
void page_guard(struct buffer *buffer, const char *html, size_t size, bool *is_cut);

#endif
