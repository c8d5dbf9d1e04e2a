#include "lib/feed/json_repair.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Brackets deeper than this are left to the parser's own limit. */
enum { DEPTH_MAX = 256, NUMBER_DIGITS_MAX = 18 };

struct repair {
    struct buffer *out;
    const char *text;
    size_t size, at;
    char closers[DEPTH_MAX]; /* what closes the brackets that are open */
    int depth;
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static int hex_value(const char *digits, size_t size)
{
    int value = 0;
    if (size < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char byte = digits[i];
        int digit = byte >= '0' && byte <= '9'   ? byte - '0'
                    : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                    : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* "\u....": pairs of surrogates pass, lone ones become U+FFFD. */
static void copy_unicode_escape(struct repair *repair)
{
    const char *here = repair->text + repair->at;
    size_t left = repair->size - repair->at;
    int first = left > 2 ? hex_value(here + 2, left - 2) : -1;
    size_t length = 6;
    if (first < 0) {
        repair->at += 2;
        buffer_append_text(repair->out, "\\ufffd");
        return;
    }
    bool surrogate = first >= 0xD800 && first <= 0xDFFF;
    if (surrogate && first < 0xDC00 && left >= 12 && here[6] == '\\' && here[7] == 'u') {
        int second = hex_value(here + 8, left - 8);
        if (second >= 0xDC00 && second <= 0xDFFF) {
            surrogate = false;
            length = 12;
        }
    }
    if (surrogate)
        buffer_append_text(repair->out, "\\ufffd");
    else
        buffer_append(repair->out, here, length);
    repair->at += length;
}

static void copy_escape(struct repair *repair)
{
    char next = repair->at + 1 < repair->size ? repair->text[repair->at + 1] : '\0';
    if (next == 'u') {
        copy_unicode_escape(repair);
    } else if (next && strchr("\"\\/bfnrt", next)) {
        buffer_append(repair->out, repair->text + repair->at, 2);
        repair->at += 2;
    } else {
        repair->at++; /* the backslash alone goes */
    }
}

static void copy_string(struct repair *repair)
{
    buffer_append_char(repair->out, '"');
    repair->at++;
    while (repair->at < repair->size && repair->text[repair->at] != '"') {
        char byte = repair->text[repair->at];
        if (byte == '\\') {
            copy_escape(repair);
            continue;
        }
        buffer_append_char(repair->out, (unsigned char)byte < ' ' ? ' ' : byte);
        repair->at++;
    }
    repair->at++;
    buffer_append_char(repair->out, '"');
}

/* Numbers that no double or 64-bit integer holds are written as strings. */
static void copy_number(struct repair *repair)
{
    size_t start = repair->at;
    while (repair->at < repair->size && strchr("+-.0123456789eE", repair->text[repair->at]))
        repair->at++;
    size_t length = repair->at - start;
    bool large = length > NUMBER_DIGITS_MAX;
    if (large)
        buffer_append_char(repair->out, '"');
    buffer_append(repair->out, repair->text + start, length);
    if (large)
        buffer_append_char(repair->out, '"');
}

static bool skip_comment(struct repair *repair)
{
    const char *here = repair->text + repair->at, *end;
    size_t left = repair->size - repair->at;
    if (left < 2 || here[0] != '/' || (here[1] != '/' && here[1] != '*'))
        return false;
    end = here[1] == '/' ? memchr(here, '\n', left) : memmem(here + 2, left - 2, "*/", 2);
    repair->at = end ? (size_t)(end - repair->text) + (here[1] == '/' ? 1 : 2) : repair->size;
    return true;
}

static void drop_trailing_comma(struct buffer *out)
{
    size_t size = out->size;
    while (size > 0 && is_blank(out->bytes[size - 1]))
        size--;
    if (size > 0 && out->bytes[size - 1] == ',')
        out->size = size - 1;
}

static void copy_mark(struct repair *repair)
{
    char byte = repair->text[repair->at++];
    bool opens = byte == '{' || byte == '[', closes = byte == '}' || byte == ']';
    if (closes)
        drop_trailing_comma(repair->out);
    if (closes && repair->depth > 0)
        repair->depth--;
    if (opens && repair->depth < DEPTH_MAX)
        repair->closers[repair->depth++] = byte == '{' ? '}' : ']';
    buffer_append_char(repair->out, byte);
}

/* A document cut after a name or a colon gets the value it lacks. */
static void close_document(struct repair *repair)
{
    drop_trailing_comma(repair->out);
    size_t size = repair->out->size;
    if (size > 0 && repair->out->bytes[size - 1] == ':')
        buffer_append_text(repair->out, "null");
    while (repair->depth > 0)
        buffer_append_char(repair->out, repair->closers[--repair->depth]);
}

void json_repair(struct buffer *buffer, const char *text, size_t size)
{
    struct repair repair = {.out = buffer, .text = text, .size = size};
    while (repair.at < size && !buffer->failed) {
        char byte = text[repair.at];
        if (byte == '"')
            copy_string(&repair);
        else if ((byte >= '0' && byte <= '9') || byte == '-')
            copy_number(&repair);
        else if (byte == '/' && skip_comment(&repair))
            continue;
        else
            copy_mark(&repair);
        if (repair.depth == 0 && buffer->size && strchr("}]", buffer->bytes[buffer->size - 1]))
            return; /* what follows the document is not read */
    }
    close_document(&repair);
}
