/* Listing: the links of a page, chosen by selectors, as entries of a struct feed; and the feeds that a page names.
 *
 * Selectors are CSS (selector.h) or XPath. The page is decoded, guarded (lib/article/page_guard.h) and parsed by
 * libxml2; XPath runs with a bound on its operations. Any thread. */
#ifndef LIB_LISTING_LISTING_H
#define LIB_LISTING_LISTING_H

#include "lib/base/error.h"
#include "lib/feed/feed.h"

#include <stdbool.h>
#include <stddef.h>

struct listing_request {
    const char *url;          /* the page's address, for relative links */
    const char *content_type; /* NULL or "" for unknown */
    const char *links;        /* selects links, or elements with a link in each */
    const char *title, *date; /* looked for in that element or around the link; NULL: the link's text, no date */
};

/* A feed with an entry for each link, in the page's order, each address once. NULL with `error` filled where a selector
 * is wrong or `links` selects nothing (ERROR_MISSING, naming selector and page). */
struct feed *listing_read(const char *bytes, size_t size, const struct listing_request *request, struct error *error);

/* Whether the selector can be used; any page is good enough to say. */
bool listing_check(const char *selector, struct error *error);

/* ---- feeds ---- */

enum listing_feed_kind {
    LISTING_ALTERNATE, /* <link rel=alternate> of a feed's type */
    LISTING_ANCHOR     /* <a> that looks like one */
};

struct listing_feed {
    const char *url;   /* absolute; in the list's arena */
    const char *title; /* NULL for none */
    enum listing_feed_kind kind;
    struct listing_feed *next;
};

struct listing_feeds {
    struct arena *arena;
    struct listing_feed *first;
    const char *generator; /* <meta name=generator>, NULL for none */
    size_t count;
};

enum { LISTING_FEEDS_MAX = 100 };

/* The feeds that a page names, those of <link> first, each address once. NULL when memory is out. */
struct listing_feeds *listing_find_feeds(const char *bytes, size_t size, const char *url, const char *content_type,
                                         struct error *error);
void listing_free_feeds(struct listing_feeds *feeds);

#endif
