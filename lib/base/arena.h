/* Arena: memory for things that live and die together.
 *
 * One owner, one thread. Everything allocated is freed at once by arena_reset or arena_destroy; nothing is
 * freed singly. A limit bounds what foreign input can make us take: past it, or when malloc fails, the
 * arena returns NULL for this and every later allocation until it is reset, so a parser may check
 * arena_failed() once at its end wherever a NULL on the way does no harm. */
#ifndef LIB_BASE_ARENA_H
#define LIB_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* `limit` in bytes, 0 for none. NULL when memory is out. */
struct arena *arena_create(size_t limit);
/* One that begins with `block` bytes instead of 16 KiB, for what is kept ten thousand times. */
struct arena *arena_create_small(size_t limit, size_t block);
void arena_destroy(struct arena *arena);

/* Frees all but the first block, which is kept for reuse, and clears the failed mark. */
void arena_reset(struct arena *arena);

/* 16-byte aligned, not zeroed. `size` 0 gives a valid pointer. NULL once failed. */
void *arena_alloc(struct arena *arena, size_t size);
/* Gives back all but the first `size` bytes of the latest allocation; does nothing for an earlier one. For arrays that are
 * made as long as they could get. */
void arena_trim(struct arena *arena, void *memory, size_t size);
/* Zeroed array; NULL also when count * size overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy of `size` bytes. */
char *arena_copy(struct arena *arena, const char *bytes, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool arena_failed(const struct arena *arena);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
