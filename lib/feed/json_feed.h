/* JSON Feed: reads versions 1.0 and 1.1 of jsonfeed.org into the builder. Use feed.h. */
#ifndef LIB_FEED_JSON_FEED_H
#define LIB_FEED_JSON_FEED_H

#include "lib/feed/builder.h"

#include <stdbool.h>

/* `document` is UTF-8 that begins with '{'. False with `error` filled for what is no feed. */
bool json_feed_read(struct builder *builder, struct slice document, struct error *error);

#endif
