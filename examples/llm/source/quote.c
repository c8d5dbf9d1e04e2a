#include "quote.h"

/* ---- reading characters as they are compared ---- */

struct reader {
    const unsigned char *bytes;
    size_t size, at;
};

/* The character at `at`, with its length; an ill-formed byte is one by itself. */
static unsigned long decode(const struct reader *reader, size_t *length)
{
    const unsigned char *bytes = reader->bytes + reader->at;
    size_t left = reader->size - reader->at;
    size_t count = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : bytes[0] >= 0xc0 ? 2 : 1;
    unsigned long character = count == 1 ? bytes[0] : bytes[0] & (0x7fu >> count);
    *length = 1;
    if (count > left)
        return bytes[0];
    for (size_t i = 1; i < count; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return bytes[0];
        character = character << 6 | (bytes[i] & 0x3f);
    }
    *length = count;
    return character;
}

static int is_blank(unsigned long character)
{
    return character == ' ' || (character >= '\t' && character <= '\r') || character == 0xa0 || character == 0x3000 ||
           (character >= 0x2000 && character <= 0x200b) || character == 0x202f || character == 0xfeff;
}

static unsigned long alike(unsigned long character)
{
    switch (character) {
    case 0x2018:
    case 0x2019:
    case 0x201a:
    case 0x201b:
    case 0x2032:
    case '`':
        return '\'';
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0xab:
    case 0xbb:
    case 0x2033:
        return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
        return '-';
    default:
        return character;
    }
}

/* The next character, a run of blanks being one; 0 at the end. */
static unsigned long next(struct reader *reader)
{
    size_t length;
    if (reader->at >= reader->size)
        return 0;
    unsigned long character = decode(reader, &length);
    reader->at += length;
    if (!is_blank(character))
        return alike(character);
    while (reader->at < reader->size && is_blank(decode(reader, &length)))
        reader->at += length;
    return ' ';
}

/* ---- what the quote is without its trimmings ---- */

static int ends_with(struct ent_str text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

static int begins_with(struct ent_str text, const char *begin)
{
    size_t size = strlen(begin);
    return text.size >= size && memcmp(text.data, begin, size) == 0;
}

/* Blanks, ellipses and the marks that a model sets around it. */
static struct ent_str trim(struct ent_str quote)
{
    static const char *const trimmings[] = {" ",  "\n",           "\t",          "\r", "...", "\xe2\x80\xa6",
                                            "\"", "\xe2\x80\x9c", "\xe2\x80\x9d"};
    for (size_t i = 0; i < sizeof trimmings / sizeof *trimmings;) {
        size_t size = strlen(trimmings[i]);
        if (quote.size > 0 && begins_with(quote, trimmings[i])) {
            quote.data += size;
            quote.size -= size;
            i = 0;
        } else if (quote.size > 0 && ends_with(quote, trimmings[i])) {
            quote.size -= size;
            i = 0;
        } else {
            i++;
        }
    }
    return quote;
}

static size_t count_characters(struct ent_str quote)
{
    struct reader reader = {(const unsigned char *)quote.data, quote.size, 0};
    size_t count = 0;
    for (unsigned long character; (character = next(&reader)) != 0;)
        count += character != ' ';
    return count;
}

/* ---- finding ---- */

static int matches_at(struct ent_str text, size_t start, struct ent_str quote, size_t *end)
{
    struct reader here = {(const unsigned char *)text.data, text.size, start};
    struct reader wanted = {(const unsigned char *)quote.data, quote.size, 0};
    for (unsigned long character; (character = next(&wanted)) != 0;)
        if (next(&here) != character)
            return 0;
    *end = here.at;
    return 1;
}

static int is_letter(unsigned char byte)
{
    return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

/* "Oman" is not quoted by "woman", nor "Mali" by "Somalia". Beyond ASCII any byte counts as a letter, and there, where
 * scripts may write without blanks, no boundary is asked for. */
static int is_whole(struct ent_str text, size_t start, size_t end)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    int begins_inside = start > 0 && is_letter(bytes[start - 1]) && bytes[start - 1] < 0x80 &&
                        is_letter(bytes[start]) && bytes[start] < 0x80;
    int ends_inside = end < text.size && end > 0 && is_letter(bytes[end]) && bytes[end] < 0x80 &&
                      is_letter(bytes[end - 1]) && bytes[end - 1] < 0x80;
    return !begins_inside && !ends_inside;
}

int quote_find(struct ent_str text, struct ent_str quote, size_t *start, size_t *end)
{
    quote = trim(quote);
    if (!text.data || !quote.data || count_characters(quote) < QUOTE_MIN)
        return 0;
    struct reader here = {(const unsigned char *)text.data, text.size, 0};
    while (here.at < text.size) {
        size_t length;
        decode(&here, &length);
        if (matches_at(text, here.at, quote, end) && is_whole(text, here.at, *end)) {
            *start = here.at;
            return 1;
        }
        here.at += length;
    }
    return 0;
}
