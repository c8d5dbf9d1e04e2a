#include "lib/coder/lexicon_source.h"

#include "lib/base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 64 * 1024 * 1024 };

bool lexicon_source_begin(struct lexicon_source *source)
{
    *source = (struct lexicon_source){.arena = arena_create(0)};
    return source->arena != NULL;
}

void lexicon_source_end(struct lexicon_source *source)
{
    arena_destroy(source->arena);
    free(source->entries);
    buffer_free(&source->problems);
    buffer_free(&source->content);
    *source = (struct lexicon_source){0};
}

void lexicon_source_problem(struct lexicon_source *source, const char *file, uint32_t line, const char *format, ...)
{
    char text[500];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_printf(&source->problems, "%s:%u: %s\n", file, line, text);
    source->problem_count++;
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

static void trim(const char **start, const char **end)
{
    while (*start < *end && (**start == ' ' || **start == '\t'))
        ++*start;
    while (*end > *start && ((*end)[-1] == ' ' || (*end)[-1] == '\t' || (*end)[-1] == '\r'))
        --*end;
}

static bool read_pairs(struct lexicon_source *source, struct source_entry *entry, const char *start, const char *end)
{
    size_t count = 0;
    for (const char *p = start; p < end; p++)
        count += *p == '=';
    entry->pairs = arena_calloc(source->arena, count + 1, sizeof *entry->pairs);
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
        if (!equals || equals == start) {
            lexicon_source_problem(source, entry->file, entry->line, "`%.*s` is not key=value", (int)(stop - start),
                                   start);
            return true;
        }
        struct source_pair *pair = &entry->pairs[entry->pair_count++];
        pair->key = arena_copy(source->arena, start, (size_t)(equals - start));
        pair->value = arena_copy(source->arena, equals + 1, (size_t)(stop - equals - 1));
        if (!pair->key || !pair->value)
            return false;
        for (uint32_t i = 0; i + 1 < entry->pair_count; i++)
            if (!strcmp(entry->pairs[i].key, pair->key))
                lexicon_source_problem(source, entry->file, entry->line, "key `%s` stands twice", pair->key);
        if (!strcmp(pair->key, "ambiguous") && !strcmp(pair->value, "yes"))
            entry->ambiguous = true;
        start = stop;
    }
    return true;
}

/* False only when memory is out. */
static bool read_line(struct lexicon_source *source, const char *file, uint32_t line, const char *start,
                      const char *end)
{
    trim(&start, &end);
    if (start == end || *start == '#')
        return true;
    if (!utf8_is_valid(start, (size_t)(end - start))) {
        lexicon_source_problem(source, file, line, "the line is not UTF-8");
        return true;
    }
    const char *bar = memchr(start, '|', (size_t)(end - start));
    if (!bar) {
        lexicon_source_problem(source, file, line,
                               "no `|` after class and id: an entry is `CLASS ID | form; form | key=value`");
        return true;
    }
    const char *head_end = bar, *name_end = start;
    trim(&start, &head_end);
    while (name_end < head_end && *name_end != ' ' && *name_end != '\t')
        name_end++;
    struct source_entry entry = {.file = file, .line = line};
    if (!find_class(start, (size_t)(name_end - start), &entry.class)) {
        lexicon_source_problem(source, file, line, "no class is called `%.*s`", (int)(name_end - start), start);
        return true;
    }
    const char *id = name_end;
    trim(&id, &head_end);
    if (id == head_end) {
        lexicon_source_problem(source, file, line, "the id is missing");
        return true;
    }
    const char *forms = bar + 1, *second = memchr(forms, '|', (size_t)(end - forms)),
               *forms_end = second ? second : end;
    trim(&forms, &forms_end);
    entry.id = arena_copy(source->arena, id, (size_t)(head_end - id));
    entry.forms = arena_copy(source->arena, forms, (size_t)(forms_end - forms));
    if (!entry.id || !entry.forms || !read_pairs(source, &entry, second ? second + 1 : end, end))
        return false;
    if (forms == forms_end && entry.class != LEXICON_FRAME) {
        lexicon_source_problem(source, file, line, "`%s` has no form", entry.id);
        return true;
    }
    if (source->count == source->capacity) {
        size_t capacity = source->capacity ? source->capacity * 2 : 1024;
        struct source_entry *entries = realloc(source->entries, capacity * sizeof *entries);
        if (!entries)
            return false;
        source->entries = entries;
        source->capacity = capacity;
    }
    source->entries[source->count++] = entry;
    return true;
}

bool lexicon_source_read_text(struct lexicon_source *source, const char *file, const char *text, size_t size)
{
    const char *name = arena_copy(source->arena, file, strlen(file)), *end = text + size;
    buffer_append(&source->content, text, size);
    uint32_t line = 1;
    for (const char *start = text; name && start < end; line++) {
        const char *stop = memchr(start, '\n', (size_t)(end - start));
        if (!stop)
            stop = end;
        if (!read_line(source, name, line, start, stop))
            return false;
        start = stop + 1;
    }
    return name && !source->content.failed && !source->problems.failed;
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
    return good;
}
