/* JSON writer: streams RFC 8259 text into a buffer. Reading JSON is jansson's work (and json_flat's, where there is much of it); writing is ours because
 * exports and alerts go straight from flat records to bytes without a tree between.
 *
 * Names: json_put_* write values; jansson has json_string and the like for its trees.
 * One owner, one thread. Commas and colons are placed by the writer; nesting is bounded by
 * JSON_WRITER_DEPTH_MAX. Strings are written as UTF-8 with ill-formed bytes replaced. Failure shows in the
 * buffer's `failed`. */
#ifndef LIB_BASE_JSON_WRITER_H
#define LIB_BASE_JSON_WRITER_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum { JSON_WRITER_DEPTH_MAX = 32 };

struct json_writer {
    struct buffer *buffer;
    int depth;
    bool has_member[JSON_WRITER_DEPTH_MAX + 1];
    bool after_key;
};

/* The buffer stays the caller's. */
void json_begin(struct json_writer *writer, struct buffer *buffer);
void json_object_open(struct json_writer *writer);
void json_object_close(struct json_writer *writer);
void json_array_open(struct json_writer *writer);
void json_array_close(struct json_writer *writer);
void json_key(struct json_writer *writer, const char *key);
void json_put_string(struct json_writer *writer, const char *bytes, size_t size);
void json_put_text(struct json_writer *writer, const char *text); /* NULL writes null */
void json_put_integer(struct json_writer *writer, int64_t value);
/* Shortest form that reads back equal; NaN and infinities, which JSON lacks, are written as null. */
void json_put_number(struct json_writer *writer, double value);
void json_put_boolean(struct json_writer *writer, bool value);
void json_put_null(struct json_writer *writer);

#endif
