/* Lexicon problems: what is wrong in lexicon sources, each at its place and with the other place that it has to do
 * with.
 *
 * They are gathered, not returned one by one, so that an editor sees them all. Texts are copied; past
 * LEXICON_PROBLEMS_MAX only their number is told. One owner, one thread. */
#ifndef LIB_CODER_LEXICON_PROBLEM_H
#define LIB_CODER_LEXICON_PROBLEM_H

#include "lib/base/arena.h"
#include "lib/base/buffer.h"

#include <stdarg.h>
#include <stdint.h>

enum { LEXICON_PROBLEMS_MAX = 500 };

enum lexicon_problem_level { LEXICON_ERROR, LEXICON_WARNING };

struct lexicon_place {
    const char *file;      /* NULL where there is none */
    uint32_t line, column; /* from 1; the column in characters */
};

struct lexicon_problem {
    enum lexicon_problem_level level;
    struct lexicon_place place, other;
    const char *text;
};

struct lexicon_problems {
    struct lexicon_problem *rows;
    size_t count, capacity;
    size_t errors, warnings; /* also those that are not kept */
};

/* `text` is copied into the arena; files' names are lent. False only when memory is out. */
bool lexicon_problems_add(struct lexicon_problems *problems, struct arena *arena, enum lexicon_problem_level level,
                          struct lexicon_place place, struct lexicon_place other, const char *format,
                          va_list arguments);
void lexicon_problems_free(struct lexicon_problems *problems);
/* By place. "file:line:column: error: text; see file:line:column" a line. */
void lexicon_problems_print(struct lexicon_problems *problems, struct buffer *out);
/* The first error by place; NULL where there is none. */
const struct lexicon_problem *lexicon_problems_first(struct lexicon_problems *problems);
/* One, without the line feed. */
void lexicon_problem_print(const struct lexicon_problem *problem, struct buffer *out);

#endif
