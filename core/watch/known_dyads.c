#include "core/watch/known_dyads.h"

#include "core/desk/features.h"
#include "core/watch/rule_codes.h"
#include "lib/base/arena.h"
#include "lib/record/vocabulary.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 64, FIELD_MAX = 200 };

enum column { COLUMN_LEFT, COLUMN_RIGHT, COLUMN_TYPE, COLUMN_FIRST, COLUMN_LAST, COLUMN_OTHER, COLUMN_KINDS = COLUMN_OTHER };

struct known_dyads {
    struct arena *arena;
    struct known_dyad *rows;
    size_t count, capacity;
};

struct reader {
    const char *at, *end, *line;
    int number;
    struct known_dyads *dyads;
    struct known_dyads_error *error;
    enum column columns[COLUMNS_MAX];
    size_t column_count;
};

static bool fail(struct reader *reader, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(struct reader *reader, const char *at, const char *format, ...)
{
    va_list arguments;
    reader->error->line = reader->number;
    reader->error->column = (int)(at - reader->line) + 1;
    va_start(arguments, format);
    vsnprintf(reader->error->text, sizeof reader->error->text, format, arguments);
    va_end(arguments);
    return false;
}

/* RFC 4180, and spaces around a field. False at the line's end. */
static bool next_field(struct reader *reader, char field[FIELD_MAX], const char **start)
{
    const char *at = reader->at;
    size_t size = 0;
    if (at > reader->end || (at == reader->end && at == reader->line) || (at < reader->end && *at == '\n'))
        return false;
    while (at < reader->end && (*at == ' ' || *at == '\t'))
        at++;
    *start = at;
    bool is_quoted = at < reader->end && *at == '"';
    at += is_quoted;
    for (; at < reader->end; at++) {
        if (is_quoted && *at == '"') {
            if (at + 1 >= reader->end || at[1] != '"')
                break;
            at++;
        } else if (!is_quoted && (*at == ',' || *at == '\n'))
            break;
        if (*at == '\n')
            break;
        if (size < FIELD_MAX - 1)
            field[size++] = *at;
    }
    while (at < reader->end && *at != ',' && *at != '\n')
        at++;
    while (!is_quoted && size > 0 && strchr(" \t\r", field[size - 1]))
        size--;
    field[size] = '\0';
    reader->at = at < reader->end && *at == ',' ? at + 1 : at == reader->end ? at + 1 : at;
    return true;
}

static void next_line(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\n')
        reader->at++;
    if (reader->at < reader->end)
        reader->at++;
    reader->line = reader->at;
    reader->number++;
}

static bool read_header(struct reader *reader)
{
    static const struct {
        const char *word;
        enum column column;
    } words[] = {{"a", COLUMN_LEFT},    {"left", COLUMN_LEFT},  {"b", COLUMN_RIGHT},   {"right", COLUMN_RIGHT},
                 {"type", COLUMN_TYPE}, {"first", COLUMN_FIRST}, {"last", COLUMN_LAST}};
    char field[FIELD_MAX];
    const char *start;
    bool has[COLUMN_KINDS + 1] = {false};
    while (next_field(reader, field, &start)) {
        enum column column = COLUMN_OTHER;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strcasecmp(words[i].word, field) == 0)
                column = words[i].column;
        if (reader->column_count == COLUMNS_MAX)
            return fail(reader, start, "more than %d columns", COLUMNS_MAX);
        if (column != COLUMN_OTHER && has[column])
            return fail(reader, start, "the column %s stands twice", field);
        has[column] = true;
        reader->columns[reader->column_count++] = column;
    }
    return (has[COLUMN_LEFT] && has[COLUMN_RIGHT]) ||
           fail(reader, reader->line, "the first line names the columns: a,b and, where known, type,first,last");
}

static bool read_party(struct reader *reader, const char *field, const char *start, const char **id)
{
    const char *state = rule_code_state_by_number(field);
    if (!state && !rule_code_is_actor(field))
        return fail(reader, start, "'%s' is no party: a state is its ISO 3166-1 alpha-3 code, others are ORG:, COM:, …", field);
    *id = arena_copy(reader->dyads->arena, state ? state : field, strlen(state ? state : field));
    return *id != NULL || fail(reader, start, "no memory for the pairs");
}

