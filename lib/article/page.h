/* Page: an HTML document as a flat tree, made with libxml2's HTML parser. Internal to lib/article; use article.h.
 *
 * Nodes stand in document order in one array, and each knows where its descendants end. So every pass over the page is
 * a loop, and there is no recursion anywhere. libxml2 is used through its SAX interface: its own tree stops at 256
 * levels and then loses the rest of the page.
 *
 * Bounds: PAGE_TAGS_MAX tags, PAGE_ATTRIBUTES_MAX attributes a tag, PAGE_DEPTH_MAX levels kept apart (what is deeper is
 * hung on the last level) and PAGE_OPEN_MAX open elements; at a passed bound the document ends there and is marked as
 * cut. They are what keeps libxml2's work linear, which looks through its stack of open elements at each closing tag
 * and through a tag's attributes at each of them.
 *
 * Everything lives in the caller's arena. One thread per page. */
#ifndef LIB_ARTICLE_PAGE_H
#define LIB_ARTICLE_PAGE_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_TAGS_MAX = 300000, PAGE_ATTRIBUTES_MAX = 500, PAGE_DEPTH_MAX = 400, PAGE_OPEN_MAX = 1000 };

/* How an element takes part in the text. */
enum page_kind {
    PAGE_TEXT,   /* no element: text */
    PAGE_INLINE, /* flows with the text around it */
    PAGE_BREAK,  /* br */
    PAGE_BLOCK,  /* begins and ends a piece of text */
    PAGE_SKIP    /* never text: script, style, form controls, media */
};

/* The elements that mean something to us. */
enum page_tag {
    TAG_OTHER,
    TAG_HTML,
    TAG_HEAD,
    TAG_BODY,
    TAG_TITLE,
    TAG_META,
    TAG_LINK,
    TAG_BASE,
    TAG_SCRIPT,
    TAG_A,
    TAG_ARTICLE,
    TAG_MAIN,
    TAG_ASIDE,
    TAG_NAV,
    TAG_HEADER,
    TAG_FOOTER,
    TAG_SECTION,
    TAG_DIV,
    TAG_P,
    TAG_PRE,
    TAG_BLOCKQUOTE,
    TAG_LI,
    TAG_LIST, /* ul, ol, dl, menu */
    TAG_HEADING,
    TAG_TABLE,
    TAG_CELL, /* td, th */
    TAG_FIGURE,
    TAG_CAPTION, /* figcaption, caption */
    TAG_FORM,
    TAG_TIME,
    TAG_IFRAME,
    TAG_ITEM /* further elements that hold no text of their own */
};

struct page_node {
    uint32_t parent;    /* index; 0 for the root itself */
    uint32_t end;       /* index after the last descendant */
    uint8_t kind;       /* enum page_kind */
    uint8_t tag;        /* enum page_tag */
    uint8_t level;      /* of a heading: 1 to 6 */
    bool is_hidden;     /* by its own attributes */
    uint32_t attribute; /* first in page->attributes */
    uint32_t attribute_count;
    const char *name; /* element's name in lower case; NULL for text */
    const char *text; /* of PAGE_TEXT; else NULL */
    uint32_t text_size;
    const char *words; /* class, id, role and the like as lower-case words, each with a space before and after; or "" */
};

struct page_attribute {
    const char *name; /* lower case */
    const char *value;
};

struct page {
    struct arena *arena;
    struct page_node *nodes; /* node 0 is the root, which is no element */
    uint32_t node_count, node_capacity;
    struct page_attribute *attributes;
    uint32_t attribute_count, attribute_capacity;
    const char **scripts; /* contents of the JSON-LD scripts */
    uint32_t script_count;
    bool is_cut; /* a bound was passed: the page goes on where the tree ends */
};

enum { PAGE_SCRIPTS_MAX = 50 };

/* `html` is UTF-8. NULL with `error` filled when memory is out. */
struct page *page_parse(struct arena *arena, const char *html, size_t size, struct error *error);

/* The attribute's value, NULL where the node lacks it. */
const char *page_attribute(const struct page *page, const struct page_node *node, const char *name);

/* Whether one of the node's words is `word`. */
bool page_has_word(const struct page_node *node, const char *word);

/* The text below a node on one line, in the page's arena; "" for none. Skipped elements do not count. */
const char *page_text(const struct page *page, uint32_t node, size_t limit);

#endif
