#include "lib/base/json_writer.h"

#include "lib/base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_begin(struct json_writer *writer, struct buffer *buffer)
{
    memset(writer, 0, sizeof *writer);
    writer->buffer = buffer;
}

static void before_value(struct json_writer *writer)
{
    if (writer->after_key)
        writer->after_key = false;
    else if (writer->has_member[writer->depth])
        buffer_append_char(writer->buffer, ',');
    writer->has_member[writer->depth] = true;
}

static void open_container(struct json_writer *writer, char bracket)
{
    before_value(writer);
    buffer_append_char(writer->buffer, bracket);
    if (writer->depth == JSON_WRITER_DEPTH_MAX) {
        writer->buffer->failed = true;
        return;
    }
    writer->has_member[++writer->depth] = false;
}

static void close_container(struct json_writer *writer, char bracket)
{
    if (writer->depth > 0)
        writer->depth--;
    buffer_append_char(writer->buffer, bracket);
}

void json_object_open(struct json_writer *writer)
{
    open_container(writer, '{');
}

void json_object_close(struct json_writer *writer)
{
    close_container(writer, '}');
}

void json_array_open(struct json_writer *writer)
{
    open_container(writer, '[');
}

void json_array_close(struct json_writer *writer)
{
    close_container(writer, ']');
}

static void append_escape(struct buffer *buffer, unsigned char byte)
{
    switch (byte) {
    case '"':
        buffer_append(buffer, "\\\"", 2);
        break;
    case '\\':
        buffer_append(buffer, "\\\\", 2);
        break;
    case '\n':
        buffer_append(buffer, "\\n", 2);
        break;
    case '\r':
        buffer_append(buffer, "\\r", 2);
        break;
    case '\t':
        buffer_append(buffer, "\\t", 2);
        break;
    default:
        buffer_printf(buffer, "\\u%04x", byte);
    }
}

static void append_string(struct buffer *buffer, const char *bytes, size_t size)
{
    buffer_append_char(buffer, '"');
    size_t start = 0;
    for (size_t i = 0; i < size;) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
            i++;
            continue;
        }
        uint32_t character;
        bool valid;
        size_t length = utf8_decode(bytes + i, size - i, &character, &valid);
        if (byte >= 0x80 && valid) {
            i += length;
            continue;
        }
        buffer_append(buffer, bytes + start, i - start);
        if (byte >= 0x80)
            buffer_append(buffer, "\xEF\xBF\xBD", 3);
        else
            append_escape(buffer, byte);
        start = ++i;
    }
    buffer_append(buffer, bytes + start, size - start);
    buffer_append_char(buffer, '"');
}

void json_key(struct json_writer *writer, const char *key)
{
    before_value(writer);
    append_string(writer->buffer, key, strlen(key));
    buffer_append_char(writer->buffer, ':');
    writer->after_key = true;
}

void json_put_string(struct json_writer *writer, const char *bytes, size_t size)
{
    before_value(writer);
    append_string(writer->buffer, bytes, size);
}

void json_put_text(struct json_writer *writer, const char *text)
{
    if (text)
        json_put_string(writer, text, strlen(text));
    else
        json_put_null(writer);
}

void json_put_integer(struct json_writer *writer, int64_t value)
{
    before_value(writer);
    buffer_printf(writer->buffer, "%" PRId64, value);
}

void json_put_number(struct json_writer *writer, double value)
{
    if (!isfinite(value)) {
        json_put_null(writer);
        return;
    }
    before_value(writer);
    char text[32];
    /* a count reads as one: 1000000, not 1e+06 */
    if (value == trunc(value) && fabs(value) < 1e15) {
        buffer_printf(writer->buffer, "%.0f", value);
        return;
    }
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buffer_append_text(writer->buffer, text);
}

void json_put_boolean(struct json_writer *writer, bool value)
{
    before_value(writer);
    buffer_append_text(writer->buffer, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer)
{
    before_value(writer);
    buffer_append_text(writer->buffer, "null");
}
