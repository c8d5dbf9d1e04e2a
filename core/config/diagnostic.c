#include "core/config/diagnostic.h"

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    PRINTED_MAX = 200,
    KEPT_MAX = 10000,
    LINE_WIDTH = 110, /* characters of an offending line that are shown */
};

struct source {
    const char *file;
    const char *bytes;
    size_t size;
};

struct diagnostic {
    enum diagnostic_level level;
    struct source_place place;
    size_t source;   /* index, or SIZE_MAX where the text is not known */
    size_t sequence; /* in which it was added */
    const char *text;
    const char *suggestion; /* NULL for none */
    bool hides_line;
};

struct diagnostics {
    struct arena *arena;
    struct source *sources;
    size_t source_count, source_capacity;
    struct diagnostic *items;
    size_t count, capacity;
    size_t level_counts[2];
    size_t dropped; /* past KEPT_MAX */
    bool failed;
};

struct diagnostics *diagnostics_create(void)
{
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (!diagnostics)
        return NULL;
    diagnostics->arena = arena_create(0);
    if (!diagnostics->arena) {
        free(diagnostics);
        return NULL;
    }
    return diagnostics;
}

void diagnostics_destroy(struct diagnostics *diagnostics)
{
    if (!diagnostics)
        return;
    arena_destroy(diagnostics->arena);
    free(diagnostics->sources);
    free(diagnostics->items);
    free(diagnostics);
}

/* Room for one more element of `size` bytes; false when memory is out. */
static bool grow(void *array, size_t size, size_t count, size_t *capacity)
{
    void **elements = array;
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = reallocarray(*elements, wanted, size);
    if (!grown)
        return false;
    *elements = grown;
    *capacity = wanted;
    return true;
}

static size_t find_source(const struct diagnostics *diagnostics, const char *file)
{
    for (size_t i = 0; file && i < diagnostics->source_count; i++) {
        if (!strcmp(diagnostics->sources[i].file, file))
            return i;
    }
    return SIZE_MAX;
}

void diagnostics_add_source(struct diagnostics *diagnostics, const char *file, const char *bytes, size_t size)
{
    if (find_source(diagnostics, file) != SIZE_MAX)
        return;
    struct source source = {.file = arena_copy(diagnostics->arena, file, strlen(file)),
                            .bytes = arena_copy(diagnostics->arena, bytes, size),
                            .size = size};
    if (!source.file || !source.bytes ||
        !grow(&diagnostics->sources, sizeof source, diagnostics->source_count, &diagnostics->source_capacity)) {
        diagnostics->failed = true;
        return;
    }
    diagnostics->sources[diagnostics->source_count++] = source;
}

static const char *format_text(struct diagnostics *diagnostics, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        return NULL;
    const char *copy = arena_copy(diagnostics->arena, text, strlen(text));
    free(text);
    return copy;
}

void diagnostics_add(struct diagnostics *diagnostics, enum diagnostic_level level, struct source_place place,
                     const char *format, ...)
{
    diagnostics->level_counts[level]++;
    if (diagnostics->count == KEPT_MAX) {
        diagnostics->dropped++;
        return;
    }
    struct diagnostic added = {.level = level, .place = place, .sequence = diagnostics->count};
    va_list arguments;
    va_start(arguments, format);
    added.text = format_text(diagnostics, format, arguments);
    va_end(arguments);
    added.source = find_source(diagnostics, place.file);
    if (added.source != SIZE_MAX)
        added.place.file = diagnostics->sources[added.source].file;
    else if (place.file)
        added.place.file = arena_copy(diagnostics->arena, place.file, strlen(place.file));
    if (!added.text || (place.file && !added.place.file) ||
        !grow(&diagnostics->items, sizeof added, diagnostics->count, &diagnostics->capacity)) {
        diagnostics->failed = true;
        return;
    }
    diagnostics->items[diagnostics->count++] = added;
}

void diagnostics_suggest(struct diagnostics *diagnostics, const char *format, ...)
{
    if (diagnostics->count == 0 || diagnostics->dropped > 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(diagnostics, format, arguments);
    va_end(arguments);
    diagnostics->items[diagnostics->count - 1].suggestion = text;
    if (!text)
        diagnostics->failed = true;
}

void diagnostics_hide_line(struct diagnostics *diagnostics)
{
    if (diagnostics->count > 0 && diagnostics->dropped == 0)
        diagnostics->items[diagnostics->count - 1].hides_line = true;
}

size_t diagnostics_count(const struct diagnostics *diagnostics, enum diagnostic_level level)
{
    return diagnostics->level_counts[level] + (diagnostics->failed && level == DIAGNOSTIC_ERROR ? 1 : 0);
}

const char *diagnostics_first_error(const struct diagnostics *diagnostics, struct source_place *place)
{
    const struct diagnostic *first = NULL;
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        if (item->level == DIAGNOSTIC_ERROR &&
            (!first || item->place.line < first->place.line ||
             (item->place.line == first->place.line && item->place.column < first->place.column)))
            first = item;
    }
    if (first)
        *place = first->place;
    return first ? first->text : NULL;
}

/* ------------------------------------------------------------------------------------------------------ printing */

struct style {
    const char *place, *error, *warning, *mark, *suggestion, *end;
};

static const struct style plain_style = {"", "", "", "", "", ""};
static const struct style colour_style = {"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;32m", "\033[36m", "\033[0m"};

