#include "core/export/csv.h"

#include "lib/base/json_writer.h"

#include <inttypes.h>
#include <string.h>

static void append_quoted(struct buffer *out, const char *before, const char *text)
{
    buffer_append_char(out, '"');
    buffer_append_text(out, before);
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buffer_append_char(out, '"');
        buffer_append_char(out, *at);
    }
    buffer_append_char(out, '"');
}

void csv_append(struct buffer *out, const char *text)
{
    size_t size = strlen(text);
    bool spaced = size && (text[0] == ' ' || text[size - 1] == ' ');
    if (spaced || strpbrk(text, ",\"\r\n"))
        append_quoted(out, "", text);
    else
        buffer_append(out, text, size);
}

static void begin_cell(struct csv *csv)
{
    if (csv->is_within)
        buffer_append_char(csv->out, ',');
    csv->is_within = true;
}

void csv_cell(struct csv *csv, const char *text)
{
    begin_cell(csv);
    if (csv->is_guarded && text && text[0] && strchr("=+-@\t\r", text[0]))
        append_quoted(csv->out, "'", text);
    else
        csv_append(csv->out, text ? text : "");
}

void csv_cell_integer(struct csv *csv, int64_t value)
{
    begin_cell(csv);
    buffer_printf(csv->out, "%" PRId64, value);
}

void csv_cell_number(struct csv *csv, double value)
{
    struct json_writer writer;
    begin_cell(csv);
    json_begin(&writer, csv->out);
    json_put_number(&writer, value);
}

void csv_row(struct csv *csv)
{
    buffer_append_text(csv->out, "\r\n");
    csv->is_within = false;
}
