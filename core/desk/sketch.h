/* Sketch: a text by the least hashes of its runs of words (MinHash with one permutation), small enough to keep with each
 * report, by which copies of one wire text are told: whole, cut short, or in part rewritten.
 *
 * The share of runs that two texts have in common is estimated from the hashes that both keep, and from it how much of the
 * shorter text stands in the longer. Which pairs are worth a look is found by hashes that they share (sketch_link).
 * Pure, any thread; the result does not depend on the order of texts. */
#ifndef CORE_DESK_SKETCH_H
#define CORE_DESK_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SKETCH_HASHES = 96,
    SKETCH_BYTES_MAX = 4 * (SKETCH_HASHES + 1) /* as stored */
};

struct sketch {
    uint32_t runs; /* distinct runs of words in the text; 0 for no text */
    uint32_t count;
    uint32_t hashes[SKETCH_HASHES]; /* the least, ascending */
};

/* False when memory is out. */
bool sketch_fill(struct sketch *sketch, const char *text, size_t size);

/* Is one text for the most part a copy of the other? */
bool sketch_is_copy(const struct sketch *a, const struct sketch *b);

/* Calls `link` for pairs of sketches of which one is a copy of the other; pairs that `linked` says are joined already are
 * passed over. Sketches may be NULL. False when memory is out. */
bool sketch_link(const struct sketch *const *sketches, size_t count, bool (*linked)(void *context, size_t a, size_t b),
                 void (*link)(void *context, size_t a, size_t b), void *context);

/* As stored: little-endian. The number of bytes written. */
size_t sketch_store(const struct sketch *sketch, unsigned char bytes[SKETCH_BYTES_MAX]);
/* An empty one from bytes that are none. */
void sketch_load(struct sketch *sketch, const void *bytes, size_t size);

#endif
