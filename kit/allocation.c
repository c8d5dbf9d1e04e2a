/* Allocation faults. The library's malloc stands before libc's in every program that links it, as a preloaded one would, and
 * refuses the one allocation that it is told to, but only while a plugin's callback runs on the thread. */
#include "kit/harness_private.h"

#include <errno.h>
#include <stdlib.h>

static _Thread_local int depth; /* of callbacks on this thread */
static unsigned long counted, refused_at; /* refused_at 0: none */
static bool was_refused;

void allocation_enter(void)
{
    depth++;
}

void allocation_leave(void)
{
    depth--;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)

/* A sanitizer's own malloc is the one that counts. */
static bool can_refuse(void)
{
    return false;
}

#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static bool is_refused(void)
{
    if (depth <= 0 || refused_at == 0 || ++counted != refused_at)
        return false;
    was_refused = true;
    errno = ENOMEM;
    return true;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *block, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(block, size);
}

/* Another malloc may stand before ours: then nothing is refused. */
static bool can_refuse(void)
{
    counted = 0;
    refused_at = 1;
    was_refused = false;
    depth++;
    void *volatile block = malloc(1);
    depth--;
    refused_at = 0;
    free(block);
    return was_refused;
}

#endif

long ent_harness_each_allocation(size_t (*scenario)(void *context), void *context, unsigned long *runs)
{
    size_t problems = 0;
    unsigned long number = 0;
    if (!can_refuse())
        return -1;
    do {
        counted = 0;
        was_refused = false;
        refused_at = ++number;
        problems += scenario(context);
        refused_at = 0;
    } while (was_refused);
    if (runs)
        *runs = number;
    return (long)problems;
}
