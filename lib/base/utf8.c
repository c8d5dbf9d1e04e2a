#include "lib/base/utf8.h"

#include <string.h>

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of the well-formed character at `bytes`, 0 if there is none. Ranges from RFC 3629 section 4. */
static size_t well_formed_length(const unsigned char *bytes, size_t size)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return size >= 2 && is_continuation(bytes[1]) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (size < 3 || !is_continuation(bytes[1]) || !is_continuation(bytes[2]))
            return 0;
        if ((first == 0xE0 && bytes[1] < 0xA0) || (first == 0xED && bytes[1] > 0x9F))
            return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (size < 4 || !is_continuation(bytes[1]) || !is_continuation(bytes[2]) || !is_continuation(bytes[3]))
            return 0;
        if ((first == 0xF0 && bytes[1] < 0x90) || (first == 0xF4 && bytes[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

/* How many ASCII characters the bytes begin with, counted by eights: most of most texts is nothing else. */
static size_t ascii_run(const unsigned char *bytes, size_t size)
{
    size_t run = 0;
    for (uint64_t eight; size - run >= sizeof eight; run += sizeof eight) {
        memcpy(&eight, bytes + run, sizeof eight);
        if (eight & 0x8080808080808080u)
            break;
    }
    return run;
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *character, bool *valid)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t length = well_formed_length(at, size);
    if (valid)
        *valid = length > 0;
    switch (length) {
    case 0:
        *character = UTF8_REPLACEMENT;
        return 1;
    case 1:
        *character = at[0];
        return 1;
    case 2:
        *character = ((uint32_t)at[0] & 0x1F) << 6 | ((uint32_t)at[1] & 0x3F);
        return 2;
    case 3:
        *character = ((uint32_t)at[0] & 0x0F) << 12 | ((uint32_t)at[1] & 0x3F) << 6 | ((uint32_t)at[2] & 0x3F);
        return 3;
    default:
        *character = ((uint32_t)at[0] & 0x07) << 18 | ((uint32_t)at[1] & 0x3F) << 12 |
                     ((uint32_t)at[2] & 0x3F) << 6 | ((uint32_t)at[3] & 0x3F);
        return 4;
    }
}

size_t utf8_encode(uint32_t character, char bytes[4])
{
    if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
        character = UTF8_REPLACEMENT;
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xC0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xE0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

bool utf8_is_valid(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    for (size_t i = ascii_run(at, size); i < size;) {
        size_t length = well_formed_length(at + i, size - i);
        if (length == 0)
            return false;
        i += length;
        if (length == 1)
            i += ascii_run(at + i, size - i);
    }
    return true;
}

void utf8_append_repaired(struct buffer *buffer, const char *bytes, size_t size)
{
    size_t start = 0, i = 0;
    while (i < size) {
        size_t length = well_formed_length((const unsigned char *)bytes + i, size - i);
        if (length && bytes[i]) {
            i += length;
            continue;
        }
        buffer_append(buffer, bytes + start, i - start);
        if (bytes[i])
            buffer_append(buffer, "\xEF\xBF\xBD", 3);
        start = ++i;
    }
    buffer_append(buffer, bytes + start, size - start);
}

void utf8_append_printable(struct buffer *buffer, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint32_t character;
        char encoded[4];
        at += utf8_decode(bytes + at, size - at, &character, NULL);
        if (character == '\n')
            buffer_append_text(buffer, "\\n");
        else if (character == '\t')
            buffer_append_char(buffer, ' ');
        else if (character < 0x20 || (character >= 0x7F && character < 0xA0))
            buffer_printf(buffer, "\\x%02x", (unsigned)character);
        else
            buffer_append(buffer, encoded, utf8_encode(character, encoded));
    }
}

size_t utf8_length(const char *bytes, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size; count++)
        at += utf8_decode(bytes + at, size - at, &(uint32_t){0}, NULL);
    return count;
}

size_t utf8_cut(const char *bytes, size_t size, size_t limit)
{
    if (size <= limit)
        return size;
    while (limit > 0 && is_continuation((unsigned char)bytes[limit]))
        limit--;
    return limit;
}
