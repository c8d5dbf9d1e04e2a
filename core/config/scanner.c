#include "core/config/scanner.h"

#include "core/config/ini_text.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a line, and where they begin. */
struct span {
    const char *bytes;
    size_t size;
};

/* Where a physical line's bytes begin within a logical line; trailing backslashes join several. */
struct piece {
    size_t offset; /* in the logical line */
    int line;
    const char *bytes;
};

enum { PIECES_MAX = 256 };

/* Names seen, for duplicates: open addressing over titles, and over "title key". */
struct seen {
    uint64_t hash;
    const char *name;
    struct source_place place;
};

struct scanner {
    const char *file;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct scan *scan;
    struct scan_section *section, *last_section;
    bool in_refused_section; /* its keys have no home; one diagnostic is enough */
    struct seen *seen;
    size_t seen_count, seen_capacity;
    struct buffer text; /* the logical line */
    struct piece pieces[PIECES_MAX];
    size_t piece_count;
    struct buffer scratch; /* for suggestions */
    bool is_secret;        /* the present line's value is not to be shown */
    bool failed;           /* memory is out */
};

static struct span strip(struct span span)
{
    while (span.size > 0 && ini_is_space(span.bytes[0])) {
        span.bytes++;
        span.size--;
    }
    while (span.size > 0 && ini_is_space(span.bytes[span.size - 1]))
        span.size--;
    return span;
}

static struct span after(struct span span, size_t count)
{
    return (struct span){span.bytes + count, span.size - count};
}

static const char *find_byte(struct span span, char byte)
{
    return span.size > 0 ? memchr(span.bytes, byte, span.size) : NULL;
}

/* ------------------------------------------------------------------------------------------- places and complaints */

/* Where `span`, which lies in the logical line, stands in the file. */
static struct source_place place_of(const struct scanner *scanner, struct span span)
{
    size_t offset = (size_t)(span.bytes - scanner->text.bytes);
    const struct piece *piece = &scanner->pieces[0];
    for (size_t i = 1; i < scanner->piece_count && scanner->pieces[i].offset <= offset; i++)
        piece = &scanner->pieces[i];
    return (struct source_place){.file = scanner->file,
                                 .line = piece->line,
                                 .column = 1 + (int)utf8_length(piece->bytes, offset - piece->offset),
                                 .length = (int)utf8_length(span.bytes, span.size)};
}

static struct source_place line_place(const struct scanner *scanner, int line)
{
    return (struct source_place){.file = scanner->file, .line = line};
}

__attribute__((format(printf, 3, 4))) static void complain(struct scanner *scanner, struct source_place place,
                                                           const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text[utf8_cut(text, strlen(text), sizeof text - 1)] = '\0';
    diagnostics_add(scanner->diagnostics, DIAGNOSTIC_ERROR, place, "%s", text);
    if (scanner->is_secret)
        diagnostics_hide_line(scanner->diagnostics);
}

static void suggest_scratch(struct scanner *scanner)
{
    if (scanner->scratch.size > 0 && !scanner->scratch.failed && !scanner->is_secret)
        diagnostics_suggest(scanner->diagnostics, "%s", scanner->scratch.bytes);
    buffer_clear(&scanner->scratch);
}

static void suggest_entry(struct scanner *scanner, struct span key, struct span value)
{
    if (!ini_can_hold(value.bytes, value.size))
        return;
    ini_append_line(&scanner->scratch, key.bytes, key.size, value.bytes, value.size);
    suggest_scratch(scanner);
}

/* ---------------------------------------------------------------------------------------------------------- names */

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

/* The name as it should be: lower case, other bytes replaced, without a filler at its ends. A section's name lacks a
 * dot where another mark stands for it: [source edm]. */
static char *correct_name(struct scanner *scanner, struct span name, char filler)
{
    char *correct = arena_copy(scanner->arena, name.bytes, name.size);
    if (!correct)
        return NULL;
    size_t size = 0;
    bool wants_dot = filler == '-' && !find_byte(name, '.');
    for (size_t i = 0; i < name.size; i++) {
        char byte = (char)tolower((unsigned char)name.bytes[i]);
        if (is_name_byte(byte)) {
            correct[size++] = byte;
        } else if (size > 0 && correct[size - 1] != filler && correct[size - 1] != '.') {
            correct[size++] = byte == ':' || wants_dot ? '.' : filler;
            wants_dot = false;
        }
    }
    while (size > 0 && (correct[size - 1] == filler || correct[size - 1] == '.'))
        size--;
    correct[size] = '\0';
    return correct;
}

