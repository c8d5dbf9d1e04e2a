/* Document: a page as libxml2's tree, for XPath. Internal to lib/listing. */
#ifndef LIB_LISTING_DOCUMENT_H
#define LIB_LISTING_DOCUMENT_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>

struct document {
    xmlDocPtr tree;
    xmlXPathContextPtr xpath;
};

enum { DOCUMENT_SIZE_MAX = 16 << 20, DOCUMENT_OPERATIONS_MAX = 20000000 };

/* Zeroes `document` first; document_close after both results. */
bool document_open(struct document *document, const char *bytes, size_t size, const char *content_type,
                   struct error *error);
void document_close(struct document *document);

/* The nodes that a selector chooses below `node` (NULL: in the page); NULL with `error` where it is wrong. To be freed
 * with xmlXPathFreeObject. */
xmlXPathObjectPtr document_select(struct document *document, xmlNodePtr node, const char *selector,
                                  struct error *error);

/* In the arena, on one line; NULL for none. */
const char *document_text(struct arena *arena, xmlNodePtr node);
const char *document_attribute(struct arena *arena, xmlNodePtr node, const char *name);

#endif
