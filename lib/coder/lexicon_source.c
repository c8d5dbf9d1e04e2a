#include "lib/coder/lexicon_source.h"

#include "lib/base/digest.h"
#include "lib/base/utf8.h"
#include "lib/coder/lexicon.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 64 * 1024 * 1024, CONTENT_MAX = 512 * 1024 * 1024 };

static void trim(const char **start, const char **end)
{
    while (*start < *end && (**start == ' ' || **start == '\t'))
        ++*start;
    while (*end > *start && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r'))
        --*end;
}

bool lexicon_source_begin(struct lexicon_source *source)
{
    *source = (struct lexicon_source){.arena = arena_create(0), .content = {.limit = CONTENT_MAX}};
    return source->arena != NULL;
}

void lexicon_source_end(struct lexicon_source *source)
{
    arena_destroy(source->arena);
    free(source->entries);
    lexicon_problems_free(&source->problems);
    buffer_free(&source->content);
    *source = (struct lexicon_source){0};
}

void lexicon_source_stamp(const struct lexicon_source *source, char hex[33])
{
    char version[16];
    snprintf(version, sizeof version, "%d", LEXICON_IMAGE_VERSION);
    struct digest_part parts[2] = {{version, strlen(version)},
                                   {source->content.bytes ? source->content.bytes : "", source->content.size}};
    digest_hex(hex, parts, 2);
}

/* ---- places ---- */
struct lexicon_place lexicon_source_place(const struct lexicon_source *source, const struct source_entry *entry,
                                          uint32_t at)
{
    uint32_t column = 1;
    for (uint32_t i = entry->at; i < at && i < source->content.size; i++)
        column += ((unsigned char)source->content.bytes[i] & 0xC0) != 0x80;
    return (struct lexicon_place){entry->file, entry->line, column};
}

uint32_t lexicon_source_form_at(const struct source_entry *entry, const char *form)
{
    return entry->forms_at + (uint32_t)(form - entry->forms);
}

void lexicon_source_problem(struct lexicon_source *source, enum lexicon_problem_level level,
                            const struct source_entry *entry, uint32_t at, const struct source_entry *other,
                            uint32_t other_at, const char *format, ...)
{
    va_list arguments;
    if (entry->layer < source->trusted)
        return;
    va_start(arguments, format);
    struct lexicon_place none = {NULL, 0, 0};
    if (!lexicon_problems_add(&source->problems, source->arena, level, lexicon_source_place(source, entry, at),
                              other ? lexicon_source_place(source, other, other_at) : none, format, arguments))
        source->failed = true;
    va_end(arguments);
}

bool lexicon_source_next_form(const char **cursor, const char **form, size_t *size)
{
    while (**cursor) {
        const char *start = *cursor, *end = start + strcspn(start, ";");
        *cursor = end + (*end == ';');
        trim(&start, &end);
        if (start < end) {
            *form = start;
            *size = (size_t)(end - start);
            return true;
        }
    }
    return false;
}

/* ---- reading ---- */

/* A line while it is read. */
struct line {
    struct lexicon_source *source;
    struct source_entry entry;
    const char *start; /* where its text is; its byte in the content is entry.at */
};

static uint32_t at_of(const struct line *line, const char *p)
{
    return line->entry.at + (uint32_t)(p - line->start);
}

static void complain(struct line *line, const char *p, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void complain(struct line *line, const char *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct lexicon_source *source = line->source;
    if (!lexicon_problems_add(&source->problems, source->arena, LEXICON_ERROR,
                              lexicon_source_place(source, &line->entry, at_of(line, p)),
                              (struct lexicon_place){NULL, 0, 0}, format, arguments))
        source->failed = true;
    va_end(arguments);
}

static bool find_class(const char *name, size_t size, enum lexicon_class *class)
{
    for (int i = 0; i < LEXICON_CLASS_COUNT; i++) {
        const char *text = lexicon_class_name((enum lexicon_class)i);
        if (strlen(text) == size && !memcmp(text, name, size)) {
            *class = (enum lexicon_class)i;
            return true;
        }
    }
    return false;
}

static bool read_pairs(struct line *line, const char *start, const char *end)
{
    struct source_entry *entry = &line->entry;
    struct arena *arena = line->source->arena;
    size_t count = 0;
    for (const char *p = start; p < end; p++)
        count += *p == '=';
    entry->pairs = arena_calloc(arena, count + 1, sizeof *entry->pairs);
    if (!entry->pairs)
        return false;
    while (start < end) {
        trim(&start, &end);
        const char *stop = start;
        while (stop < end && *stop != ' ' && *stop != '\t')
            stop++;
        if (stop == start)
            break;
        const char *equals = memchr(start, '=', (size_t)(stop - start));
        if (!equals || equals == start || equals + 1 == stop) {
            complain(line, start, "`%.*s` is not key=value", (int)(stop - start), start);
            return true;
        }
        struct source_pair *pair = &entry->pairs[entry->pair_count++];
        pair->key = arena_copy(arena, start, (size_t)(equals - start));
        pair->value = arena_copy(arena, equals + 1, (size_t)(stop - equals - 1));
        pair->at = at_of(line, start);
        if (!pair->key || !pair->value)
            return false;
        for (uint32_t i = 0; i + 1 < entry->pair_count; i++)
            if (!strcmp(entry->pairs[i].key, pair->key))
                complain(line, start, "key `%s` stands twice", pair->key);
        if (!strcmp(pair->key, "ambiguous"))
            entry->ambiguous = true;
        start = stop;
    }
    return true;
}

static bool keep_entry(struct lexicon_source *source, const struct source_entry *entry)
{
    if (source->count == source->capacity) {
        size_t capacity = source->capacity ? source->capacity * 2 : 1024;
        struct source_entry *entries = realloc(source->entries, capacity * sizeof *entries);
        if (!entries)
            return false;
        source->entries = entries;
        source->capacity = capacity;
    }
    source->entries[source->count++] = *entry;
    return true;
}

static const char *word_end(const char *start, const char *end)
{
    while (start < end && *start != ' ' && *start != '\t')
        start++;
    return start;
}

/* `[remove] CLASS ID`. False where it cannot be read. */
static bool read_head(struct line *line, const char *start, const char *end)
{
    struct source_entry *entry = &line->entry;
    const char *stop = word_end(start, end);
    if (stop - start == 6 && !memcmp(start, "remove", 6)) {
        entry->removes = true;
        start = stop;
        trim(&start, &end);
        stop = word_end(start, end);
    }
    if (!find_class(start, (size_t)(stop - start), &entry->class)) {
        complain(line, start, "no class is called `%.*s`", (int)(stop - start), start);
        return false;
    }
    const char *id = stop;
    trim(&id, &end);
    if (id == end && !entry->removes) {
        complain(line, start, "the id is missing");
        return false;
    }
    if (entry->removes && !entry->layer) {
        complain(line, line->start, "nothing is beneath: `remove` is for a folder that is laid over another");
        return false;
    }
    entry->id = arena_copy(line->source->arena, id, (size_t)(end - id));
    entry->id_at = at_of(line, id);
    return true;
}

/* False only when memory is out. */
static bool read_line(struct line *line, const char *start, const char *end)
{
    struct source_entry *entry = &line->entry;
    trim(&start, &end);
    if (start == end || *start == '#')
        return true;
    size_t size = (size_t)(end - start);
    if (!utf8_is_valid(start, size) || memchr(start, 0, size)) {
        complain(line, start, "the line is not UTF-8 text");
        return true;
    }
    const char *bar = memchr(start, '|', size);
    if (!bar) {
        complain(line, start, "no `|` after class and id: an entry is `CLASS ID | form; form | key=value`");
        return true;
    }
    const char *head_end = bar;
    trim(&start, &head_end);
    if (!read_head(line, start, head_end))
        return true;
    const char *forms = bar + 1, *second = memchr(forms, '|', (size_t)(end - forms)),
               *forms_end = second ? second : end;
    trim(&forms, &forms_end);
    entry->forms = arena_copy(line->source->arena, forms, (size_t)(forms_end - forms));
    entry->forms_at = at_of(line, forms);
    if (!entry->id || !entry->forms || !read_pairs(line, second ? second + 1 : end, end))
        return false;
    if (second && memchr(second + 1, '|', (size_t)(end - second - 1)))
        complain(line, second, "a third `|`: an entry is `CLASS ID | form; form | key=value`");
    bool needs_form = entry->removes ? !*entry->id : entry->class != LEXICON_FRAME;
    if (forms == forms_end && needs_form) {
        complain(line, bar, "`%s` has no form", entry->removes ? "remove" : entry->id);
        return true;
    }
    return keep_entry(line->source, entry);
}

bool lexicon_source_read_text(struct lexicon_source *source, const char *file, const char *text, size_t size)
{
    const char *name = arena_copy(source->arena, file, strlen(file)), *end = text + size;
    size_t before = source->content.size;
    buffer_append(&source->content, text, size);
    uint32_t number = 1;
    for (const char *start = text; name && !source->content.failed && start < end; number++) {
        const char *stop = memchr(start, '\n', (size_t)(end - start));
        if (!stop)
            stop = end;
        struct line line = {.source = source,
                            .start = start,
                            .entry = {.file = name,
                                      .line = number,
                                      .layer = source->layer,
                                      .at = (uint32_t)(before + (size_t)(start - text))}};
        if (!read_line(&line, start, stop))
            return false;
        start = stop + 1;
    }
    return name && !source->content.failed && !source->failed;
}

static bool read_file(struct lexicon_source *source, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, errno, "lexicon %s: cannot open", path);
    struct buffer bytes = BUFFER_INIT;
    bytes.limit = FILE_SIZE_MAX;
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&bytes, block, got);
    bool read = !ferror(file);
    int read_errno = errno;
    fclose(file);
    bool good = true;
    if (!read)
        good = error_set_errno(error, read_errno, "lexicon %s: cannot read", path);
    else if (bytes.failed)
        good = error_set(error, ERROR_LIMIT, "lexicon %s: greater than %d MiB, or memory is out", path,
                         FILE_SIZE_MAX >> 20);
    else if (!lexicon_source_read_text(source, path, bytes.bytes ? bytes.bytes : "", bytes.size))
        good = error_set(error, ERROR_MEMORY, "lexicon %s: out of memory", path);
    buffer_free(&bytes);
    return good;
}

static int is_text_file(const struct dirent *row)
{
    size_t size = strlen(row->d_name);
    return size > 4 && row->d_name[0] != '.' && !strcmp(row->d_name + size - 4, ".txt");
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool lexicon_source_read_folder(struct lexicon_source *source, const char *folder, struct error *error)
{
    struct dirent **rows = NULL;
    int count = scandir(folder, &rows, is_text_file, by_bytes);
    if (count < 0)
        return error_set_errno(error, errno, "lexicon folder %s: cannot read", folder);
    bool good = count > 0 || error_set(error, ERROR_MISSING, "lexicon folder %s: holds no .txt file", folder);
    for (int i = 0; i < count; i++) {
        char path[4096];
        if (good && snprintf(path, sizeof path, "%s/%s", folder, rows[i]->d_name) >= (int)sizeof path)
            good = error_set(error, ERROR_LIMIT, "lexicon folder %s: path too long", folder);
        good = good && read_file(source, path, error);
        free(rows[i]);
    }
    free(rows);
    source->layer++;
    return good;
}
