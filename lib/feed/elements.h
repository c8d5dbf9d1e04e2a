/* Elements: what each element of the feed vocabularies means, as one table. */
#ifndef LIB_FEED_ELEMENTS_H
#define LIB_FEED_ELEMENTS_H

#include "lib/feed/builder.h"
#include "lib/feed/namespaces.h"

/* Where an element stands; a set in the table. */
enum element_context {
    CONTEXT_FEED = 1,
    CONTEXT_ENTRY = 2,
    CONTEXT_PERSON = 4,
    CONTEXT_SOURCE = 8, /* atom:source within an entry */
};

enum element_action {
    ELEMENT_FEED,    /* rss, channel, feed: what is in it describes the feed */
    ELEMENT_ENTRY,   /* item, entry */
    ELEMENT_PERSON,  /* author */
    ELEMENT_SOURCE,  /* atom:source */
    ELEMENT_THROUGH, /* a wrapper: its children stand for themselves */
    ELEMENT_VALUE,   /* its text is the value of `field` */
    ELEMENT_LINK,
    ELEMENT_CATEGORY,
    ELEMENT_KEYWORDS, /* categories apart by commas */
    ELEMENT_ENCLOSURE,
    ELEMENT_MEDIA, /* media:content: an enclosure and a wrapper */
};

struct element {
    const char *name; /* local, lower case */
    unsigned namespaces;
    unsigned contexts;
    enum element_action action;
    enum feed_field field;
    int rank; /* of several elements for one field the lowest rank wins */
};

/* NULL for an element that says nothing to us. `space` is one namespace, `context` one context. */
const struct element *elements_find(struct slice local_name, enum feed_namespace space, enum element_context context);

#endif
