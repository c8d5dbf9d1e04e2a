/* Dead letters: records that will not be handed out again unless a person asks, and why.
 *
 * An item, delivery or revision of an event is named by its sequence and stays in its own table; a record that a source emitted and that
 * could not be stored is kept here. Writing is for the writer's thread inside its transaction. Records and texts handed
 * to callbacks are lent. Table: dead_letter(id, instance, kind, sequence, record_id, at, attempts, text, record). */
#ifndef CORE_STORE_DEAD_LETTERS_H
#define CORE_STORE_DEAD_LETTERS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_dead_letters_schema[];

enum dead_letter_kind {
    DEAD_LETTER_ITEM = 1,
    DEAD_LETTER_DELIVERY = 2,
    DEAD_LETTER_OUTPUT = 3,
    DEAD_LETTER_EVENT = 4 /* a revision of an event, handed to a detector */
};

struct dead_letter_row {
    int64_t id;
    const char *instance; /* the one that could not do with it: "classifier.coder" */
    enum dead_letter_kind kind;
    int64_t sequence;      /* of the item, delivery or revision; 0 for a source's output */
    const char *record_id; /* "" where it has none */
    int64_t at;
    int64_t attempts;
    const char *text;
    struct record_view record; /* of an output; bytes NULL otherwise */
};

/* `id` is ignored. A second letter for the same instance, kind and sequence replaces the first. */
bool store_dead_letter_put(struct store *store, const struct dead_letter_row *row, struct error *error);
bool store_dead_letter_delete(struct store *store, int64_t id, struct error *error);
/* The letter of that kind and sequence, where there is one. */
bool store_dead_letter_forget(struct store *store, enum dead_letter_kind kind, int64_t sequence, struct error *error);

/* Return false to stop early; that is no error. */
typedef bool store_dead_letter_callback(void *context, const struct dead_letter_row *row);
/* By id, from the first after `after`, at most `limit` (0: all). */
bool store_dead_letters_each(struct store *store, int64_t after, size_t limit, store_dead_letter_callback *callback,
                             void *context, struct error *error);
bool store_dead_letters_count(struct store *store, int64_t *count, struct error *error);

#endif
