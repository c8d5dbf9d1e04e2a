/* Sheet: one thing shown in full to people, as headings and labelled values that wrap within the terminal. Texts are
 * cleaned (display_clean). One owner, one thread; printed at the end. */
#ifndef CORE_CLI_SHEET_H
#define CORE_CLI_SHEET_H

#include "core/cli/display.h"
#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sheet {
    struct buffer text;
    struct buffer cell;
};
#define SHEET_INIT                                                                                                     \
    {                                                                                                                  \
        BUFFER_INIT, BUFFER_INIT                                                                                       \
    }

enum { SHEET_LABEL_COLUMNS = 14, SHEET_TIME_SIZE = 40 };

void sheet_title(struct sheet *sheet, const char *text);
void sheet_heading(struct sheet *sheet, const char *text); /* with an empty line before it */
/* `label` may be "" for a further value of the one above. */
void sheet_row(struct sheet *sheet, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A text by itself, indented. */
void sheet_text(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes it and frees the memory. */
bool sheet_finish(struct sheet *sheet, FILE *out, struct error *error);
/* The same at the end of what went well (`ok`) or not: what failed first is told. */
bool sheet_end(struct sheet *sheet, FILE *out, bool ok, struct error *error);

/* "2006-09-25 12:00" in display_zone, which is UTC unless the configuration has a `timezone`. */
const char *sheet_time(char text[SHEET_TIME_SIZE], int64_t milliseconds);
/* "3 min ago", "in 2 h", "never" for 0. */
const char *sheet_age(char text[SHEET_TIME_SIZE], int64_t milliseconds, int64_t now);
/* "12,345" */
const char *sheet_count(char text[SHEET_TIME_SIZE], int64_t count);

#endif
