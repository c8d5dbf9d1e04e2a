#include "lib/coder/explain_text.h"

#include "lib/base/utf8.h"

#include <inttypes.h>

/* What would turn the line round, hide in it, or be invisible on purpose. */
static bool is_steering(uint32_t character)
{
    return character == 0x061C || (character >= 0x200B && character <= 0x200F) ||
           (character >= 0x202A && character <= 0x202E) || (character >= 0x2060 && character <= 0x206F) ||
           character == 0xFEFF || (character >= 0xFFF9 && character <= 0xFFFB) ||
           (character >= 0xE0000 && character <= 0xE007F);
}

static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 || character == 0x2029;
}

static void append_character(struct buffer *out, uint32_t character)
{
    char encoded[4];
    buffer_append(out, encoded, utf8_encode(character, encoded));
}

void explain_text_plain(struct buffer *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t character;
        i += utf8_decode(bytes + i, size - i, &character, NULL);
        if (is_control(character))
            buffer_append_char(out, ' ');
        else if (!is_steering(character))
            append_character(out, character);
    }
}

void explain_text_html(struct buffer *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t character;
        i += utf8_decode(bytes + i, size - i, &character, NULL);
        switch (character) {
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '>':
            buffer_append_text(out, "&gt;");
            break;
        case '"':
            buffer_append_text(out, "&quot;");
            break;
        case '\'':
            buffer_append_text(out, "&#39;");
            break;
        case '\n':
        case '\t':
            buffer_append_char(out, (char)character);
            break;
        case '\r':
            break;
        default:
            if (is_control(character) || is_steering(character))
                buffer_printf(out, "[U+%04" PRIX32 "]", character);
            else
                append_character(out, character);
        }
    }
}
