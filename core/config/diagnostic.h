/* Diagnostics: every problem found in a configuration, each at its place. Gathered in order and printed as
 * `FILE:LINE:COLUMN: error: TEXT`, the offending line and a mark under it, by diagnostics_print. One owner, one
 * thread. */
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
void diagnostics_add(struct diagnostics *diagnostics, enum diagnostic_level level, struct source_place place,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
size_t diagnostics_count(const struct diagnostics *diagnostics, enum diagnostic_level level);
/* One per line with the source line beneath; colour where asked. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *out, bool colour);
/* "nearest" for did-you-mean: the one of `names` (ended by NULL) closest to `name`, or NULL where none is close. */
const char *diagnostics_nearest(const char *name, const char *const *names);

#endif
