/* Lines: what a program writes, cut into lines as it comes. What a line has beyond `limit` is dropped, so that a
 * program which never ends its line takes no more memory than that. One thread. */
#ifndef LIB_PROGRAM_LINES_H
#define LIB_PROGRAM_LINES_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

struct lines {
    struct buffer part; /* of the line that has not ended yet */
    size_t limit;       /* bytes of a line that are kept */
    bool is_cut;        /* the line that has not ended has more */
};

/* `line` is terminated, without its line feed; `is_cut`: it was longer than the limit. */
typedef void lines_callback(void *context, const char *line, size_t size, bool is_cut);

/* Reads once, as much as is there up to some KiB, and tells each whole line. False when the end has come or reading
 * fails; then what was left is told as a line. */
bool lines_read(struct lines *lines, int descriptor, lines_callback *callback, void *context);
/* Forgets what has no end yet. */
void lines_clear(struct lines *lines);

#endif
