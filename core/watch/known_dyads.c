#include "core/watch/known_dyads.h"

#include "core/desk/features.h"
#include "core/watch/csv_reader.h"
#include "core/watch/rule_codes.h"
#include "lib/base/arena.h"
#include "lib/record/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 64 };

enum column { COLUMN_LEFT, COLUMN_RIGHT, COLUMN_TYPE, COLUMN_FIRST, COLUMN_LAST, COLUMN_OTHER, COLUMN_KINDS = COLUMN_OTHER };

struct known_dyads {
    struct arena *arena;
    struct known_dyad *rows;
    size_t count, capacity;
};

struct reader {
    struct csv_reader csv;
    struct known_dyads *dyads;
    enum column columns[COLUMNS_MAX];
    size_t column_count;
};

static bool read_header(struct reader *reader)
{
    static const struct {
        const char *word;
        enum column column;
    } words[] = {{"a", COLUMN_LEFT},    {"left", COLUMN_LEFT},  {"b", COLUMN_RIGHT},   {"right", COLUMN_RIGHT},
                 {"type", COLUMN_TYPE}, {"first", COLUMN_FIRST}, {"last", COLUMN_LAST}};
    struct csv_reader *csv = &reader->csv;
    bool has[COLUMN_KINDS + 1] = {false};
    while (csv_reader_next(csv)) {
        enum column column = COLUMN_OTHER;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strcasecmp(words[i].word, csv->field) == 0)
                column = words[i].column;
        if (reader->column_count == COLUMNS_MAX)
            return csv_reader_fail(csv, "more than %d columns", COLUMNS_MAX);
        if (column != COLUMN_OTHER && has[column])
            return csv_reader_fail(csv, "the column %s stands twice", csv->field);
        has[column] = true;
        reader->columns[reader->column_count++] = column;
    }
    return (has[COLUMN_LEFT] && has[COLUMN_RIGHT]) ||
           csv_reader_fail_line(csv, "the first line names the columns: a,b and, where known, type,first,last");
}

static bool read_party(struct reader *reader, const char **id)
{
    const char *field = reader->csv.field, *state = rule_code_state_by_number(field);
    if (!state && !rule_code_is_actor(field))
        return csv_reader_fail(&reader->csv, "'%s' is no party: a state is its ISO 3166-1 alpha-3 code, others are ORG:, COM:, …",
                               field);
    *id = arena_copy(reader->dyads->arena, state ? state : field, strlen(state ? state : field));
    return *id != NULL || csv_reader_fail(&reader->csv, "no memory for the pairs");
}

static bool read_type(struct csv_reader *csv, const char **type)
{
    const char *const *words = vocabulary_words(VOCABULARY_TYPE);
    *type = "";
    for (; *csv->field && *words; words++)
        if (strcmp(*words, csv->field) == 0)
            *type = *words;
    return !*csv->field || **type || csv_reader_fail(csv, "'%s' is no type of the codebook", csv->field);
}

static bool read_day(struct csv_reader *csv, bool is_last, int64_t *day)
{
    int32_t low, high;
    if (!*csv->field)
        return true;
    if (!feature_date_span(csv->field, &low, &high))
        return csv_reader_fail(csv, "'%s' is no date: write YYYY, YYYY-MM or YYYY-MM-DD", csv->field);
    *day = is_last ? high : low;
    return true;
}

static bool read_cell(struct reader *reader, enum column column, struct known_dyad *row)
{
    switch (column) {
    case COLUMN_LEFT:
        return read_party(reader, &row->left);
    case COLUMN_RIGHT:
        return read_party(reader, &row->right);
    case COLUMN_TYPE:
        return read_type(&reader->csv, &row->type);
    case COLUMN_FIRST:
        return read_day(&reader->csv, false, &row->first);
    case COLUMN_LAST:
        return read_day(&reader->csv, true, &row->last);
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
            return csv_reader_fail_line(&reader->csv, "no memory for the pairs");
        dyads->rows = rows;
        dyads->capacity = capacity;
    }
    dyads->rows[dyads->count++] = *row;
    return true;
}

static bool read_row(struct reader *reader)
{
    struct csv_reader *csv = &reader->csv;
    size_t column = 0;
    struct known_dyad row = {.type = "", .first = INT64_MIN, .last = INT64_MIN};
    for (; csv_reader_next(csv); column++) {
        if (column >= reader->column_count)
            return csv_reader_fail(csv, "the line has more fields than the first one");
        if (!read_cell(reader, reader->columns[column], &row))
            return false;
    }
    if (!row.left || !row.right)
        return csv_reader_fail_line(csv, "the line has fewer fields than the first one");
    if (strcmp(row.left, row.right) == 0)
        return csv_reader_fail_line(csv, "a pair is of two: %s stands on both sides", row.left);
    if (row.first != INT64_MIN && row.last != INT64_MIN && row.first > row.last)
        return csv_reader_fail_line(csv, "the first day is later than the last");
    return add(reader, &row);
}

static bool read_all(struct reader *reader)
{
    if (!read_header(reader))
        return false;
    while (csv_reader_next_line(&reader->csv))
        if (*reader->csv.line != '#' && !read_row(reader))
            return false;
    return true;
}

struct known_dyads *known_dyads_read(const char *text, size_t size, struct csv_error *error)
{
    *error = (struct csv_error){.line = 0};
    struct known_dyads *dyads = calloc(1, sizeof *dyads);
    struct reader *reader = calloc(1, sizeof *reader);
    bool ok = dyads && reader && (dyads->arena = arena_create(0));
    if (!ok)
        snprintf(error->text, sizeof error->text, "no memory for the pairs");
    if (ok) {
        *reader = (struct reader){.csv = csv_reader_on(text, size, ",", error), .dyads = dyads};
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
