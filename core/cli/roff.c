#include "core/cli/roff.h"

#include "lib/base/utf8.h"

#include <stdbool.h>
#include <string.h>

void roff_text(struct buffer *buffer, const char *text, size_t size)
{
    bool line_start = true;
    for (size_t at = 0, length; at < size; at += length) {
        uint32_t character;
        length = utf8_decode(text + at, size - at, &character, NULL);
        if (line_start && (character == '.' || character == '\''))
            buffer_append_text(buffer, "\\&");
        if (character == '\\')
            buffer_append_text(buffer, "\\e");
        else if (character == '-')
            buffer_append_text(buffer, "\\-");
        else if (character > 126) /* groff by itself reads Latin-1 */
            buffer_printf(buffer, "\\[u%04X]", (unsigned)character);
        else
            buffer_append_char(buffer, (char)character);
        line_start = character == '\n';
    }
}

void roff_line(struct buffer *buffer, const char *text)
{
    roff_text(buffer, text, strlen(text));
    buffer_append_char(buffer, '\n');
}

/* As roff_text; what stands between backquotes is set in bold. */
static void roff_marked(struct buffer *buffer, const char *text, size_t size)
{
    bool is_bold = false;
    for (size_t at = 0; at < size;) {
        size_t run = 0;
        while (at + run < size && text[at + run] != '`')
            run++;
        roff_text(buffer, text + at, run);
        at += run;
        if (at < size) {
            is_bold = !is_bold;
            buffer_append_text(buffer, is_bold ? "\\fB" : "\\fR");
            at++;
        }
    }
    if (is_bold)
        buffer_append_text(buffer, "\\fR");
}

void roff_paragraphs(struct buffer *buffer, const char *text)
{
    bool verbatim = false;
    for (const char *at = text; *at;) {
        size_t size = strcspn(at, "\n");
        bool indented = size && *at == ' ';
        if (indented != verbatim)
            buffer_append_text(buffer, indented ? ".PP\n.nf\n" : ".fi\n.PP\n");
        verbatim = indented;
        if (size == 0 && !verbatim) {
            buffer_append_text(buffer, ".PP\n");
        } else {
            if (verbatim)
                roff_text(buffer, at, size);
            else
                roff_marked(buffer, at, size);
            buffer_append_char(buffer, '\n');
        }
        at += size + (at[size] == '\n');
    }
    if (verbatim)
        buffer_append_text(buffer, ".fi\n");
}