enum name_fault { NAME_GOOD, NAME_UPPER, NAME_COLON, NAME_BYTES, NAME_LONG };

static enum name_fault judge_name(struct span name)
{
    if (name.size > SCAN_NAME_MAX)
        return NAME_LONG;
    if (find_byte(name, ':'))
        return NAME_COLON;
    enum name_fault fault = NAME_GOOD;
    for (size_t i = 0; i < name.size; i++) {
        if (name.bytes[i] >= 'A' && name.bytes[i] <= 'Z')
            fault = NAME_UPPER;
        else if (!is_name_byte(name.bytes[i]))
            return NAME_BYTES;
    }
    return fault;
}

static void complain_of_name(struct scanner *scanner, enum name_fault fault, const char *what, struct span name)
{
    struct source_place place = place_of(scanner, name);
    int size = name.size > SCAN_NAME_MAX ? SCAN_NAME_MAX : (int)name.size;
    switch (fault) {
    case NAME_GOOD:
        break;
    case NAME_UPPER:
        complain(scanner, place, "%s '%.*s' has upper-case letters, which are not told apart from lower-case ones",
                 what, size, name.bytes);
        break;
    case NAME_COLON:
        complain(scanner, place, "%s '%.*s' holds a colon, by which it would be lost", what, size, name.bytes);
        break;
    case NAME_BYTES:
        complain(scanner, place, "%s '%.*s' may hold only letters a-z, digits, '_', '-' and '.'", what, size,
                 name.bytes);
        break;
    case NAME_LONG:
        complain(scanner, place, "%s '%.*s…' is longer than %d bytes", what, size, name.bytes, (int)SCAN_NAME_MAX);
        break;
    }
}

/* ----------------------------------------------------------------------------------------------------- duplicates */

static struct seen *find_slot(struct seen *table, size_t capacity, uint64_t hash, const char *name)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (table[at].name && (table[at].hash != hash || strcmp(table[at].name, name) != 0))
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

static bool grow_seen(struct scanner *scanner)
{
    size_t capacity = scanner->seen_capacity ? scanner->seen_capacity * 2 : 256;
    struct seen *table = calloc(capacity, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < scanner->seen_capacity; i++) {
        if (scanner->seen[i].name)
            *find_slot(table, capacity, scanner->seen[i].hash, scanner->seen[i].name) = scanner->seen[i];
    }
    free(scanner->seen);
    scanner->seen = table;
    scanner->seen_capacity = capacity;
    return true;
}

/* The place where `name` was seen first; NULL where this is the first time, which is noted. */
static const struct source_place *note_name(struct scanner *scanner, const char *name, struct source_place place)
{
    if (scanner->seen_count * 2 >= scanner->seen_capacity && !grow_seen(scanner)) {
        scanner->failed = true;
        return NULL;
    }
    uint64_t hash = hash_bytes(name, strlen(name));
    struct seen *slot = find_slot(scanner->seen, scanner->seen_capacity, hash, name);
    if (slot->name)
        return &slot->place;
    *slot = (struct seen){hash, name, place};
    scanner->seen_count++;
    return NULL;
}

/* ------------------------------------------------------------------------------------------------------- sections */

static void refuse_section(struct scanner *scanner)
{
    scanner->section = NULL;
    scanner->in_refused_section = true;
}

static void open_section(struct scanner *scanner, const char *title, struct source_place place)
{
    const struct source_place *first = note_name(scanner, title, place);
    if (first) {
        complain(scanner, place, "[%s] is there already, at line %d; the two would be mixed", title, first->line);
        if (strchr(title, '.'))
            diagnostics_suggest(scanner->diagnostics, "[%s-2]", title);
        refuse_section(scanner);
        return;
    }
    struct scan_section *section = arena_calloc(scanner->arena, 1, sizeof *section);
    if (!section)
        return;
    section->title = title;
    section->place = place;
    if (scanner->last_section)
        scanner->last_section->next = section;
    else
        scanner->scan->sections = section;
    scanner->last_section = section;
    scanner->section = section;
    scanner->scan->section_count++;
    scanner->in_refused_section = false;
}

