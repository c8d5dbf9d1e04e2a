/* JSON repair: makes JSON that is nearly right readable for a strict parser. */
#ifndef LIB_FEED_JSON_REPAIR_H
#define LIB_FEED_JSON_REPAIR_H

#include "lib/base/buffer.h"

#include <stddef.h>

/* Appends `text` with these faults mended: raw control characters in strings, escapes that JSON lacks, lone
 * surrogates, numbers too large, comments, commas before a closing bracket, and an end that comes too early. Linear;
 * what is worse stays as it is. `text` is UTF-8. */
void json_repair(struct buffer *buffer, const char *text, size_t size);

#endif
