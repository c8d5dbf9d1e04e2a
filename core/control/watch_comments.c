#include "core/control/watch_comments.h"

#include "core/config/ini_text.h"
#include "lib/base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* iniparser joins the next line to one that ends in a backslash, and refuses a file for a long line. */
static bool can_hold(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (iscntrl((unsigned char)line[i]) && line[i] != '\t')
            return false;
    return size <= INI_LINE_MAX && line[size - 1] != '\\' && utf8_is_valid(line, size);
}

static bool is_own(const char *line, size_t size)
{
    size_t length = strlen(WATCH_COMMENTS_OWN);
    return size >= length && memcmp(line, WATCH_COMMENTS_OWN, length) == 0;
}

/* The key of a line, without its number in a series; "[" of a section. */
static size_t key_size(const char *line, size_t size)
{
    size_t at = 0;
    if (*line == '[')
        return 1;
    while (at < size && line[at] != '=' && line[at] != '.' && !ini_is_space(line[at]))
        at++;
    return at;
}

static bool append_row(struct watch_comments *comments, const char *line, size_t size)
{
    struct watch_comment *grown = realloc(comments->rows, (comments->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    comments->rows = grown;
    grown[comments->count++] = (struct watch_comment){.bytes = line, .size = size};
    return true;
}

bool watch_comments_read(struct watch_comments *comments, const char *text, size_t size)
{
    size_t homeless = 0; /* from here on their key is still to come */
    *comments = (struct watch_comments){NULL, 0};
    for (const char *at = text, *end = text + size, *next; at < end; at = next) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        next = stop ? stop + 1 : end;
        stop = stop ? stop : end;
        while (at < stop && ini_is_space(*at))
            at++;
        while (stop > at && ini_is_space(stop[-1]))
            stop--;
        size_t length = (size_t)(stop - at);
        if (length == 0)
            continue;
        if (*at == '#' || *at == ';') {
            if (can_hold(at, length) && !is_own(at, length) && !append_row(comments, at, length))
                return false;
            continue;
        }
        for (; homeless < comments->count; homeless++) {
            comments->rows[homeless].key = at;
            comments->rows[homeless].key_size = key_size(at, length);
        }
    }
    return true;
}

void watch_comments_free(struct watch_comments *comments)
{
    free(comments->rows);
    *comments = (struct watch_comments){NULL, 0};
}

void watch_comments_put(struct watch_comments *comments, const char *key, struct buffer *text)
{
    size_t size = key ? strcspn(key, ".") : 0;
    for (size_t i = 0; i < comments->count; i++) {
        struct watch_comment *row = &comments->rows[i];
        bool is_of = !key || (row->key && row->key_size == size && memcmp(row->key, key, size) == 0);
        if (row->is_put || !is_of)
            continue;
        buffer_append(text, row->bytes, row->size);
        buffer_append_char(text, '\n');
        row->is_put = true;
    }
}
