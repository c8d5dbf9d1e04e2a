#include "core/config/ini_text.h"

#include <string.h>

bool ini_is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool needs_quotes(const char *value, size_t size)
{
    if (size == 0)
        return false;
    return value[0] == '"' || value[0] == '\'' || ini_is_space(value[0]) || ini_is_space(value[size - 1]) ||
           value[size - 1] == '\\' || memchr(value, '#', size) || memchr(value, ';', size);
}

bool ini_can_hold(const char *value, size_t size)
{
    return !needs_quotes(value, size) || !memchr(value, '"', size) || !memchr(value, '\'', size);
}

void ini_append_value(struct buffer *out, const char *value, size_t size)
{
    if (!needs_quotes(value, size)) {
        buffer_append(out, value, size);
        return;
    }
    char quote = memchr(value, '"', size) ? '\'' : '"';
    buffer_append_char(out, quote);
    buffer_append(out, value, size);
    buffer_append_char(out, quote);
}

void ini_append_line(struct buffer *out, const char *key, size_t key_size, const char *value, size_t size)
{
    buffer_append(out, key, key_size);
    buffer_append_text(out, size > 0 ? " = " : " =");
    ini_append_value(out, value, size);
}
