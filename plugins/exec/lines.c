#include "plugins/exec/lines.h"

#include <errno.h>
#include <unistd.h>

enum { READ_SIZE = 16 * 1024 };

static void tell(struct lines *lines, lines_callback *callback, void *context)
{
    if (!lines->part.failed)
        callback(context, lines->part.bytes ? lines->part.bytes : "", lines->part.size);
    buffer_free(&lines->part);
}

static void take(struct lines *lines, const char *bytes, size_t size, lines_callback *callback, void *context)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            tell(lines, callback, context);
        else if (lines->part.size < LINES_SIZE_MAX)
            buffer_append_char(&lines->part, bytes[i]);
    }
}

bool lines_read(struct lines *lines, int descriptor, lines_callback *callback, void *context)
{
    char bytes[READ_SIZE];
    ssize_t got = read(descriptor, bytes, sizeof bytes);
    if (got > 0) {
        take(lines, bytes, (size_t)got, callback, context);
        return true;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (lines->part.size > 0)
        tell(lines, callback, context);
    return false;
}

void lines_clear(struct lines *lines)
{
    buffer_free(&lines->part);
}
