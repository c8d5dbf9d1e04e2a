#include "core/cli/option_document.h"

#include "core/cli/display.h"
#include "core/config/option_value.h"

#include <string.h>

/* "duration, required, at least 1s, at most 30d": what kind of value it takes. */
static void append_facts(struct buffer *buffer, const struct ent_option *row)
{
    const char *type = option_type_word(row->type);
    buffer_append_text(buffer, type ? type : "unknown type");
    if (row->unit)
        buffer_printf(buffer, " in %s", row->unit);
    if (row->flags & ENT_REQUIRED)
        buffer_append_text(buffer, ", required");
    if (row->default_value)
        buffer_printf(buffer, ", default %s", *row->default_value ? row->default_value : "empty");
    if (row->min)
        buffer_printf(buffer, ", at least %s", row->min);
    if (row->max)
        buffer_printf(buffer, ", at most %s", row->max);
    if (row->type == ENT_OPTION_SECRET)
        buffer_append_text(buffer, ", as env:NAME or file:PATH");
    if (row->choices) {
        buffer_append_text(buffer, row->type == ENT_OPTION_LIST  ? ", any of "
                                   : row->type == ENT_OPTION_URL ? ", beginning with "
                                                                 : ", one of ");
        buffer_append_text(buffer, row->choices);
    }
    if (row->flags & ENT_MULTI)
        buffer_printf(buffer, ", may be split over %s.1, %s.2, …", row->name, row->name);
    if (row->since)
        buffer_printf(buffer, ", since version %s", row->since);
}

/* Authors end the help's sentence with a full stop or without; the printers add their own. */
static struct ent_option read_row(const struct option_table *table, size_t index, struct buffer *help)
{
    struct ent_option row = options_row(table, index);
    size_t size = row.help ? strlen(row.help) : 0;
    buffer_append(help, row.help ? row.help : "", size > 0 && row.help[size - 1] == '.' ? size - 1 : size);
    row.help = help->failed ? "" : help->bytes;
    return row;
}

void option_document_text(struct buffer *buffer, const struct option_table *table)
{
    int width = display_text_width();
    struct buffer help = BUFFER_INIT;
    for (size_t i = 0; i < table->count; i++) {
        buffer_clear(&help);
        struct ent_option row = read_row(table, i, &help);
        struct buffer facts = BUFFER_INIT;
        buffer_append_text(&facts, "(");
        append_facts(&facts, &row);
        buffer_append_text(&facts, ")");
        buffer_printf(buffer, "  %s%s%s\n      ", style(STYLE_NAME), row.name, style_end());
        if (*row.help) {
            display_wrap(buffer, row.help, 6, 6, width);
            buffer_append_text(buffer, "      ");
        }
        display_wrap(buffer, facts.failed ? "" : facts.bytes, 6, 6, width);
        buffer_free(&facts);
    }
    buffer_free(&help);
}

/* A comment of several lines: the wrapper's indent makes room for its mark. */
static void append_comment(struct buffer *buffer, const char *text)
{
    struct buffer wrapped = BUFFER_INIT;
    display_wrap(&wrapped, text, 2, 2, 100);
    buffer_append_text(buffer, "\n# ");
    for (const char *at = wrapped.failed ? "" : wrapped.bytes; *at; at++) {
        bool begins_line = at > wrapped.bytes && at[-1] == '\n';
        buffer_append_char(buffer, begins_line && *at == ' ' ? '#' : *at);
    }
    buffer_free(&wrapped);
}

void option_document_ini(struct buffer *buffer, const struct option_table *table, bool advanced)
{
    struct buffer comment = BUFFER_INIT;
    for (size_t i = 0; i < table->count; i++) {
        buffer_clear(&comment);
        struct ent_option row = read_row(table, i, &comment);
        char sample[300];
        if (row.flags & ENT_ADVANCED && !advanced)
            continue;
        options_print_sample(&row, sample, sizeof sample);
        buffer_append_text(&comment, comment.size > 0 ? " (" : "(");
        append_facts(&comment, &row);
        buffer_append_text(&comment, ").");
        append_comment(buffer, comment.failed ? "" : comment.bytes);
        buffer_printf(buffer, "%s%s\n", row.flags & ENT_REQUIRED ? "" : "#", sample);
    }
    buffer_free(&comment);
}

