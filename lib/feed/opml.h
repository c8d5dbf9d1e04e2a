/* OPML: lists of feeds as feed readers exchange them, read and written.
 *
 * Read with the feed reader's scanner, so that broken files are read as far as they go and no DTD is looked at. Outlines
 * without an address are groups; a feed's group is the path of those around it, "Asia/Central". All texts are plain
 * UTF-8. The list owns all that hangs on it. Any thread, one at a time per list. */
#ifndef LIB_FEED_OPML_H
#define LIB_FEED_OPML_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct opml_feed {
    const char *url;
    const char *title; /* NULL: none */
    const char *page;  /* of the publisher; NULL: none */
    const char *group; /* "" at the top */
    const char *language; /* NULL: none */
    struct opml_feed *next;
};

struct opml {
    const char *title;       /* NULL: none */
    struct opml_feed *feeds; /* in the document's order */
    size_t count;
    bool is_truncated; /* the document ends within a tag */
    struct arena *arena;
};

/* NULL with `error` filled for what is no OPML, is larger than 16 MiB or names more than 100,000 feeds. */
struct opml *opml_parse(const char *bytes, size_t size, struct error *error);
void opml_destroy(struct opml *opml);

/* Writing: begin, a feed at a time in the order of their groups, end. */
struct opml_writer {
    struct buffer *out;
    char *group; /* that is open, "" for none */
    bool failed;
};
void opml_begin(struct opml_writer *writer, struct buffer *out, const char *title);
void opml_put(struct opml_writer *writer, const struct opml_feed *feed);
/* False when memory was out. */
bool opml_end(struct opml_writer *writer);

#endif
