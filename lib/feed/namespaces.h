/* Namespaces: which vocabulary an element's name belongs to, also where the feed forgot to declare it. */
#ifndef LIB_FEED_NAMESPACES_H
#define LIB_FEED_NAMESPACES_H

#include "lib/feed/scanner.h"

#include <stdbool.h>

/* A set in tables, one of them for an element. */
enum feed_namespace {
    NAMESPACE_NONE = 1,
    NAMESPACE_RSS = 2,
    NAMESPACE_ATOM = 4,
    NAMESPACE_DC = 8,
    NAMESPACE_TERMS = 16, /* Dublin Core terms */
    NAMESPACE_CONTENT = 32,
    NAMESPACE_ITUNES = 64,
    NAMESPACE_MEDIA = 128,
    NAMESPACE_SYNDICATION = 256,
    NAMESPACE_XHTML = 512,
    NAMESPACE_FEEDBURNER = 1024,
    NAMESPACE_RDF = 2048,
    NAMESPACE_PRISM = 4096,
    NAMESPACE_OTHER = 8192,
};

enum { NAMESPACE_DECLARATIONS_MAX = 256 };

struct namespace_declaration {
    struct slice prefix, uri;
    enum feed_namespace meaning;
    int depth; /* of the element that declares it */
};

struct namespaces {
    struct namespace_declaration declarations[NAMESPACE_DECLARATIONS_MAX]; /* innermost last */
    size_t count;
    bool undeclared; /* a well-known prefix was met that nothing declares */
};

/* Adds the xmlns attributes of `token` as of depth `depth`; what exceeds the room is not known. */
void namespaces_declare(struct namespaces *namespaces, const struct scanner_token *token, int depth);
/* Drops the declarations of depths above `depth`. */
void namespaces_leave(struct namespaces *namespaces, int depth);
/* The vocabulary of an element's prefix; *uri gets what was declared (size 0 for nothing). */
enum feed_namespace namespaces_find(struct namespaces *namespaces, struct slice prefix, struct slice *uri);

#endif
