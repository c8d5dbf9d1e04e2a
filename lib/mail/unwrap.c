#include "lib/mail/unwrap.h"

#include "lib/text/html.h"

#include <ctype.h>
#include <string.h>

enum { FULL_LINE = 50, WRAP_MAX = 100 }; /* bytes; a longer line was never broken */

struct line {
    const char *bytes;
    size_t size;
};

static struct line next_line(const char *text, size_t size, size_t *at)
{
    const char *start = text + *at, *end = memchr(start, '\n', size - *at);
    struct line line = {start, end ? (size_t)(end - start) : size - *at};
    *at += line.size + (end != NULL);
    if (line.size > 0 && line.bytes[line.size - 1] == '\r')
        line.size--;
    return line;
}

static bool is_blank(struct line line)
{
    for (size_t i = 0; i < line.size; i++)
        if (!isspace((unsigned char)line.bytes[i]))
            return false;
    return true;
}

/* A list's item, a quoted line, an indented one, a rule of dashes. */
static bool begins_anew(struct line line)
{
    if (line.size == 0 || isspace((unsigned char)line.bytes[0]) || strchr("*-+>=_#|", line.bytes[0]))
        return true;
    size_t digits = 0;
    while (digits < line.size && isdigit((unsigned char)line.bytes[digits]))
        digits++;
    return digits > 0 && digits < 3 && digits < line.size && strchr(".)", line.bytes[digits]);
}

static bool continues(struct line line, struct line next, bool is_flowed)
{
    if (is_blank(next))
        return false;
    if (is_flowed)
        return line.size > 0 && line.bytes[line.size - 1] == ' ';
    return line.size >= FULL_LINE && line.size <= WRAP_MAX && !begins_anew(next);
}

void mail_unwrap(struct buffer *buffer, const char *text, size_t size, bool is_flowed)
{
    struct buffer joined = BUFFER_INIT;
    size_t at = 0;
    while (at < size) {
        struct line line = next_line(text, size, &at);
        if (line.size == 3 && memcmp(line.bytes, "-- ", 3) == 0)
            break;
        size_t after = at;
        struct line next = after < size ? next_line(text, size, &after) : (struct line){"", 0};
        buffer_append(&joined, line.bytes, line.size);
        buffer_append_char(&joined, continues(line, next, is_flowed) ? ' ' : '\n');
    }
    html_append_plain(buffer, joined.bytes ? joined.bytes : "", joined.size, 0);
    buffer->failed |= joined.failed;
    buffer_free(&joined);
}
