/* From bytes to logical lines: what no text file holds, lines that are too long, and those that a backslash joins. */
#include "core/config/scanner_private.h"
#include "lib/base/utf8.h"

#include <ctype.h>

/* Bytes that a text file does not hold. False where the line is not worth reading on. */
static bool check_bytes(struct scanner *scanner, struct span line, int number)
{
    for (size_t at = 0; at < line.size;) {
        uint32_t character;
        bool valid;
        size_t length = utf8_decode(line.bytes + at, line.size - at, &character, &valid);
        if (!valid || (character < 0x20 && character != '\t') || character == 0x7F) {
            struct source_place place = {scanner->file, number, 1 + (int)utf8_length(line.bytes, at), 1};
            if (!valid)
                scanner_complain(scanner, place, "byte 0x%02X is not UTF-8; save the file as UTF-8",
                                 (unsigned)(unsigned char)line.bytes[at]);
            else
                scanner_complain(scanner, place, "control character 0x%02X%s", (unsigned)character,
                                 character == 0 ? ", which would make the whole file unreadable"
                                                : " does not belong here");
            for (size_t i = 0; i < line.size; i++) {
                if (!iscntrl((unsigned char)line.bytes[i]))
                    buffer_append_char(&scanner->scratch, line.bytes[i]);
            }
            if (valid)
                scanner_suggest(scanner);
            buffer_clear(&scanner->scratch);
            return character != 0;
        }
        at += length;
    }
    return true;
}

/* By its key, since a scanner knows no types: a secret that is written out in spite of `env:` and `file:` would
 * otherwise be shown, and logged, with what is wrong about its line. */
static bool holds_secret(struct span line)
{
    static const char *const words[] = {"secret", "password", "passwd", "token", "authorization", "api_key", "header"};
    const char *equals = span_find(line, '=');
    char key[SCAN_NAME_MAX + 1];
    size_t size = equals ? (size_t)(equals - line.bytes) : 0;
    if (size >= sizeof key)
        return false;
    for (size_t i = 0; i < size; i++)
        key[i] = (char)tolower((unsigned char)line.bytes[i]);
    key[size] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(key, words[i]))
            return true;
    }
    return false;
}

/* A line that is too long makes iniparser refuse the whole file. Only a value can be split. */
static void complain_of_length(struct scanner *scanner, int number, size_t size)
{
    scanner_complain(scanner, scanner_line_place(scanner, number),
                     "this line has %zu bytes; one of more than %d makes the whole file unreadable", size,
                     (int)INI_LINE_MAX);
    if (scanner->is_secret)
        return;
    struct span line = span_strip((struct span){scanner->text.bytes, scanner->text.size});
    const char *equals = span_find(line, '=');
    if (line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';' || !equals) {
        diagnostics_suggest(scanner->diagnostics, "%.*s…\n(the rest on lines of their own)",
                            (int)utf8_cut(line.bytes, line.size, 60), line.bytes);
        return;
    }
    struct span key = span_strip((struct span){line.bytes, (size_t)(equals - line.bytes)});
    struct span value = span_strip(span_after(line, (size_t)(equals - line.bytes) + 1));
    size_t half = utf8_cut(value.bytes, value.size, INI_LINE_MAX * 3 / 4);
    while (half > 0 && !ini_is_space(value.bytes[half - 1]))
        half--;
    struct span second = span_strip(span_after(value, half));
    diagnostics_suggest(scanner->diagnostics, "%.*s.1 = %.*s…\n%.*s.2 = %.*s…", (int)key.size, key.bytes,
                        (int)utf8_cut(value.bytes, value.size, 60), value.bytes, (int)key.size, key.bytes,
                        (int)utf8_cut(second.bytes, second.size, 60), second.bytes);
}

/* Whether the line after a trailing backslash goes on with the value, rather than being one of its own ("C:\dir\"). */
static bool continues_value(struct span next)
{
    next = span_strip(next);
    if (next.size == 0 || next.bytes[0] == '[' || next.bytes[0] == '#' || next.bytes[0] == ';')
        return false;
    size_t word = 0;
    while (word < next.size && scan_is_name_byte(next.bytes[word]))
        word++;
    struct span rest = span_strip(span_after(next, word));
    return word == 0 || rest.size == 0 || rest.bytes[0] != '=' || (rest.size > 1 && rest.bytes[1] == '=');
}

