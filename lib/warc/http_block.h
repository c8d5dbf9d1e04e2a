/* HTTP block: what a web archive's "response" record holds, an HTTP answer as it came over the wire: status, type and
 * body, the body without chunks and compression (gzip and deflate). Linear in its input, output bounded. Any thread. */
#ifndef LIB_WARC_HTTP_BLOCK_H
#define LIB_WARC_HTTP_BLOCK_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>

struct http_block {
    int status;
    struct buffer content_type; /* the header's whole value; empty: none */
    struct buffer body;
};

enum { HTTP_BODY_MAX = 32 * 1024 * 1024 };

/* Fills `block`, zeroed before or cleared. False where it is no HTTP answer, its encoding is another, or it passes
 * HTTP_BODY_MAX. */
bool http_block_read(struct http_block *block, const char *bytes, size_t size, struct error *error);
void http_block_clear(struct http_block *block);

#endif
