#include "lib/coder/lexicon_problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool lexicon_problems_add(struct lexicon_problems *problems, struct arena *arena, enum lexicon_problem_level level,
                          struct lexicon_place place, struct lexicon_place other, const char *format, va_list arguments)
{
    char text[500];
    vsnprintf(text, sizeof text, format, arguments);
    problems->errors += level == LEXICON_ERROR;
    problems->warnings += level == LEXICON_WARNING;
    if (problems->count == LEXICON_PROBLEMS_MAX)
        return true;
    if (problems->count == problems->capacity) {
        size_t capacity = problems->capacity ? problems->capacity * 2 : 16;
        struct lexicon_problem *rows = realloc(problems->rows, capacity * sizeof *rows);
        if (!rows)
            return false;
        problems->rows = rows;
        problems->capacity = capacity;
    }
    const char *copy = arena_copy(arena, text, strlen(text));
    problems->rows[problems->count] = (struct lexicon_problem){level, place, other, copy};
    problems->count += copy != NULL;
    return copy != NULL;
}

void lexicon_problems_free(struct lexicon_problems *problems)
{
    free(problems->rows);
    *problems = (struct lexicon_problems){NULL, 0, 0, 0, 0};
}

static int by_place(const void *left, const void *right)
{
    const struct lexicon_problem *a = left, *b = right;
    int files = strcmp(a->place.file, b->place.file);
    if (files)
        return files;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    return (a->place.column > b->place.column) - (a->place.column < b->place.column);
}

static void sort(struct lexicon_problems *problems)
{
    if (problems->count)
        qsort(problems->rows, problems->count, sizeof *problems->rows, by_place);
}

const struct lexicon_problem *lexicon_problems_first(struct lexicon_problems *problems)
{
    sort(problems);
    for (size_t i = 0; i < problems->count; i++)
        if (problems->rows[i].level == LEXICON_ERROR)
            return &problems->rows[i];
    return NULL;
}

void lexicon_problem_print(const struct lexicon_problem *problem, struct buffer *out)
{
    buffer_printf(out, "%s:%u:%u: %s: %s", problem->place.file, problem->place.line, problem->place.column,
                  problem->level == LEXICON_ERROR ? "error" : "warning", problem->text);
    if (problem->other.file)
        buffer_printf(out, "; see %s:%u:%u", problem->other.file, problem->other.line, problem->other.column);
}

void lexicon_problems_print(struct lexicon_problems *problems, struct buffer *out)
{
    sort(problems);
    for (size_t i = 0; i < problems->count; i++) {
        lexicon_problem_print(&problems->rows[i], out);
        buffer_append_char(out, '\n');
    }
    if (problems->errors + problems->warnings > problems->count)
        buffer_printf(out, "and %zu more\n", problems->errors + problems->warnings - problems->count);
}
