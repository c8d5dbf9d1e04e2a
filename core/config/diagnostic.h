/* Diagnostics: every problem found in a configuration, each at its place. Gathered in any order and printed by place as
 *
 *     FILE:LINE:COLUMN: error: TEXT
 *        12 | the offending line
 *           |     ^~~~~
 *           = write: the line as it should read
 *
 * Everything given is copied, the texts of the files too, so a set of diagnostics outlives what it is about. One owner,
 * one thread. */
#ifndef CORE_CONFIG_DIAGNOSTIC_H
#define CORE_CONFIG_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum diagnostic_level { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING };

struct source_place {
    const char *file; /* lent by the configuration, NULL where none applies */
    int line;         /* from 1; 0 where the whole file is meant */
    int column;       /* from 1, in characters; 0 where the whole line is meant */
    int length;       /* characters to mark; 0 or 1 for a point */
};

struct diagnostics;

struct diagnostics *diagnostics_create(void);
void diagnostics_destroy(struct diagnostics *diagnostics);
/* The text of `file`, so that its lines can be shown. Files are printed in the order in which they are made known. */
void diagnostics_add_source(struct diagnostics *diagnostics, const char *file, const char *bytes, size_t size);
void diagnostics_add(struct diagnostics *diagnostics, enum diagnostic_level level, struct source_place place,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
/* How the place of the diagnostic added last should read; several lines are apart by '\n'. */
void diagnostics_suggest(struct diagnostics *diagnostics, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The line of the diagnostic added last is not to be shown: it may hold a secret. */
void diagnostics_hide_line(struct diagnostics *diagnostics);
/* A set that ran out of memory counts one error more, so that nobody takes it for clean. */
size_t diagnostics_count(const struct diagnostics *diagnostics, enum diagnostic_level level);
/* The first error by place, without its line: its text, lent, and its place. NULL where there is none. */
const char *diagnostics_first_error(const struct diagnostics *diagnostics, struct source_place *place);
/* Colour where asked. Past 200 diagnostics only their number is told. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *out, bool colour);

#endif
