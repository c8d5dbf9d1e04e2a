/* Watch comments: what people have written beside the lines of a saved watch, so that saving it anew does not lose it.
 *
 * A comment belongs to the key that it stands before, be that one of a series ("when.2" is "when"); above the section's
 * name, it is the file's. Where its key is gone, it goes to the end. Our own first line is none. One thread. */
#ifndef CORE_CONTROL_WATCH_COMMENTS_H
#define CORE_CONTROL_WATCH_COMMENTS_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* How the line begins that says who saved it. */
#define WATCH_COMMENTS_OWN "# Saved by "

struct watch_comment {
    const char *bytes; /* one line, lent by the text */
    size_t size;
    const char *key; /* that follows; NULL: the end */
    size_t key_size;
    bool is_put;
};

struct watch_comments {
    struct watch_comment *rows;
    size_t count;
};

/* Those of a file's text, which is lent until watch_comments_free. Lines that INI cannot hold are left out. False when
 * memory is out. */
bool watch_comments_read(struct watch_comments *comments, const char *text, size_t size);
void watch_comments_free(struct watch_comments *comments);
/* Appends those of `key` that were not put yet; "[" for the file's, NULL for all that are left. */
void watch_comments_put(struct watch_comments *comments, const char *key, struct buffer *text);

#endif
