/* XML feed: reads RSS, RDF and Atom with the scanner into the builder. Use feed.h. */
#ifndef LIB_FEED_XML_FEED_H
#define LIB_FEED_XML_FEED_H

#include "lib/feed/builder.h"

#include <stdbool.h>

/* `document` is UTF-8. False with `error` filled where no feed begins in it. */
bool xml_feed_read(struct builder *builder, struct slice document, struct error *error);

#endif
