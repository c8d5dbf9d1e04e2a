/* Lines: what a program writes, cut into lines as it comes. A line longer than LINES_SIZE_MAX is cut short there. One
 * thread. */
#ifndef PLUGINS_EXEC_LINES_H
#define PLUGINS_EXEC_LINES_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINES_SIZE_MAX = 64 * 1024 };

struct lines {
    struct buffer part; /* of the line that has not ended yet */
};

/* `line` is terminated, without its line feed. */
typedef void lines_callback(void *context, const char *line, size_t size);

/* Reads what is there and tells each whole line. False when the end has come or reading fails; then what was left is told
 * as a line. */
bool lines_read(struct lines *lines, int descriptor, lines_callback *callback, void *context);
void lines_clear(struct lines *lines);

#endif