static void read_section(struct scanner *scanner, struct span line)
{
    const char *close = find_byte(line, ']');
    struct span name =
        strip((struct span){line.bytes + 1, (size_t)((close ? close : line.bytes + line.size) - line.bytes) - 1});
    bool has_end = close == line.bytes + line.size - 1;
    if (name.size == 0) {
        complain(scanner, place_of(scanner, line), "a section needs a name: %s",
                 "what follows would go to the section before");
        diagnostics_suggest(scanner->diagnostics, "[source.name]");
        refuse_section(scanner);
        return;
    }
    enum name_fault fault = judge_name(name);
    char *title =
        fault == NAME_GOOD ? arena_copy(scanner->arena, name.bytes, name.size) : correct_name(scanner, name, '-');
    if (!title)
        return;
    if (!close) {
        complain(scanner, place_of(scanner, line), "the section's name lacks its closing bracket");
    } else if (!has_end) {
        struct span rest = {close + 1, (size_t)(line.bytes + line.size - close) - 1};
        complain(scanner, place_of(scanner, strip(rest)), "text after a section's closing bracket; %s",
                 "a comment needs a line of its own");
    }
    if (fault != NAME_GOOD)
        complain_of_name(scanner, fault, "section name", name);
    if (*title == '\0' || fault == NAME_LONG) {
        refuse_section(scanner);
        return;
    }
    if (!has_end || fault != NAME_GOOD)
        diagnostics_suggest(scanner->diagnostics, "[%s]", title);
    const char *dot = strchr(title, '.');
    if (dot && (dot == title || dot[1] == '\0')) {
        complain(scanner, place_of(scanner, name), "'%s' lacks a %s: sections are [KIND.NAME]", title,
                 dot == title ? "kind" : "name");
        refuse_section(scanner);
        return;
    }
    open_section(scanner, title, place_of(scanner, name));
}

/* --------------------------------------------------------------------------------------------------------- values */

/* Whether a # or ; at `mark` looks like the beginning of a comment, rather than a part of an address. */
static bool looks_like_comment(struct span value, const char *mark)
{
    return mark == value.bytes || ini_is_space(mark[-1]);
}

static struct span read_cut_value(struct scanner *scanner, struct span key, struct span value, const char *mark)
{
    struct span kept = strip((struct span){value.bytes, (size_t)(mark - value.bytes)});
    complain(scanner, place_of(scanner, (struct span){mark, (size_t)(value.bytes + value.size - mark)}),
             "the value of '%.*s' would be cut here, at '%c'; %s", (int)key.size, key.bytes, *mark,
             "quote it, or give the comment a line of its own");
    bool comment = looks_like_comment(value, mark);
    if (comment) {
        buffer_append(&scanner->scratch, mark, (size_t)(value.bytes + value.size - mark));
        buffer_append_char(&scanner->scratch, '\n');
        ini_append_line(&scanner->scratch, key.bytes, key.size, kept.bytes, kept.size);
        suggest_scratch(scanner);
    } else {
        suggest_entry(scanner, key, value);
    }
    return comment ? kept : value;
}

/* "a\"b": what was meant where a quote was escaped as other formats do it. NULL where that is not what happened. */
static const char *read_escaped_quotes(struct scanner *scanner, struct span value)
{
    char quote = value.bytes[0];
    if (value.size < 4 || value.bytes[value.size - 1] != quote)
        return NULL;
    struct buffer meant = BUFFER_INIT;
    bool escaped = false;
    for (size_t i = 1; i + 1 < value.size; i++) {
        bool escape = value.bytes[i] == '\\' && value.bytes[i + 1] == quote && i + 2 < value.size;
        if (value.bytes[i] == quote && value.bytes[i - 1] != '\\') {
            buffer_free(&meant);
            return NULL;
        }
        escaped |= escape;
        if (!escape)
            buffer_append_char(&meant, value.bytes[i]);
    }
    const char *text = escaped && !meant.failed ? arena_copy(scanner->arena, meant.bytes, meant.size) : NULL;
    buffer_free(&meant);
    return text;
}

