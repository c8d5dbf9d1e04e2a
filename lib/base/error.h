/* Errors as values.
 *
 * A function that can fail in more than one way takes a `struct error *` and returns false or NULL
 * after filling it. The text says what failed, where, why and what to do; it is ready to be shown to a
 * user as it stands. The struct owns nothing and can live on the stack. */
#ifndef LIB_BASE_ERROR_H
#define LIB_BASE_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_MEMORY,  /* an allocation failed or a memory limit was reached */
    ERROR_SYSTEM,  /* a system call failed; the text holds strerror */
    ERROR_INPUT,   /* bytes from outside are not what they should be */
    ERROR_LIMIT,   /* a documented bound was passed */
    ERROR_CONFIG,  /* the configuration asks for something that cannot be */
    ERROR_STATE,   /* the call does not fit the present state (lock held, newer schema, full disk) */
    ERROR_MISSING, /* the thing named does not exist */
};

struct error {
    enum error_kind kind;
    char text[1000];
};

#define ERROR_INIT {ERROR_NONE, ""}

/* Fills `error` (may be NULL) and returns false, so that a caller can `return error_set(...)`. The text is
 * cut at the array's size, on a UTF-8 boundary. Any thread. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set with ": strerror(errno_value)" appended and kind ERROR_SYSTEM. */
bool error_set_errno(struct error *error, int errno_value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts `format...` and ": " before the present text. */
void error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