/* Line `number` of the source, without its end. */
static bool find_line(const struct source *source, int number, const char **line, size_t *size)
{
    const char *at = source->bytes, *end = source->bytes + source->size;
    for (int current = 1; at < end; current++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        if (current == number) {
            *line = at;
            *size = length > 0 && at[length - 1] == '\r' ? length - 1 : length;
            return true;
        }
        if (!stop)
            return false;
        at = stop + 1;
    }
    return false;
}

static size_t skip_characters(const char *bytes, size_t size, size_t count)
{
    size_t at = 0;
    for (; count > 0 && at < size; count--)
        at += utf8_decode(bytes + at, size - at, &(uint32_t){0}, NULL);
    return at;
}

/* The line, and marks under what is meant; of a long line the part around the place. */
static void append_excerpt(struct buffer *out, const struct diagnostic *item, const struct source *source,
                           const struct style *style)
{
    const char *line;
    size_t size;
    if (!find_line(source, item->place.line, &line, &size))
        return;
    size_t column = item->place.column > 0 ? (size_t)item->place.column - 1 : 0;
    size_t first = column > LINE_WIDTH * 3 / 4 ? column - LINE_WIDTH / 2 : 0;
    size_t from = skip_characters(line, size, first);
    size_t shown = skip_characters(line + from, size - from, LINE_WIDTH);
    buffer_printf(out, "%6d | %s", item->place.line, first > 0 ? "…" : "");
    /* One character a column: an escape would shift the marks. */
    for (size_t at = from; at < from + shown;) {
        uint32_t character;
        size_t length = utf8_decode(line + at, size - at, &character, NULL);
        if (character < 0x20 || (character >= 0x7F && character < 0xA0))
            buffer_append_text(out, character == '\t' ? " " : "\xEF\xBF\xBD");
        else
            utf8_append_printable(out, line + at, length);
        at += length;
    }
    buffer_printf(out, "%s\n", from + shown < size ? "…" : "");
    if (item->place.column == 0)
        return;
    buffer_printf(out, "       | %*s%s^", (int)(column - first) + (first > 0 ? 1 : 0), "", style->mark);
    size_t end = first + LINE_WIDTH;
    for (size_t i = 1; i < (size_t)(item->place.length > 0 ? item->place.length : 1) && column + i < end; i++)
        buffer_append_char(out, '~');
    buffer_printf(out, "%s\n", style->end);
}

static void append_suggestion(struct buffer *out, const char *suggestion, const struct style *style)
{
    const char *label = "write: ";
    for (const char *line = suggestion; line; label = "       ") {
        size_t length = strcspn(line, "\n");
        buffer_printf(out, "       = %s%s", label, style->suggestion);
        utf8_append_printable(out, line, length);
        buffer_printf(out, "%s\n", style->end);
        line = line[length] == '\n' ? line + length + 1 : NULL;
    }
}

static void append_diagnostic(struct buffer *out, const struct diagnostics *diagnostics, const struct diagnostic *item,
                              const struct style *style)
{
    const struct source_place *place = &item->place;
    buffer_append_text(out, style->place);
    if (place->file) {
        utf8_append_printable(out, place->file, strlen(place->file));
        if (place->line > 0)
            buffer_printf(out, ":%d", place->line);
        if (place->line > 0 && place->column > 0)
            buffer_printf(out, ":%d", place->column);
        buffer_append_text(out, ": ");
    }
    bool error = item->level == DIAGNOSTIC_ERROR;
    buffer_printf(out, "%s%s%s:%s ", style->end, error ? style->error : style->warning, error ? "error" : "warning",
                  style->end);
    utf8_append_printable(out, item->text, strlen(item->text));
    buffer_append_char(out, '\n');
    if (item->source != SIZE_MAX && place->line > 0 && !item->hides_line)
        append_excerpt(out, item, &diagnostics->sources[item->source], style);
    if (item->suggestion)
        append_suggestion(out, item->suggestion, style);
}

/* By file in the order of reading, then by place, then as added; those without a file come last. */
static int compare_places(const void *a, const void *b)
{
    const struct diagnostic *left = *(const struct diagnostic *const *)a;
    const struct diagnostic *right = *(const struct diagnostic *const *)b;
    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    if (left->place.line != right->place.line)
        return left->place.line < right->place.line ? -1 : 1;
    if (left->place.column != right->place.column)
        return left->place.column < right->place.column ? -1 : 1;
    return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

void diagnostics_print(const struct diagnostics *diagnostics, FILE *out, bool colour)
{
    const struct style *style = colour ? &colour_style : &plain_style;
    const struct diagnostic **sorted = calloc(diagnostics->count + 1, sizeof *sorted);
    if (!sorted) {
        fputs("error: out of memory; problems cannot be shown\n", out);
        return;
    }
    for (size_t i = 0; i < diagnostics->count; i++)
        sorted[i] = &diagnostics->items[i];
    qsort(sorted, diagnostics->count, sizeof *sorted, compare_places);
    size_t printed = diagnostics->count < PRINTED_MAX ? diagnostics->count : PRINTED_MAX;
    struct buffer text = BUFFER_INIT;
    for (size_t i = 0; i < printed; i++)
        append_diagnostic(&text, diagnostics, sorted[i], style);
    free(sorted);
    size_t more = diagnostics->count - printed + diagnostics->dropped;
    if (more > 0)
        buffer_printf(&text, "… and %zu more\n", more);
    if (diagnostics->failed || text.failed)
        buffer_append_text(&text, "error: out of memory; there are problems that cannot be shown\n");
    if (text.bytes)
        fwrite(text.bytes, 1, text.size, out);
    buffer_free(&text);
}