static struct span next_line(struct span *rest)
{
    const char *end = span_find(*rest, '\n');
    struct span line = {rest->bytes, end ? (size_t)(end - rest->bytes) : rest->size};
    *rest = end ? span_after(*rest, line.size + 1) : (struct span){rest->bytes + rest->size, 0};
    if (line.size > 0 && line.bytes[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* Cuts the trailing backslash off `line`; false where it has none. */
static bool cut_backslash(struct span *line)
{
    struct span cut = *line;
    while (cut.size > 0 && ini_is_space(cut.bytes[cut.size - 1]))
        cut.size--;
    if (cut.size == 0 || cut.bytes[cut.size - 1] != '\\')
        return false;
    line->size = cut.size - 1;
    return true;
}

static void append_piece(struct scanner *scanner, struct span line, int number)
{
    scanner->pieces[scanner->piece_count++] = (struct piece){scanner->text.size, number, line.bytes};
    buffer_append(&scanner->text, line.bytes, line.size);
}

/* Gathers a logical line from `first`, complains of the join, and says how it should read. */
static void read_joined_lines(struct scanner *scanner, struct span first, struct span *rest, int *number)
{
    int first_number = *number;
    struct span start = span_strip(first);
    struct span whole = {first.bytes, first.size};
    bool comment = start.size > 0 && (start.bytes[0] == '#' || start.bytes[0] == ';');
    struct source_place place = {scanner->file, first_number, 1 + (int)utf8_length(first.bytes, first.size), 1};
    append_piece(scanner, first, first_number);
    struct span peek = *rest;
    bool more = !comment && rest->size > 0 && continues_value(next_line(&peek));
    if (!more) {
        scanner_complain(scanner, place, "a backslash at the end joins the next line to this one");
        const char *equals = span_find(whole, '=');
        if (comment || !equals) {
            diagnostics_suggest(scanner->diagnostics, "%.*s", (int)span_strip(whole).size, span_strip(whole).bytes);
        } else {
            struct span key = span_strip((struct span){whole.bytes, (size_t)(equals - whole.bytes)});
            struct span value = span_strip(span_after(whole, (size_t)(equals - whole.bytes) + 1));
            buffer_printf(&scanner->scratch, "%.*s = \"%.*s\\\"", (int)key.size, key.bytes, (int)value.size,
                          value.bytes);
            scanner_suggest(scanner);
            buffer_append_char(&scanner->text, '\\');
        }
        return;
    }
    while (more && scanner->piece_count < PIECES_MAX) {
        struct span line = next_line(rest);
        (*number)++;
        more = cut_backslash(&line) && rest->size > 0;
        append_piece(scanner, line, *number);
    }
    scanner_complain(scanner, place, "lines are not joined by a backslash at their end; %s",
                     "write one line, or split a long value over key.1, key.2, …");
    if (scanner->text.size <= INI_LINE_MAX) {
        buffer_append(&scanner->scratch, scanner->text.bytes, scanner->text.size);
        scanner_suggest(scanner);
    }
}

/* UTF-16 and byte-order marks, which Windows editors write. False where nothing can be read. */
static bool check_start(struct scanner *scanner, struct span *rest)
{
    struct source_place start = {scanner->file, 1, 1, 1};
    if (rest->size >= 2 && (!memcmp(rest->bytes, "\xFF\xFE", 2) || !memcmp(rest->bytes, "\xFE\xFF", 2))) {
        scanner_complain(scanner, start, "the file is UTF-16; save it as UTF-8 without a byte-order mark");
        return false;
    }
    if (rest->size < 3 || memcmp(rest->bytes, "\xEF\xBB\xBF", 3) != 0)
        return true;
    *rest = span_after(*rest, 3);
    struct span peek = *rest, line = next_line(&peek);
    scanner_complain(scanner, start,
                     "the file begins with a byte-order mark, which makes its first line unreadable; %s",
                     "save it as UTF-8 without one");
    buffer_append(&scanner->scratch, line.bytes, line.size);
    scanner_suggest(scanner);
    return true;
}

static void warn_of_carriage_returns(struct scanner *scanner, struct span rest)
{
    const char *found = span_find(rest, '\r');
    if (!found || found + 1 >= rest.bytes + rest.size || found[1] != '\n')
        return;
    diagnostics_add(scanner->diagnostics, DIAGNOSTIC_WARNING, (struct source_place){.file = scanner->file},
                    "lines end in CR LF, as Windows writes them; that is understood, but `sed -i 's/\\r$//'` makes the "
                    "file plain");
}

static void read_each(struct scanner *scanner, struct span rest)
{
    for (int number = 1; rest.size > 0; number++) {
        struct span line = next_line(&rest);
        buffer_clear(&scanner->text);
        scanner->piece_count = 0;
        /* A position in an empty line needs bytes to point into. */
        buffer_append(&scanner->text, "", 0);
        scanner->is_secret = holds_secret(line);
        if (!check_bytes(scanner, line, number))
            continue;
        size_t longest = line.size;
        int first_number = number;
        struct span first = line;
        if (cut_backslash(&first))
            read_joined_lines(scanner, first, &rest, &number);
        else
            append_piece(scanner, line, number);
        longest = scanner->text.size > longest ? scanner->text.size : longest;
        if (longest > INI_LINE_MAX)
            complain_of_length(scanner, first_number, longest);
        if (scanner->text.bytes)
            scanner_read_line(scanner);
        if (scanner->scan->entry_count >= SCAN_ENTRIES_MAX) {
            scanner_complain(
                scanner, scanner_line_place(scanner, number),
                "more than %d keys in one file; put the rest into another and name it in [entente] include, or "
                "list feeds with [sources.NAME]",
                (int)SCAN_ENTRIES_MAX);
            return;
        }
    }
}

void scanner_read_lines(struct scanner *scanner, struct span rest)
{
    if (!check_start(scanner, &rest))
        return;
    warn_of_carriage_returns(scanner, rest);
    read_each(scanner, rest);
}
