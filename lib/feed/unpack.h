/* Unpack: gzip, bounded: of files that are packed themselves, and of servers that pack without saying so. Any thread. */
#ifndef LIB_FEED_UNPACK_H
#define LIB_FEED_UNPACK_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>

bool unpack_is_gzip(const char *bytes, size_t size);

/* Appends the unpacked bytes. Data that end too early or are damaged give what came before. False where nothing did, or
 * past `limit` bytes. */
bool unpack_gzip(struct buffer *buffer, const char *bytes, size_t size, size_t limit, struct error *error);

#endif
