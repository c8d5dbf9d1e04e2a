/* Sitemap: the lists of pages that sites keep for search engines (sitemaps.org 0.9 with the news extension), and the
 * indexes of such lists.
 *
 * Pages become entries of a struct feed, so that what reads feeds reads sitemaps: the address as link, news:title,
 * news:publication_date as published, lastmod as updated, news:language, news:keywords as categories. An index gives
 * addresses of further sitemaps, as does a robots.txt by its "Sitemap:" lines; a plain list of addresses, one a line,
 * is read as well. Documents packed by gzip are unpacked, up to the limit.
 *
 * Read with the feeds' tolerant scanner: broken documents as far as they go, no DTD, linear. Any thread. */
#ifndef LIB_SITEMAP_SITEMAP_H
#define LIB_SITEMAP_SITEMAP_H

#include "lib/base/error.h"
#include "lib/feed/feed.h"

#include <stdbool.h>
#include <stddef.h>

struct sitemap_child {
    const char *url; /* absolute; in the feed's arena */
    struct feed_time modified;
    struct sitemap_child *next;
};

struct sitemap_limits {
    size_t document; /* bytes, after unpacking: 64 MiB */
    size_t entries;  /* pages of one document: 50,000, the format's own bound */
    size_t children; /* sitemaps of one index: 50,000 */
};

struct sitemap_request {
    const char *url;              /* the document's address; NULL or "" for unknown */
    const char *content_type;     /* of the HTTP answer; NULL or "" for unknown */
    struct sitemap_limits limits; /* 0 stands for the default */
};

struct sitemap {
    struct feed *feed; /* where entries were added; its arena holds the children */
    struct sitemap_child *children;
    size_t child_count;
    size_t dropped; /* past the limits */
};

/* A feed without entries, for sitemap_read to add to. NULL when memory is out. */
struct feed *sitemap_create_feed(void);

/* Adds the document's pages to `feed`, which stays the caller's, and its further sitemaps to *sitemap. False with
 * `error` filled for what is no sitemap. */
bool sitemap_read(struct sitemap *sitemap, struct feed *feed, const char *bytes, size_t size,
                  const struct sitemap_request *request, struct error *error);

#endif