static bool read_type(struct reader *reader, const char *field, const char *start, const char **type)
{
    const char *const *words = vocabulary_words(VOCABULARY_TYPE);
    *type = "";
    for (; *field && *words; words++)
        if (strcmp(*words, field) == 0)
            *type = *words;
    return !*field || **type || fail(reader, start, "'%s' is no type of the codebook", field);
}

static bool read_day(struct reader *reader, const char *field, const char *start, bool is_last, int64_t *day)
{
    int32_t low, high;
    if (!*field)
        return true;
    if (!feature_date_span(field, &low, &high))
        return fail(reader, start, "'%s' is no date: write YYYY, YYYY-MM or YYYY-MM-DD", field);
    *day = is_last ? high : low;
    return true;
}

static bool read_cell(struct reader *reader, enum column column, const char *field, const char *start,
                      struct known_dyad *row)
{
    switch (column) {
    case COLUMN_LEFT:
        return read_party(reader, field, start, &row->left);
    case COLUMN_RIGHT:
        return read_party(reader, field, start, &row->right);
    case COLUMN_TYPE:
        return read_type(reader, field, start, &row->type);
    case COLUMN_FIRST:
        return read_day(reader, field, start, false, &row->first);
    case COLUMN_LAST:
        return read_day(reader, field, start, true, &row->last);
    default:
        return true;
    }
}

static bool add(struct reader *reader, const struct known_dyad *row)
{
    struct known_dyads *dyads = reader->dyads;
    if (dyads->count == dyads->capacity) {
        size_t capacity = dyads->capacity ? 2 * dyads->capacity : 256;
        struct known_dyad *rows = reallocarray(dyads->rows, capacity, sizeof *rows);
        if (!rows)
            return fail(reader, reader->line, "no memory for the pairs");
        dyads->rows = rows;
        dyads->capacity = capacity;
    }
    dyads->rows[dyads->count++] = *row;
    return true;
}

static bool read_row(struct reader *reader)
{
    char field[FIELD_MAX];
    const char *start;
    size_t column = 0;
    struct known_dyad row = {.type = "", .first = INT64_MIN, .last = INT64_MIN};
    for (; next_field(reader, field, &start); column++) {
        if (column >= reader->column_count)
            return fail(reader, start, "the line has more fields than the first one");
        if (!read_cell(reader, reader->columns[column], field, start, &row))
            return false;
    }
    if (!row.left || !row.right)
        return fail(reader, reader->line, "the line has fewer fields than the first one");
    if (strcmp(row.left, row.right) == 0)
        return fail(reader, reader->line, "a pair is of two: %s stands on both sides", row.left);
    if (row.first != INT64_MIN && row.last != INT64_MIN && row.first > row.last)
        return fail(reader, reader->line, "the first day is later than the last");
    return add(reader, &row);
}

static bool read_all(struct reader *reader)
{
    if (!read_header(reader))
        return false;
    for (next_line(reader); reader->at < reader->end; next_line(reader)) {
        bool is_empty = *reader->at == '\n' || (*reader->at == '\r' && reader->at + 1 < reader->end && reader->at[1] == '\n');
        if (!is_empty && *reader->at != '#' && !read_row(reader))
            return false;
    }
    return true;
}

struct known_dyads *known_dyads_read(const char *text, size_t size, struct known_dyads_error *error)
{
    *error = (struct known_dyads_error){.line = 0};
    struct known_dyads *dyads = calloc(1, sizeof *dyads);
    struct reader *reader = calloc(1, sizeof *reader);
    bool ok = dyads && reader && (dyads->arena = arena_create(0));
    if (!ok)
        snprintf(error->text, sizeof error->text, "no memory for the pairs");
    if (ok) {
        size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        *reader = (struct reader){
            .at = text + mark, .end = text + size, .line = text + mark, .number = 1, .dyads = dyads, .error = error};
        ok = read_all(reader);
    }
    free(reader);
    if (ok)
        return dyads;
    known_dyads_destroy(dyads);
    return NULL;
}

void known_dyads_destroy(struct known_dyads *dyads)
{
    if (!dyads)
        return;
    free(dyads->rows);
    arena_destroy(dyads->arena);
    free(dyads);
}

size_t known_dyads_count(const struct known_dyads *dyads)
{
    return dyads->count;
}

const struct known_dyad *known_dyads_at(const struct known_dyads *dyads, size_t index)
{
    return &dyads->rows[index];
}
