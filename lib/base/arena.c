#include "lib/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGNMENT = 16, ARENA_BLOCK_SIZE = 16 * 1024, ARENA_BLOCK_SIZE_MAX = 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
};

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t limit;
    size_t used;
    size_t latest; /* bytes of the latest allocation, at the end of the newest block */
    size_t next_size;
    bool failed;
};

struct arena *arena_create(size_t limit)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->limit = limit;
    arena->next_size = ARENA_BLOCK_SIZE;
    return arena;
}

struct arena *arena_create_small(size_t limit, size_t block)
{
    struct arena *arena = arena_create(limit);
    if (arena)
        arena->next_size = block;
    return arena;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block && block->next) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    if (block)
        block->used = 0;
    arena->blocks = block;
    arena->used = arena->latest = 0;
    arena->next_size = ARENA_BLOCK_SIZE;
    arena->failed = false;
}

void arena_destroy(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena->blocks);
    free(arena);
}

static struct arena_block *arena_grow(struct arena *arena, size_t size)
{
    size_t block_size = arena->next_size > size ? arena->next_size : size;
    struct arena_block *block = malloc(sizeof *block + block_size);
    if (!block)
        return NULL;
    block->size = block_size;
    block->used = 0;
    block->next = arena->blocks;
    arena->blocks = block;
    if (arena->next_size < ARENA_BLOCK_SIZE_MAX)
        arena->next_size *= 2;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (arena->failed || size > SIZE_MAX / 2)
        goto failed;
    size_t rounded = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if (arena->limit && (rounded > arena->limit || arena->used > arena->limit - rounded))
        goto failed;
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < rounded)
        block = arena_grow(arena, rounded);
    if (!block)
        goto failed;
    void *memory = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    arena->latest = rounded;
    return memory;
failed:
    arena->failed = true;
    return NULL;
}

void arena_trim(struct arena *arena, void *memory, size_t size)
{
    struct arena_block *block = arena->blocks;
    size_t rounded = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if (!block || !memory || rounded >= arena->latest || memory != block->bytes + (block->used - arena->latest))
        return;
    block->used -= arena->latest - rounded;
    arena->used -= arena->latest - rounded;
    arena->latest = rounded;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena->failed = true;
        return NULL;
    }
    void *memory = arena_alloc(arena, total);
    return memory ? memset(memory, 0, total) : NULL;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

bool arena_failed(const struct arena *arena)
{
    return arena->failed;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
