/* Names: texts numbered 0, 1, 2, … in the order in which they were first met, each once. For core/query alone. Owns
 * copies; one thread. */
#ifndef CORE_QUERY_NAMES_H
#define CORE_QUERY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
    char *bytes; /* texts one after another, each with its NUL */
    size_t size, capacity;
    uint32_t *offsets; /* of text number i */
    size_t count, offset_capacity;
    uint32_t *slots; /* number + 1, 0 for free; open addressing */
    size_t slot_count;
};

/* Begins empty where it is all zeroes. */
void names_free(struct names *names);
/* Forgets the texts and keeps the room. */
void names_clear(struct names *names);
/* False when memory is out, or past 4 GiB of text. */
bool names_put(struct names *names, const char *text, uint32_t *number);
/* Lent until the next names_put. */
const char *names_text(const struct names *names, uint32_t number);

#endif
