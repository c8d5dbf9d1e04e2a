#include "lib/base/json_flat.h"

#include "lib/base/utf8.h"

#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 15 }; /* fewer than any integer type's */

struct reader {
    const char *at, *end;
    char *to; /* where the next text goes: never more bytes than were read */
};

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
        reader->at++;
}

static bool take(struct reader *reader, char byte)
{
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != byte)
        return false;
    reader->at++;
    return true;
}

/* ---- texts ---- */

/* How many of the bytes stand for themselves within quotes, counted by eights; some more may follow. Each test sets the
 * high bit of the bytes that fail it, and of no others before the first of these. */
static size_t plain_run(const char *bytes, size_t size)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    size_t run = 0;
    for (uint64_t eight; size - run >= sizeof eight; run += sizeof eight) {
        memcpy(&eight, bytes + run, sizeof eight);
        uint64_t quotes = eight ^ ones * '"', escapes = eight ^ ones * '\\';
        uint64_t special =
            ((quotes - ones) & ~quotes) | ((escapes - ones) & ~escapes) | ((eight - ones * 0x20) & ~eight);
        if (special & highs)
            break;
    }
    return run;
}

static bool take_hex(struct reader *reader, uint32_t *value)
{
    *value = 0;
    if (reader->end - reader->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char digit = *reader->at++;
        uint32_t number = digit >= '0' && digit <= '9'   ? (uint32_t)(digit - '0')
                          : digit >= 'a' && digit <= 'f' ? (uint32_t)(digit - 'a' + 10)
                          : digit >= 'A' && digit <= 'F' ? (uint32_t)(digit - 'A' + 10)
                                                         : 16;
        if (number > 15)
            return false;
        *value = *value << 4 | number;
    }
    return true;
}

/* What stands behind \u, of two such where the first is half a character. */
static bool take_character(struct reader *reader)
{
    uint32_t first, second;
    if (!take_hex(reader, &first) || first == 0 || (first >= 0xDC00 && first <= 0xDFFF))
        return false;
    if (first >= 0xD800 && first <= 0xDBFF) {
        if (reader->end - reader->at < 2 || reader->at[0] != '\\' || reader->at[1] != 'u')
            return false;
        reader->at += 2;
        if (!take_hex(reader, &second) || second < 0xDC00 || second > 0xDFFF)
            return false;
        first = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
    reader->to += utf8_encode(first, reader->to);
    return true;
}

static bool take_escape(struct reader *reader)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (reader->at == reader->end)
        return false;
    char letter = *reader->at++;
    if (letter == 'u')
        return take_character(reader);
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (!found)
        return false;
    *reader->to++ = meanings[found - letters];
    return true;
}

/* The bytes are known to be UTF-8. */
static bool take_text(struct reader *reader, const char **text, size_t *size)
{
    if (!take(reader, '"'))
        return false;
    char *start = reader->to;
    while (reader->at < reader->end) {
        size_t run = plain_run(reader->at, (size_t)(reader->end - reader->at));
        memcpy(reader->to, reader->at, run);
        reader->to += run;
        reader->at += run;
        if (reader->at == reader->end)
            break;
        char byte = *reader->at++;
        if (byte == '"') {
            *text = start;
            *size = (size_t)(reader->to - start);
            *reader->to++ = '\0'; /* the quotes have made room for it */
            return true;
        }
        if ((unsigned char)byte < 0x20)
            return false;
        if (byte != '\\')
            *reader->to++ = byte;
        else if (!take_escape(reader))
            return false;
    }
    return false;
}

/* ---- other values ---- */

static bool take_word(struct reader *reader, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(reader->end - reader->at) < size || memcmp(reader->at, word, size) != 0)
        return false;
    reader->at += size;
    return true;
}

static bool take_integer(struct reader *reader)
{
    reader->at += *reader->at == '-';
    const char *start = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    ptrdiff_t digits = reader->at - start;
    bool is_whole = reader->at == reader->end || !strchr(".eE", *reader->at) || !*reader->at;
    return digits > 0 && digits <= DIGITS_MAX && is_whole && (digits == 1 || *start != '0');
}

static bool take_value(struct reader *reader, struct json_flat_member *member)
{
    skip_space(reader);
    if (reader->at == reader->end)
        return false;
    switch (*reader->at) {
    case '"':
        return take_text(reader, &member->text, &member->size);
    case 'n':
        member->is_null = true;
        return take_word(reader, "null");
    case 't':
        return take_word(reader, "true");
    case 'f':
        return take_word(reader, "false");
    default:
        return take_integer(reader);
    }
}

/* ---- the object ---- */

static bool is_twice(const struct json_flat *object, const char *name)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->members[i].name, name) == 0)
            return true;
    return false;
}

static bool take_member(struct reader *reader, struct json_flat *object)
{
    struct json_flat_member member = {.name = NULL};
    size_t name_size;
    if (object->count == JSON_FLAT_MEMBERS_MAX || !take_text(reader, &member.name, &name_size) ||
        is_twice(object, member.name) || !take(reader, ':') || !take_value(reader, &member))
        return false;
    object->members[object->count++] = member;
    return true;
}

bool json_flat_read(struct json_flat *object, const char *bytes, size_t size)
{
    memset(object, 0, sizeof *object);
    if (!utf8_is_valid(bytes, size) || !buffer_reserve(&object->texts, size + 1))
        return false;
    struct reader reader = {bytes, bytes + size, object->texts.bytes};
    if (!take(&reader, '{'))
        return false;
    if (!take(&reader, '}')) {
        do {
            if (!take_member(&reader, object))
                return false;
        } while (take(&reader, ','));
        if (!take(&reader, '}'))
            return false;
    }
    skip_space(&reader);
    return reader.at == reader.end;
}

void json_flat_clear(struct json_flat *object)
{
    buffer_free(&object->texts);
    object->count = 0;
}