static struct span read_quoted_value(struct scanner *scanner, struct span key, struct span value)
{
    char quote = value.bytes[0];
    struct span inner = after(value, 1);
    const char *close = find_byte(inner, quote);
    if (!close) {
        complain(scanner, place_of(scanner, value), "the value of '%.*s' begins with a quote that is not closed",
                 (int)key.size, key.bytes);
        inner = strip(inner);
        buffer_printf(&scanner->scratch, "%.*s = %c%.*s%c", (int)key.size, key.bytes, quote, (int)inner.size,
                      inner.bytes, quote);
        suggest_scratch(scanner);
        return inner;
    }
    inner.size = (size_t)(close - inner.bytes);
    struct span rest = strip((struct span){close + 1, (size_t)(value.bytes + value.size - close) - 1});
    if (rest.size == 0 || rest.bytes[0] == '#' || rest.bytes[0] == ';')
        return inner;
    const char *meant = read_escaped_quotes(scanner, value);
    struct span whole = meant ? (struct span){meant, strlen(meant)} : value;
    const char *advice = !ini_can_hold(whole.bytes, whole.size)
                             ? "; a value with both kinds of quotes must not begin with one or hold # or ;"
                         : meant ? "; a quote cannot be escaped, use the other kind around the value"
                                 : "";
    complain(scanner, place_of(scanner, rest), "text after the closing quote of '%.*s' would be lost%s", (int)key.size,
             key.bytes, advice);
    suggest_entry(scanner, key, whole);
    return whole;
}

static struct span read_value(struct scanner *scanner, struct span key, struct span value)
{
    if (value.size == 0)
        return value;
    if (value.bytes[0] == '"' || value.bytes[0] == '\'')
        return read_quoted_value(scanner, key, value);
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] == '#' || value.bytes[i] == ';')
            return read_cut_value(scanner, key, value, value.bytes + i);
    }
    return value;
}

static void add_entry(struct scanner *scanner, const char *key, struct span value, struct source_place key_place)
{
    char *joined = arena_printf(scanner->arena, "%s %s", scanner->section->title, key);
    struct scan_entry *entry = arena_calloc(scanner->arena, 1, sizeof *entry);
    if (!joined || !entry)
        return;
    const struct source_place *first = note_name(scanner, joined, key_place);
    if (first) {
        complain(scanner, key_place, "'%s' is set already in [%s], at line %d; the last would win in silence", key,
                 scanner->section->title, first->line);
        return;
    }
    entry->key = key;
    entry->value = arena_copy(scanner->arena, value.bytes, value.size);
    entry->key_place = key_place;
    /* A value that was put together anew (escaped quotes) is not in the line. */
    bool in_line = value.bytes >= scanner->text.bytes && value.bytes <= scanner->text.bytes + scanner->text.size;
    entry->value_place = in_line ? place_of(scanner, value) : key_place;
    if (scanner->section->last_entry)
        scanner->section->last_entry->next = entry;
    else
        scanner->section->entries = entry;
    scanner->section->last_entry = entry;
    scanner->scan->entry_count++;
}

/* --------------------------------------------------------------------------------------------------------- lines */

static void complain_of_no_entry(struct scanner *scanner, struct span line)
{
    complain(scanner, place_of(scanner, line), "neither a [section], a key = value, nor a # comment");
    size_t word = 0;
    while (word < line.size && is_name_byte(line.bytes[word]))
        word++;
    struct span rest = strip(after(line, word));
    if (rest.size > 1 && rest.bytes[0] == ':')
        rest = strip(after(rest, 1));
    if (word > 0 && (word == line.size || rest.bytes > line.bytes + word) && rest.size > 0)
        suggest_entry(scanner, (struct span){line.bytes, word}, rest);
    else
        diagnostics_suggest(scanner->diagnostics, "# %.*s", (int)line.size, line.bytes);
}

