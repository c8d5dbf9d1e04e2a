#include "core/watch/csv_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct csv_reader csv_reader_on(const char *text, size_t size, const char *separators, struct csv_error *error)
{
    size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return (struct csv_reader){.at = text + mark,
                               .end = text + size,
                               .line = text + mark,
                               .start = text + mark,
                               .separators = separators,
                               .number = 1,
                               .error = error};
}

static bool is_separator(const struct csv_reader *reader, char c)
{
    return c && strchr(reader->separators, c);
}

bool csv_reader_next(struct csv_reader *reader)
{
    const char *at = reader->at, *end = reader->end;
    size_t size = 0;
    /* Behind the text's last separator stands an empty field: `at` is beyond the end when that has been read, too. */
    reader->start = at < end ? at : end;
    if (at > end || (at == end && at == reader->line) || (at < end && *at == '\n'))
        return false;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    reader->start = at;
    bool is_quoted = at < end && *at == '"';
    at += is_quoted;
    for (; at < end && *at != '\n'; at++) {
        if (is_quoted && *at == '"') {
            if (at + 1 >= end || at[1] != '"')
                break;
            at++;
        } else if (!is_quoted && is_separator(reader, *at)) {
            break;
        }
        if (size < CSV_FIELD_MAX - 1)
            reader->field[size++] = *at;
    }
    while (at < end && *at != '\n' && !is_separator(reader, *at))
        at++;
    while (!is_quoted && size > 0 && strchr(" \t\r", reader->field[size - 1]))
        size--;
    reader->field[size] = '\0';
    reader->at = at == end || *at != '\n' ? at + 1 : at;
    return true;
}

static bool is_empty(const char *line, const char *end)
{
    return *line == '\n' || (*line == '\r' && line + 1 < end && line[1] == '\n');
}

bool csv_reader_next_line(struct csv_reader *reader)
{
    const char *at = reader->at, *end = reader->end;
    do {
        while (at < end && *at != '\n')
            at++;
        if (at >= end) {
            reader->at = reader->line = reader->start = end;
            return false;
        }
        at++;
        reader->number++;
    } while (at < end && is_empty(at, end));
    reader->at = reader->line = reader->start = at;
    return at < end;
}

static bool fail_at(struct csv_reader *reader, const char *at, const char *format, va_list arguments)
{
    reader->error->line = reader->number;
    reader->error->column = (int)(at - reader->line) + 1;
    vsnprintf(reader->error->text, sizeof reader->error->text, format, arguments);
    return false;
}

bool csv_reader_fail(struct csv_reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(reader, reader->start, format, arguments);
    va_end(arguments);
    return false;
}

bool csv_reader_fail_line(struct csv_reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(reader, reader->line, format, arguments);
    va_end(arguments);
    return false;
}
