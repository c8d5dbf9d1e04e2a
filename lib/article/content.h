/* Content: which runs of a page are its article's text. Internal to lib/article.
 *
 * First what surely is none is marked: elements by their names (hints.h) and roles, and lists of teasers by their
 * shape. An element that holds the article itself is never marked, whatever it is called: much of a page's text, its
 * main heading or a body that is named as such. Then the block is sought whose runs add up to the greatest value, where
 * sentences count for it and links and labels against it; where the page names its article (article, main, itemprop,
 * class), that is preferred if it holds most of what was found. */
#ifndef LIB_ARTICLE_CONTENT_H
#define LIB_ARTICLE_CONTENT_H

#include "lib/article/runs.h"

struct content_facts {
    const char *title; /* a heading that says the same is left out; NULL for none */
    bool is_live;      /* a live blog, as the page's data say */
};

struct content {
    struct buffer text;    /* paragraphs apart by an empty line, list items and lines by a line feed */
    uint32_t weight;       /* of the text */
    uint32_t sentences;    /* runs of it that end like one */
    uint32_t wall_weight;  /* of text in elements named after pay-walls */
    bool has_wall_element; /* there is one, empty or not */
    bool is_list;          /* most of the page's text is a list of teasers */
};

/* Marks junk in `runs` and appends the text. The caller frees content->text. False when memory is out. */
bool content_find(struct content *content, const struct page *page, struct runs *runs,
                  const struct content_facts *facts);

/* Whether a paragraph is one of those that stand in texts and say nothing of the matter: "Read more: ...", "Sign up for
 * our newsletter". */
bool content_is_filler(const char *text, size_t size, bool is_linked);

#endif
