#include "lib/feed/base64.h"

#include "lib/base/utf8.h"

#include <stdint.h>

static int digit_value(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52;
    return byte == '+' || byte == '-' ? 62 : byte == '/' || byte == '_' ? 63 : -1;
}

bool base64_is_likely(const char *text, size_t size)
{
    for (size_t at = 0; at < size; at++)
        if (digit_value(text[at]) < 0 && text[at] != '=' && text[at] != ' ' && text[at] != '\n' && text[at] != '\r' &&
            text[at] != '\t')
            return false;
    return size > 0;
}

void base64_decode_text(struct buffer *buffer, const char *text, size_t size)
{
    struct buffer bytes = BUFFER_INIT;
    uint32_t bits = 0;
    int count = 0;
    for (size_t at = 0; at < size && text[at] != '='; at++) {
        int value = digit_value(text[at]);
        if (value < 0)
            continue;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            buffer_append_char(&bytes, (char)(bits >> count & 0xFF));
        }
    }
    if (bytes.size)
        utf8_append_repaired(buffer, bytes.bytes, bytes.size);
    buffer->failed = buffer->failed || bytes.failed;
    buffer_free(&bytes);
}