/* ------------------------------------------------------------------------------------------------------------ JSON */

static void put_choices(struct json_writer *writer, const char *choices)
{
    json_key(writer, "enum");
    json_array_open(writer);
    while (*choices) {
        size_t length = strcspn(choices, "|");
        json_put_string(writer, choices, length);
        choices += length + (choices[length] == '|');
    }
    json_array_close(writer);
}

static void put_member(struct json_writer *writer, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(writer, key);
    json_put_text(writer, text);
}

/* Values are written as they stand in the file, that is as strings; x-entente-type says what they mean. */
void option_document_properties(struct json_writer *writer, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct ent_option row = options_row(table, i);
        json_key(writer, row.name);
        json_object_open(writer);
        put_member(writer, "type", "string");
        put_member(writer, "x-entente-type", option_type_word(row.type));
        put_member(writer, "description", row.help);
        put_member(writer, "default", row.default_value);
        put_member(writer, "x-entente-minimum", row.min);
        put_member(writer, "x-entente-maximum", row.max);
        put_member(writer, "x-entente-unit", row.unit);
        put_member(writer, "x-entente-since", row.since);
        if (row.choices && row.type == ENT_OPTION_ENUM)
            put_choices(writer, row.choices);
        else
            put_member(writer, row.type == ENT_OPTION_URL ? "x-entente-schemes" : "x-entente-choices", row.choices);
        json_object_close(writer);
    }
}

void option_document_required(struct json_writer *writer, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct ent_option row = options_row(table, i);
        if (row.flags & ENT_REQUIRED)
            json_put_text(writer, row.name);
    }
}

/* ------------------------------------------------------------------------------------------------- roff and Markdown
 */

void option_document_roff_text(struct buffer *buffer, const char *text)
{
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            buffer_append_text(buffer, "\\&");
        if (*text == '\\')
            buffer_append_text(buffer, "\\e");
        else if (*text == '-')
            buffer_append_text(buffer, "\\-");
        else
            buffer_append_char(buffer, *text);
        line_start = *text == '\n';
    }
}

void option_document_roff(struct buffer *buffer, const struct option_table *table)
{
    struct buffer help = BUFFER_INIT, facts = BUFFER_INIT;
    for (size_t i = 0; i < table->count; i++) {
        buffer_clear(&help);
        buffer_clear(&facts);
        struct ent_option row = read_row(table, i, &help);
        append_facts(&facts, &row);
        buffer_append_text(buffer, ".TP\n\\fB");
        option_document_roff_text(buffer, row.name);
        buffer_append_text(buffer, "\\fR (");
        option_document_roff_text(buffer, facts.failed ? "" : facts.bytes);
        buffer_append_text(buffer, ")\n");
        option_document_roff_text(buffer, row.help);
        buffer_append_text(buffer, ".\n");
    }
    buffer_free(&help);
    buffer_free(&facts);
}

static void markdown_cell(struct buffer *buffer, const char *text)
{
    for (bool code = false; *text; text++) {
        code ^= *text == '`';
        if (*text == '|' || (!code && strchr("<>*_\\", *text)))
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *text);
    }
}

void option_document_markdown(struct buffer *buffer, const struct option_table *table)
{
    struct buffer help = BUFFER_INIT, facts = BUFFER_INIT;
    buffer_append_text(buffer, "| key | what it does | value |\n|-|-|-|\n");
    for (size_t i = 0; i < table->count; i++) {
        buffer_clear(&help);
        buffer_clear(&facts);
        struct ent_option row = read_row(table, i, &help);
        append_facts(&facts, &row);
        buffer_printf(buffer, "| `%s` | ", row.name);
        markdown_cell(buffer, row.help);
        buffer_append_text(buffer, " | ");
        markdown_cell(buffer, facts.failed ? "" : facts.bytes);
        buffer_append_text(buffer, " |\n");
    }
    buffer_free(&help);
    buffer_free(&facts);
}
