#include "core/config/scanner.h"

#include "core/config/ini_text.h"
#include "core/config/scanner_private.h"
#include "lib/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- places and complaints ---- */

struct source_place scanner_place(const struct scanner *scanner, struct span span)
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

struct source_place scanner_line_place(const struct scanner *scanner, int line)
{
    return (struct source_place){.file = scanner->file, .line = line};
}

void scanner_complain(struct scanner *scanner, struct source_place place, const char *format, ...)
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

void scanner_suggest(struct scanner *scanner)
{
    if (scanner->scratch.size > 0 && !scanner->scratch.failed && !scanner->is_secret)
        diagnostics_suggest(scanner->diagnostics, "%s", scanner->scratch.bytes);
    buffer_clear(&scanner->scratch);
}

void scanner_suggest_entry(struct scanner *scanner, struct span key, struct span value)
{
    if (!ini_can_hold(value.bytes, value.size))
        return;
    ini_append_line(&scanner->scratch, key.bytes, key.size, value.bytes, value.size);
    scanner_suggest(scanner);
}

/* ---- sections ---- */

static void refuse_section(struct scanner *scanner)
{
    scanner->section = NULL;
    scanner->in_refused_section = true;
}

static void open_section(struct scanner *scanner, const char *title, struct source_place place)
{
    const struct source_place *first = scanner_note_name(scanner, title, place);
    if (first) {
        scanner_complain(scanner, place, "[%s] is there already, at line %d; the two would be mixed", title,
                         first->line);
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
    const char *close = span_find(line, ']');
    struct span name =
        span_strip((struct span){line.bytes + 1, (size_t)((close ? close : line.bytes + line.size) - line.bytes) - 1});
    bool has_end = close == line.bytes + line.size - 1;
    if (name.size == 0) {
        scanner_complain(scanner, scanner_place(scanner, line), "a section needs a name: %s",
                         "what follows would go to the section before");
        diagnostics_suggest(scanner->diagnostics, "[source.name]");
        refuse_section(scanner);
        return;
    }
    enum name_fault fault = scan_judge_name(name);
    char *title = fault == NAME_GOOD ? arena_copy(scanner->arena, name.bytes, name.size)
                                     : scanner_correct_name(scanner, name, '-');
    if (!title)
        return;
    if (!close) {
        scanner_complain(scanner, scanner_place(scanner, line), "the section's name lacks its closing bracket");
    } else if (!has_end) {
        struct span rest = {close + 1, (size_t)(line.bytes + line.size - close) - 1};
        scanner_complain(scanner, scanner_place(scanner, span_strip(rest)),
                         "text after a section's closing bracket; %s", "a comment needs a line of its own");
    }
    if (fault != NAME_GOOD)
        scanner_complain_of_name(scanner, fault, "section name", name);
    if (*title == '\0' || fault == NAME_LONG) {
        refuse_section(scanner);
        return;
    }
    if (!has_end || fault != NAME_GOOD)
        diagnostics_suggest(scanner->diagnostics, "[%s]", title);
    const char *dot = strchr(title, '.');
    if (dot && (dot == title || dot[1] == '\0')) {
        scanner_complain(scanner, scanner_place(scanner, name), "'%s' lacks a %s: sections are [KIND.NAME]", title,
                         dot == title ? "kind" : "name");
        refuse_section(scanner);
        return;
    }
    open_section(scanner, title, scanner_place(scanner, name));
}

/* ---- values ---- */

/* Whether a # or ; at `mark` looks like the beginning of a comment, rather than a part of an address. */
static bool looks_like_comment(struct span value, const char *mark)
{
    return mark == value.bytes || ini_is_space(mark[-1]);
}

static struct span read_cut_value(struct scanner *scanner, struct span key, struct span value, const char *mark)
{
    struct span kept = span_strip((struct span){value.bytes, (size_t)(mark - value.bytes)});
    scanner_complain(scanner, scanner_place(scanner, (struct span){mark, (size_t)(value.bytes + value.size - mark)}),
                     "the value of '%.*s' would be cut here, at '%c'; %s", (int)key.size, key.bytes, *mark,
                     "quote it, or give the comment a line of its own");
    bool comment = looks_like_comment(value, mark);
    if (comment) {
        buffer_append(&scanner->scratch, mark, (size_t)(value.bytes + value.size - mark));
        buffer_append_char(&scanner->scratch, '\n');
        ini_append_line(&scanner->scratch, key.bytes, key.size, kept.bytes, kept.size);
        scanner_suggest(scanner);
    } else {
        scanner_suggest_entry(scanner, key, value);
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
    struct span inner = span_after(value, 1);
    const char *close = span_find(inner, quote);
    if (!close) {
        scanner_complain(scanner, scanner_place(scanner, value),
                         "the value of '%.*s' begins with a quote that is not closed", (int)key.size, key.bytes);
        inner = span_strip(inner);
        buffer_printf(&scanner->scratch, "%.*s = %c%.*s%c", (int)key.size, key.bytes, quote, (int)inner.size,
                      inner.bytes, quote);
        scanner_suggest(scanner);
        return inner;
    }
    inner.size = (size_t)(close - inner.bytes);
    struct span rest = span_strip((struct span){close + 1, (size_t)(value.bytes + value.size - close) - 1});
    if (rest.size == 0 || rest.bytes[0] == '#' || rest.bytes[0] == ';')
        return inner;
    const char *meant = read_escaped_quotes(scanner, value);
    struct span whole = meant ? (struct span){meant, strlen(meant)} : value;
    const char *advice = !ini_can_hold(whole.bytes, whole.size)
                             ? "; a value with both kinds of quotes must not begin with one or hold # or ;"
                         : meant ? "; a quote cannot be escaped, use the other kind around the value"
                                 : "";
    scanner_complain(scanner, scanner_place(scanner, rest), "text after the closing quote of '%.*s' would be lost%s",
                     (int)key.size, key.bytes, advice);
    scanner_suggest_entry(scanner, key, whole);
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
    const struct source_place *first = scanner_note_name(scanner, joined, key_place);
    if (first) {
        scanner_complain(scanner, key_place, "'%s' is set already in [%s], at line %d; the last would win in silence",
                         key, scanner->section->title, first->line);
        return;
    }
    entry->key = key;
    entry->value = arena_copy(scanner->arena, value.bytes, value.size);
    entry->key_place = key_place;
    /* A value that was put together anew (escaped quotes) is not in the line. */
    bool in_line = value.bytes >= scanner->text.bytes && value.bytes <= scanner->text.bytes + scanner->text.size;
    entry->value_place = in_line ? scanner_place(scanner, value) : key_place;
    if (scanner->section->last_entry)
        scanner->section->last_entry->next = entry;
    else
        scanner->section->entries = entry;
    scanner->section->last_entry = entry;
    scanner->scan->entry_count++;
}

/* ---- entries ---- */

static void complain_of_no_entry(struct scanner *scanner, struct span line)
{
    scanner_complain(scanner, scanner_place(scanner, line), "neither a [section], a key = value, nor a # comment");
    size_t word = 0;
    while (word < line.size && scan_is_name_byte(line.bytes[word]))
        word++;
    struct span rest = span_strip(span_after(line, word));
    if (rest.size > 1 && rest.bytes[0] == ':')
        rest = span_strip(span_after(rest, 1));
    if (word > 0 && (word == line.size || rest.bytes > line.bytes + word) && rest.size > 0)
        scanner_suggest_entry(scanner, (struct span){line.bytes, word}, rest);
    else
        diagnostics_suggest(scanner->diagnostics, "# %.*s", (int)line.size, line.bytes);
}

static void read_entry(struct scanner *scanner, struct span line)
{
    const char *equals = span_find(line, '=');
    if (!equals) {
        complain_of_no_entry(scanner, line);
        return;
    }
    struct span key = span_strip((struct span){line.bytes, (size_t)(equals - line.bytes)});
    struct span value = span_strip(span_after(line, (size_t)(equals - line.bytes) + 1));
    if (key.size == 0) {
        scanner_complain(scanner, scanner_place(scanner, line), "a key is missing before '='");
        return;
    }
    struct source_place key_place = scanner_place(scanner, key);
    enum name_fault fault = scan_judge_name(key);
    if (fault != NAME_GOOD) {
        scanner_complain_of_name(scanner, fault, "key", key);
        char *correct = scanner_correct_name(scanner, key, '_');
        if (!correct || *correct == '\0' || fault == NAME_LONG)
            return;
        key = (struct span){correct, strlen(correct)};
        scanner_suggest_entry(scanner, key, value);
    }
    struct span meant = read_value(scanner, key, value);
    if (!scanner->section) {
        if (scanner->in_refused_section)
            return;
        scanner_complain(scanner, key_place, "'%.*s' stands before any section and would be lost", (int)key.size,
                         key.bytes);
        buffer_append_text(&scanner->scratch, "[entente]\n");
        scanner_suggest_entry(scanner, key, meant);
        return;
    }
    char *name = arena_copy(scanner->arena, key.bytes, key.size);
    if (name)
        add_entry(scanner, name, meant, key_place);
}

void scanner_read_line(struct scanner *scanner)
{
    struct span line = span_strip((struct span){scanner->text.bytes, scanner->text.size});
    if (line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
        return;
    if (line.bytes[0] == '[')
        read_section(scanner, line);
    else
        read_entry(scanner, line);
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
    scanner_read_lines(&scanner, rest);
    bool done = !arena_failed(arena) && !scanner.text.failed && !scanner.failed;
    buffer_free(&scanner.text);
    buffer_free(&scanner.scratch);
    free(scanner.seen);
    return done;
}