static void read_entry(struct scanner *scanner, struct span line)
{
    const char *equals = find_byte(line, '=');
    if (!equals) {
        complain_of_no_entry(scanner, line);
        return;
    }
    struct span key = strip((struct span){line.bytes, (size_t)(equals - line.bytes)});
    struct span value = strip(after(line, (size_t)(equals - line.bytes) + 1));
    if (key.size == 0) {
        complain(scanner, place_of(scanner, line), "a key is missing before '='");
        return;
    }
    struct source_place key_place = place_of(scanner, key);
    enum name_fault fault = judge_name(key);
    if (fault != NAME_GOOD) {
        complain_of_name(scanner, fault, "key", key);
        char *correct = correct_name(scanner, key, '_');
        if (!correct || *correct == '\0' || fault == NAME_LONG)
            return;
        key = (struct span){correct, strlen(correct)};
        suggest_entry(scanner, key, value);
    }
    struct span meant = read_value(scanner, key, value);
    if (!scanner->section) {
        if (scanner->in_refused_section)
            return;
        complain(scanner, key_place, "'%.*s' stands before any section and would be lost", (int)key.size, key.bytes);
        buffer_append_text(&scanner->scratch, "[entente]\n");
        suggest_entry(scanner, key, meant);
        return;
    }
    char *name = arena_copy(scanner->arena, key.bytes, key.size);
    if (name)
        add_entry(scanner, name, meant, key_place);
}

static void read_line(struct scanner *scanner)
{
    struct span line = strip((struct span){scanner->text.bytes, scanner->text.size});
    if (line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
        return;
    if (line.bytes[0] == '[')
        read_section(scanner, line);
    else
        read_entry(scanner, line);
}

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
                complain(scanner, place, "byte 0x%02X is not UTF-8; save the file as UTF-8",
                         (unsigned)(unsigned char)line.bytes[at]);
            else
                complain(scanner, place, "control character 0x%02X%s", (unsigned)character,
                         character == 0 ? ", which would make the whole file unreadable" : " does not belong here");
            for (size_t i = 0; i < line.size; i++) {
                if (!iscntrl((unsigned char)line.bytes[i]))
                    buffer_append_char(&scanner->scratch, line.bytes[i]);
            }
            if (valid)
                suggest_scratch(scanner);
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
    const char *equals = find_byte(line, '=');
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
    complain(scanner, line_place(scanner, number),
             "this line has %zu bytes; one of more than %d makes the whole file unreadable", size, (int)INI_LINE_MAX);
    if (scanner->is_secret)
        return;
    struct span line = strip((struct span){scanner->text.bytes, scanner->text.size});
    const char *equals = find_byte(line, '=');
    if (line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';' || !equals) {
        diagnostics_suggest(scanner->diagnostics, "%.*s…\n(the rest on lines of their own)",
                            (int)utf8_cut(line.bytes, line.size, 60), line.bytes);
        return;
    }
    struct span key = strip((struct span){line.bytes, (size_t)(equals - line.bytes)});
    struct span value = strip(after(line, (size_t)(equals - line.bytes) + 1));
    size_t half = utf8_cut(value.bytes, value.size, INI_LINE_MAX * 3 / 4);
    while (half > 0 && !ini_is_space(value.bytes[half - 1]))
        half--;
    struct span second = strip(after(value, half));
    diagnostics_suggest(scanner->diagnostics, "%.*s.1 = %.*s…\n%.*s.2 = %.*s…", (int)key.size, key.bytes,
                        (int)utf8_cut(value.bytes, value.size, 60), value.bytes, (int)key.size, key.bytes,
                        (int)utf8_cut(second.bytes, second.size, 60), second.bytes);
}

/* Whether the line after a trailing backslash goes on with the value, rather than being one of its own ("C:\dir\"). */
static bool continues_value(struct span next)
{
    next = strip(next);
    if (next.size == 0 || next.bytes[0] == '[' || next.bytes[0] == '#' || next.bytes[0] == ';')
        return false;
    size_t word = 0;
    while (word < next.size && is_name_byte(next.bytes[word]))
        word++;
    struct span rest = strip(after(next, word));
    return word == 0 || rest.size == 0 || rest.bytes[0] != '=' || (rest.size > 1 && rest.bytes[1] == '=');
}

