/* CSV reader: the fields of a file that a user keeps (rates, known dyads), line by line, with the place of the first mistake.
 *
 * Fields are those of RFC 4180, with spaces around them left out; a quoted one ends with its line at the latest. A byte
 * order mark is passed over. The text is lent and need not be NUL-terminated. One thread. */
#ifndef CORE_WATCH_CSV_READER_H
#define CORE_WATCH_CSV_READER_H

#include <stdbool.h>
#include <stddef.h>

enum { CSV_FIELD_MAX = 200 /* bytes of a field with its NUL; the rest is cut off */ };

struct csv_error {
    int line, column; /* from 1; 0 for the whole */
    char text[300];
};

struct csv_reader {
    const char *at, *end;
    const char *line;       /* its beginning */
    const char *separators; /* each of these bytes is one */
    int number;             /* of the line */
    struct csv_error *error;
    char field[CSV_FIELD_MAX]; /* the last that was read */
    const char *start;         /* of it in the text, or where the line ended before it */
};

struct csv_reader csv_reader_on(const char *text, size_t size, const char *separators, struct csv_error *error);
/* The next field of the line, empty ones too; false at the line's end. */
bool csv_reader_next(struct csv_reader *reader);
/* Goes to the next line that is not empty; false at the text's end. */
bool csv_reader_next_line(struct csv_reader *reader);
/* Fills the error with the place of the field that was read last, or is missing; false. */
bool csv_reader_fail(struct csv_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with the place where the line begins. */
bool csv_reader_fail_line(struct csv_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
