/* Select: the next events of a walk, in order, found in the columns. For core/query alone; one thread. */
#ifndef CORE_QUERY_SELECT_H
#define CORE_QUERY_SELECT_H

#include "core/query/plan.h"

/* An event by what it is sorted by. */
struct select_key {
    int64_t value, sequence;
    bool is_certain; /* it fits without a look at its record */
};

struct select_order {
    enum query_order by;
    bool oldest_first;
};

/* Which events are not to be found any more: one bit for each sequence. */
struct select_seen {
    uint64_t *words;
    size_t size; /* words */
};

struct selection {
    struct select_key *keys; /* of `capacity`, of which the first `count` are the best, best first */
    size_t count, capacity;
    int64_t found; /* all that may fit and come after `after` */
};

/* Does `a` come before `b`? */
bool select_before(struct select_order order, const struct select_key *a, const struct select_key *b);
/* Room for `capacity` keys. False when memory is out. */
bool selection_begin(struct selection *selection, size_t capacity);
void selection_end(struct selection *selection);
/* The first events behind `after` (NULL: from the beginning) that are not in `seen` (may be NULL) and whose sequence is at
 * most `last`. */
bool select_run(struct columns *columns, struct plan *plan, struct select_order order, const struct select_key *after,
                const struct select_seen *seen, int64_t last, struct selection *selection, struct error *error);

/* A key as an opaque text, and back; false where the text is none of this order. */
void select_print(char text[QUERY_POSITION_SIZE], struct select_order order, const struct select_key *key);
bool select_parse(const char *text, struct select_order order, struct select_key *key);

#endif