static struct span next_line(struct span *rest)
{
    const char *end = find_byte(*rest, '\n');
    struct span line = {rest->bytes, end ? (size_t)(end - rest->bytes) : rest->size};
    *rest = end ? after(*rest, line.size + 1) : (struct span){rest->bytes + rest->size, 0};
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
    struct span start = strip(first);
    struct span whole = {first.bytes, first.size};
    bool comment = start.size > 0 && (start.bytes[0] == '#' || start.bytes[0] == ';');
    struct source_place place = {scanner->file, first_number, 1 + (int)utf8_length(first.bytes, first.size), 1};
    append_piece(scanner, first, first_number);
    struct span peek = *rest;
    bool more = !comment && rest->size > 0 && continues_value(next_line(&peek));
    if (!more) {
        complain(scanner, place, "a backslash at the end joins the next line to this one");
        const char *equals = find_byte(whole, '=');
        if (comment || !equals) {
            diagnostics_suggest(scanner->diagnostics, "%.*s", (int)strip(whole).size, strip(whole).bytes);
        } else {
            struct span key = strip((struct span){whole.bytes, (size_t)(equals - whole.bytes)});
            struct span value = strip(after(whole, (size_t)(equals - whole.bytes) + 1));
            buffer_printf(&scanner->scratch, "%.*s = \"%.*s\\\"", (int)key.size, key.bytes, (int)value.size,
                          value.bytes);
            suggest_scratch(scanner);
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
    complain(scanner, place, "lines are not joined by a backslash at their end; %s",
             "write one line, or split a long value over key.1, key.2, …");
    if (scanner->text.size <= INI_LINE_MAX) {
        buffer_append(&scanner->scratch, scanner->text.bytes, scanner->text.size);
        suggest_scratch(scanner);
    }
}

/* UTF-16 and byte-order marks, which Windows editors write. False where nothing can be read. */
static bool check_start(struct scanner *scanner, struct span *rest)
{
    struct source_place start = {scanner->file, 1, 1, 1};
    if (rest->size >= 2 && (!memcmp(rest->bytes, "\xFF\xFE", 2) || !memcmp(rest->bytes, "\xFE\xFF", 2))) {
        complain(scanner, start, "the file is UTF-16; save it as UTF-8 without a byte-order mark");
        return false;
    }
    if (rest->size < 3 || memcmp(rest->bytes, "\xEF\xBB\xBF", 3) != 0)
        return true;
    *rest = after(*rest, 3);
    struct span peek = *rest, line = next_line(&peek);
    complain(scanner, start, "the file begins with a byte-order mark, which makes its first line unreadable; %s",
             "save it as UTF-8 without one");
    buffer_append(&scanner->scratch, line.bytes, line.size);
    suggest_scratch(scanner);
    return true;
}

static void warn_of_carriage_returns(struct scanner *scanner, struct span rest)
{
    const char *found = find_byte(rest, '\r');
    if (!found || found + 1 >= rest.bytes + rest.size || found[1] != '\n')
        return;
    diagnostics_add(scanner->diagnostics, DIAGNOSTIC_WARNING, (struct source_place){.file = scanner->file},
                    "lines end in CR LF, as Windows writes them; that is understood, but `sed -i 's/\\r$//'` makes the "
                    "file plain");
}

static void scan_lines(struct scanner *scanner, struct span rest)
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
            read_line(scanner);
        if (scanner->scan->entry_count >= SCAN_ENTRIES_MAX) {
            complain(scanner, line_place(scanner, number),
                     "more than %d keys in one file; put the rest into another and name it in [entente] include, or "
                     "list feeds with [sources.NAME]",
                     (int)SCAN_ENTRIES_MAX);
            return;
        }
    }
}

bool scan_text(const char *file, const char *bytes, size_t size, struct arena *arena, struct diagnostics *diagnostics,
               struct scan *scan)
{
    *scan = (struct scan){NULL, 0, 0};
    struct scanner scanner = {.file = file,
                              .arena = arena,
                              .diagnostics = diagnostics,
                              .scan = scan,
                              .text = BUFFER_INIT,
                              .scratch = BUFFER_INIT};
    struct span rest = {bytes, size};
    if (check_start(&scanner, &rest)) {
        warn_of_carriage_returns(&scanner, rest);
        scan_lines(&scanner, rest);
    }
    bool done = !arena_failed(arena) && !scanner.text.failed && !scanner.failed;
    buffer_free(&scanner.text);
    buffer_free(&scanner.scratch);
    free(scanner.seen);
    return done;
}
