/* Buffer: a growing run of bytes that is always NUL-terminated once something was appended.
 *
 * One owner, one thread. Initialise with BUFFER_INIT or zeroes; buffer_free gives the memory back. A failed
 * allocation or a passed limit is remembered in `failed`; later appends do nothing, so that a writer checks
 * once at its end. */
#ifndef LIB_BASE_BUFFER_H
#define LIB_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes;
    size_t size;     /* bytes in use, without the terminating NUL */
    size_t capacity;
    size_t limit;    /* greatest size, 0 for none */
    bool failed;
};

#define BUFFER_INIT {NULL, 0, 0, 0, false}

void buffer_free(struct buffer *buffer);
/* Empties it and keeps the memory; clears `failed`. */
void buffer_clear(struct buffer *buffer);
/* Makes room for `extra` more bytes; false when it cannot. */
bool buffer_reserve(struct buffer *buffer, size_t extra);
void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_char(struct buffer *buffer, char byte);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands the bytes to the caller, who frees them with free(); the buffer is empty afterwards. NULL when failed. */
char *buffer_take(struct buffer *buffer, size_t *size);

#endif
