#include "core/cli/display.h"

#include "lib/base/utf8.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { WIDTH_DEFAULT = 80, WIDTH_MIN = 20, TEXT_WIDTH_MIN = 40, TEXT_WIDTH_MAX = 100 };

static struct display current;
static const struct zone *current_zone;

void display_set_zone(const struct zone *zone)
{
    current_zone = zone;
}

const struct zone *display_zone(void)
{
    return current_zone;
}

static int environment_width(void)
{
    const char *columns = getenv("COLUMNS");
    if (!columns)
        return 0;
    char *end;
    long value = strtol(columns, &end, 10);
    return *columns && !*end && value >= WIDTH_MIN && value <= 10000 ? (int)value : 0;
}

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
        return size.ws_col;
    int width = environment_width();
    return width ? width : WIDTH_DEFAULT;
}

static bool colour_wanted(const char *color, int descriptor)
{
    if (strcmp(color, "auto") != 0)
        return strcmp(color, "always") == 0;
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(descriptor) && !(refused && *refused) && terminal && strcmp(terminal, "dumb") != 0;
}

void display_setup(const char *color)
{
    /* The data is UTF-8 whatever the environment says; C.UTF-8 is part of Debian's C library. */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    current.is_terminal = isatty(STDOUT_FILENO);
    current.width = current.is_terminal ? terminal_width() : environment_width();
    current.colour = colour_wanted(color, STDOUT_FILENO);
    current.colour_errors = colour_wanted(color, STDERR_FILENO);
}

const struct display *display(void)
{
    return &current;
}

int display_text_width(void)
{
    int width = current.width ? current.width : WIDTH_DEFAULT;
    return width < TEXT_WIDTH_MIN ? TEXT_WIDTH_MIN : width > TEXT_WIDTH_MAX ? TEXT_WIDTH_MAX : width;
}

const char *style(enum display_style which)
{
    static const char *const sequences[] = {
        [STYLE_PLAIN] = "",        [STYLE_HEADING] = "\033[1m",  [STYLE_NAME] = "\033[36m", [STYLE_FAINT] = "\033[2m",
        [STYLE_GOOD] = "\033[32m", [STYLE_WARNING] = "\033[33m", [STYLE_BAD] = "\033[31m",
    };
    return current.colour ? sequences[which] : "";
}

const char *style_end(void)
{
    return current.colour ? "\033[0m" : "";
}

static size_t character_columns(uint32_t character)
{
    int width = wcwidth((wchar_t)character);
    return width > 0 ? (size_t)width : 0;
}

size_t display_columns(const char *text, size_t size)
{
    size_t columns = 0;
    for (size_t i = 0; i < size;) {
        uint32_t character;
        i += utf8_decode(text + i, size - i, &character, NULL);
        columns += character_columns(character);
    }
    return columns;
}

size_t display_fit(const char *text, size_t size, size_t columns)
{
    size_t used = 0, i = 0;
    while (i < size) {
        uint32_t character;
        size_t length = utf8_decode(text + i, size - i, &character, NULL);
        used += character_columns(character);
        if (used > columns)
            break;
        i += length;
    }
    return i;
}

/* Embeddings, overrides and isolates (UAX 9) and the byte order mark. */
static bool is_direction_mark(uint32_t character)
{
    return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069) ||
           character == 0x200E || character == 0x200F || character == 0x061C || character == 0xFEFF;
}

static bool is_space(uint32_t character)
{
    return character <= 0x20 || (character >= 0x7F && character <= 0xA0) || character == 0x2028 || character == 0x2029;
}

static void clean(struct buffer *buffer, const char *text, size_t size, bool keep_lines)
{
    bool space_due = false, at_start = true;
    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t length = utf8_decode(text + i, size - i, &character, NULL);
        i += length;
        if (is_direction_mark(character))
            continue;
        if (keep_lines && character == '\n') {
            buffer_append_char(buffer, '\n');
            space_due = false;
            at_start = true;
        } else if (is_space(character)) {
            space_due = !at_start;
        } else {
            if (space_due)
                buffer_append_char(buffer, ' ');
            char bytes[4];
            buffer_append(buffer, bytes, utf8_encode(character, bytes));
            space_due = at_start = false;
        }
    }
}

void display_clean(struct buffer *buffer, const char *text, size_t size)
{
    clean(buffer, text, size, false);
}

void display_clean_lines(struct buffer *buffer, const char *text, size_t size)
{
    clean(buffer, text, size, true);
}

static void indent_by(struct buffer *buffer, int columns)
{
    for (int i = 0; i < columns; i++)
        buffer_append_char(buffer, ' ');
}

/* One line of the source text; returns the column where it ended. */
static void wrap_line(struct buffer *buffer, const char *line, size_t size, int column, int indent, int width)
{
    bool line_is_empty = true;
    for (size_t i = 0; i < size;) {
        size_t word = 0;
        while (i + word < size && line[i + word] != ' ')
            word++;
        int columns = (int)display_columns(line + i, word);
        if (!line_is_empty && column + 1 + columns > width) {
            buffer_append_char(buffer, '\n');
            indent_by(buffer, indent);
            column = indent;
            line_is_empty = true;
        }
        if (!line_is_empty && word) {
            buffer_append_char(buffer, ' ');
            column++;
        }
        buffer_append(buffer, line + i, word);
        column += columns;
        line_is_empty = line_is_empty && word == 0;
        i += word;
        while (i < size && line[i] == ' ')
            i++;
    }
    buffer_append_char(buffer, '\n');
}

void display_wrap(struct buffer *buffer, const char *text, int first, int indent, int width)
{
    int column = first;
    for (const char *at = text;;) {
        size_t size = strcspn(at, "\n");
        if (size && *at == ' ') {
            buffer_append(buffer, at, size);
            buffer_append_char(buffer, '\n');
        } else {
            wrap_line(buffer, at, size, column, indent, width);
        }
        at += size;
        if (!*at || !at[1])
            return;
        at++;
        if (*at != '\n' && *at != ' ')
            indent_by(buffer, indent);
        column = indent;
    }
}
