#include "lib/program/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

static void keep(struct lines *lines, const char *bytes, size_t size)
{
    size_t room = lines->limit - lines->part.size;
    if (size > room)
        lines->is_cut = true;
    buffer_append(&lines->part, bytes, size < room ? size : room);
}

static void tell(struct lines *lines, lines_callback *callback, void *context)
{
    /* A line that memory was out for is as good as a cut one: what came of it cannot be believed. */
    bool is_cut = lines->is_cut || lines->part.failed;
    const char *bytes = lines->part.failed || !lines->part.bytes ? "" : lines->part.bytes;
    callback(context, bytes, lines->part.failed ? 0 : lines->part.size, is_cut);
    lines_clear(lines);
}

static void take(struct lines *lines, const char *bytes, size_t size, lines_callback *callback, void *context)
{
    while (size > 0) {
        const char *feed = memchr(bytes, '\n', size);
        size_t length = feed ? (size_t)(feed - bytes) : size;
        keep(lines, bytes, length);
        if (!feed)
            return;
        tell(lines, callback, context);
        bytes += length + 1;
        size -= length + 1;
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
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (lines->part.size > 0 || lines->is_cut)
        tell(lines, callback, context);
    return false;
}

void lines_clear(struct lines *lines)
{
    /* A long line is rare; its memory is not kept for the next. */
    buffer_free(&lines->part);
    lines->is_cut = false;
}
