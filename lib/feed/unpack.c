#include "lib/feed/unpack.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK = 64 * 1024, GZIP_WINDOW = 15 + 16 };

bool unpack_is_gzip(const char *bytes, size_t size)
{
    return size >= 3 && memcmp(bytes, "\x1F\x8B\x08", 3) == 0;
}

/* zlib's status at the end; Z_BUF_ERROR past the limit. Members that follow one another are one file. */
static int inflate_all(struct buffer *buffer, z_stream *stream, size_t limit)
{
    int status = Z_OK;
    while (status == Z_OK && stream->avail_in > 0) {
        if (!buffer_reserve(buffer, CHUNK))
            return Z_MEM_ERROR;
        stream->next_out = (unsigned char *)buffer->bytes + buffer->size;
        stream->avail_out = CHUNK;
        status = inflate(stream, Z_NO_FLUSH);
        buffer->size += CHUNK - stream->avail_out;
        if (buffer->size > limit)
            return Z_BUF_ERROR;
        if (status == Z_STREAM_END && stream->avail_in > 0)
            status = inflateReset(stream);
    }
    return status;
}

bool unpack_gzip(struct buffer *buffer, const char *bytes, size_t size, size_t limit, struct error *error)
{
    z_stream stream = {.avail_in = size < UINT_MAX ? (unsigned)size : UINT_MAX,
                       .next_in = (unsigned char *)(uintptr_t)bytes};
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return error_set(error, ERROR_MEMORY, "no memory to unpack the document");
    int status = inflate_all(buffer, &stream, limit);
    inflateEnd(&stream);
    if (buffer->failed || status == Z_MEM_ERROR)
        return error_set(error, ERROR_MEMORY, "no memory to unpack the document");
    if (buffer->size > limit)
        return error_set(error, ERROR_LIMIT, "the document unpacks to more than %zu bytes", limit);
    return buffer->size > 0 || error_set(error, ERROR_INPUT, "the document is damaged gzip");
}
