#include "lib/warc/http_block.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum coding { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_UNKNOWN };

struct text {
    const char *bytes;
    size_t size;
};

static struct text next_line(struct text *left)
{
    const char *end = memchr(left->bytes, '\n', left->size);
    struct text line = {left->bytes, end ? (size_t)(end - left->bytes) : left->size};
    size_t taken = line.size + (end != NULL);
    left->bytes += taken;
    left->size -= taken;
    while (line.size > 0 && line.bytes[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* The value of a header line of that name; bytes NULL where it is another. */
static struct text value_of(struct text line, const char *name)
{
    size_t size = strlen(name);
    if (line.size <= size || line.bytes[size] != ':' || strncasecmp(line.bytes, name, size) != 0)
        return (struct text){NULL, 0};
    struct text value = {line.bytes + size + 1, line.size - size - 1};
    while (value.size > 0 && (*value.bytes == ' ' || *value.bytes == '\t')) {
        value.bytes++;
        value.size--;
    }
    return value;
}

static bool is_word(struct text value, const char *word)
{
    return value.size == strlen(word) && strncasecmp(value.bytes, word, value.size) == 0;
}

static enum coding coding_of(struct text value)
{
    if (is_word(value, "gzip") || is_word(value, "x-gzip"))
        return CODING_GZIP;
    if (is_word(value, "deflate"))
        return CODING_DEFLATE;
    return value.size == 0 || is_word(value, "identity") ? CODING_NONE : CODING_UNKNOWN;
}

/* What is no chunk any more ends it: archives keep the header and store the body whole. */
static bool join_chunks(struct buffer *out, struct text left)
{
    while (left.size > 0) {
        struct text line = next_line(&left);
        char digits[17] = "";
        size_t count = 0;
        while (count < line.size && count < 16 && strchr("0123456789abcdefABCDEF", line.bytes[count])) {
            digits[count] = line.bytes[count];
            count++;
        }
        digits[count] = '\0';
        bool ends_well = count == line.size || line.bytes[count] == ';' || line.bytes[count] == ' ';
        if (count == 0 || !ends_well)
            return false;
        uint64_t size = strtoull(digits, NULL, 16);
        if (size == 0)
            return true;
        size_t part = size < left.size ? (size_t)size : left.size;
        buffer_append(out, left.bytes, part);
        left.bytes += part;
        left.size -= part;
        next_line(&left);
    }
    return true;
}

static bool decompress(struct buffer *out, struct text from, enum coding coding, struct error *error)
{
    /* Deflate comes with and without zlib's header. */
    bool is_raw = coding == CODING_DEFLATE && from.size > 1 && ((unsigned char)from.bytes[0] & 0x0f) != 8;
    z_stream stream = {.next_in = (z_const Bytef *)from.bytes, .avail_in = (uInt)from.size};
    char chunk[16 * 1024];
    int status = inflateInit2(&stream, is_raw ? -15 : 15 + 32);
    if (status != Z_OK)
        return error_set(error, ERROR_MEMORY, "no memory to decompress");
    while (status == Z_OK && out->size <= HTTP_BODY_MAX && !out->failed) {
        stream.next_out = (Bytef *)chunk;
        stream.avail_out = sizeof chunk;
        status = inflate(&stream, Z_NO_FLUSH);
        buffer_append(out, chunk, sizeof chunk - stream.avail_out);
    }
    inflateEnd(&stream);
    if (out->size > HTTP_BODY_MAX)
        return error_set(error, ERROR_LIMIT, "its body is larger than %d bytes", HTTP_BODY_MAX);
    /* A cut body is still worth its beginning. */
    return out->size > 0 || from.size == 0 || error_set(error, ERROR_INPUT, "its body cannot be decompressed");
}

bool http_block_read(struct http_block *block, const char *bytes, size_t size, struct error *error)
{
    struct text left = {bytes, size};
    struct text line = next_line(&left);
    bool is_chunked = false;
    enum coding coding = CODING_NONE;
    const char *space =
        line.size > 5 && memcmp(line.bytes, "HTTP/", 5) == 0 ? memchr(line.bytes, ' ', line.size) : NULL;
    if (!space)
        return error_set(error, ERROR_INPUT, "it holds no HTTP answer");
    block->status = 0;
    for (const char *c = space + 1; c < line.bytes + line.size && *c >= '0' && *c <= '9' && block->status < 1000; c++)
        block->status = 10 * block->status + (*c - '0');
    while ((line = next_line(&left)).size > 0) {
        struct text type = value_of(line, "Content-Type"), encoding = value_of(line, "Content-Encoding"),
                    transfer = value_of(line, "Transfer-Encoding");
        if (type.bytes) {
            buffer_clear(&block->content_type);
            buffer_append(&block->content_type, type.bytes, type.size);
        }
        if (encoding.bytes)
            coding = coding_of(encoding);
        is_chunked = is_chunked || (transfer.bytes && is_word(transfer, "chunked"));
    }
    struct buffer joined = BUFFER_INIT;
    struct text body = left;
    if (is_chunked && join_chunks(&joined, left))
        body = (struct text){joined.bytes ? joined.bytes : "", joined.size};
    /* Archives that decode bodies keep the header that says they are encoded. */
    bool is_packed =
        coding == CODING_GZIP ? body.size > 1 && (unsigned char)body.bytes[0] == 0x1f : coding == CODING_DEFLATE;
    bool is_good = true;
    if (body.size > HTTP_BODY_MAX)
        is_good = error_set(error, ERROR_LIMIT, "its body is larger than %d bytes", HTTP_BODY_MAX);
    else if (is_packed)
        is_good = decompress(&block->body, body, coding, error);
    else if (coding == CODING_UNKNOWN)
        is_good = error_set(error, ERROR_INPUT, "its body is encoded otherwise than by gzip or deflate");
    else
        buffer_append(&block->body, body.bytes, body.size);
    is_good =
        is_good && (!(joined.failed || block->body.failed) || error_set(error, ERROR_MEMORY, "no memory for its body"));
    buffer_free(&joined);
    return is_good;
}

void http_block_clear(struct http_block *block)
{
    buffer_free(&block->content_type);
    buffer_free(&block->body);
    block->status = 0;
}
