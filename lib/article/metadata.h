/* Metadata: what a page says of itself in JSON-LD, meta elements, microdata and its head lines. Internal to
 * lib/article.
 *
 * Several sources may tell the same thing; each has a rank, and the lowest wins. All texts are on one line, decoded, in
 * the page's arena; NULL for what the page does not say. */
#ifndef LIB_ARTICLE_METADATA_H
#define LIB_ARTICLE_METADATA_H

#include "lib/article/runs.h"

enum metadata_field {
    METADATA_TITLE,
    METADATA_AUTHOR,
    METADATA_PUBLISHER,
    METADATA_PUBLISHED,
    METADATA_MODIFIED,
    METADATA_LANGUAGE,
    METADATA_CANONICAL,
    METADATA_DESCRIPTION,
    METADATA_COUNT
};

struct metadata {
    struct arena *arena;
    const char *texts[METADATA_COUNT];
    int ranks[METADATA_COUNT];
    const char *window_title; /* <title> */
    const char *heading;      /* the main heading */
    uint32_t heading_node;    /* 0 for none */
    const char *base;         /* <base href> */
    const char *body;         /* JSON-LD's articleBody, paragraphs kept */
    bool is_locked;           /* JSON-LD: not accessible for free */
    bool is_live;             /* a live blog */
};

/* Ranks of sources; within one field the lowest is believed. */
enum { METADATA_JSON = 1, METADATA_META = 2, METADATA_PAGE = 20, METADATA_NONE = 1000 };

/* Offers a value for a field; it is cleaned and kept if its rank is the lowest so far. */
void metadata_offer(struct metadata *metadata, enum metadata_field field, int rank, const char *text, size_t size);

/* Fills `metadata` from the whole page. */
void metadata_read(struct metadata *metadata, const struct page *page, const struct runs *runs);

/* From one JSON-LD script. */
void metadata_read_json(struct metadata *metadata, const char *json);

#endif
