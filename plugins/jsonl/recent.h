/* Recent ids: the last few thousand delivery ids written, and how many lines of each, to tell what is repeated. Two tables of fixed size: when the
 * younger is full it becomes the older, and the older is forgotten. So at least RECENT_MIN ids are always known.
 * One owner, one thread, no allocation. */
#ifndef PLUGINS_JSONL_RECENT_H
#define PLUGINS_JSONL_RECENT_H

#include <stdbool.h>
#include <stddef.h>

enum { RECENT_ID_SIZE = 32, RECENT_MIN = 4096, RECENT_SLOTS = 2 * RECENT_MIN };

struct recent_table {
    char ids[RECENT_SLOTS][RECENT_ID_SIZE]; /* first byte 0: free */
    size_t lines[RECENT_SLOTS];
    size_t count;
};

struct recent {
    struct recent_table tables[2];
    int younger;
};

/* `id` has RECENT_ID_SIZE bytes. */
size_t recent_lines(const struct recent *recent, const char *id);
/* One line more of it. */
void recent_add(struct recent *recent, const char *id);

#endif
