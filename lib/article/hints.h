/* Hints: what the names that designers give to elements (class, id, role, itemprop) say of their content.
 * Internal to lib/article. */
#ifndef LIB_ARTICLE_HINTS_H
#define LIB_ARTICLE_HINTS_H

/* A set. */
enum hint {
    HINT_JUNK = 1,     /* navigation, sharing, related links, newsletters, comments, consent: never the text */
    HINT_DETAIL = 2,   /* byline, date, tags: short things around the text */
    HINT_CAPTION = 4,  /* of a picture; its credit */
    HINT_BODY = 8,     /* the article's text */
    HINT_WALL = 16,    /* what stands before a pay-wall */
    HINT_CONSENT = 32, /* cookies */
    HINT_LIVE = 64,    /* a live blog */
    HINT_AUTHOR = 128,
    HINT_DATE = 256,
};

/* `words` as in struct page_node. */
unsigned hints_of(const char *words);

#endif
