/* Unzip: the first file of a ZIP archive in memory, by libzip. Output is bounded. Any thread. */
#ifndef LIB_GDELT_UNZIP_H
#define LIB_GDELT_UNZIP_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>

/* Appends the file's bytes. False where it is no archive, is broken, or would pass `limit` bytes. */
bool unzip_first(struct buffer *out, const char *bytes, size_t size, size_t limit, struct error *error);

#endif
