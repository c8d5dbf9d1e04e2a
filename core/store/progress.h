/* Progress in the store: how far each processor has come over the items, and what it still owes.
 *
 * A processor ("classifier.coder") has one cursor: it has taken every item up to that sequence. Items that it took and
 * did not finish are `pending`. A pending row past the cursor is an item not yet taken on which a run ended badly; it
 * is to be handed out by itself. Sinks use the same rows, with the delivery's sequence, to count deaths.
 *
 * Writing is for the writer's thread inside its transaction, and for start-up. Tables: cursor(processor, sequence),
 * pending(processor, sequence, due, attempts, first, deaths, alone, text). */
#ifndef CORE_STORE_PROGRESS_H
#define CORE_STORE_PROGRESS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_progress_schema[];

struct pending_row {
    int64_t sequence;
    int64_t due;      /* when to hand it out again; milliseconds since 1970 */
    int64_t attempts; /* that ended with a result other than OK */
    int64_t first;    /* time of the first attempt */
    int64_t deaths;   /* attempts that took the instance or the daemon along */
    bool alone;       /* not in one batch with others */
    const char *text; /* of the last attempt; "" for none */
};

/* *found is false, *sequence 0 where the processor is new. */
bool store_cursor(struct store *store, const char *processor, int64_t *sequence, bool *found, struct error *error);
/* The processor is as new. No error where it is not there. */
bool store_cursor_delete(struct store *store, const char *processor, struct error *error);
bool store_cursor_put(struct store *store, const char *processor, int64_t sequence, struct error *error);

bool store_pending_put(struct store *store, const char *processor, const struct pending_row *row, struct error *error);
bool store_pending_delete(struct store *store, const char *processor, int64_t sequence, struct error *error);
/* Counts a death, in parts (core/bus/attempt.h), against the record, making the row where there is none. In a batch it is not
 * known whose death it was: with 0 only `alone` is set. */
bool store_pending_death(struct store *store, const char *processor, int64_t sequence, int deaths, int64_t now,
                         struct error *error);

/* Return false to stop early; that is no error. */
typedef bool store_pending_callback(void *context, const char *processor, const struct pending_row *row);
/* By processor and sequence; `processor` NULL for all. */
bool store_pending_each(struct store *store, const char *processor, store_pending_callback *callback, void *context,
                        struct error *error);
/* The greatest sequence up to which the processor has finished every item: the lesser of its cursor and what comes
 * before its first pending item. */
bool store_progress(struct store *store, const char *processor, int64_t *finished, struct error *error);

#endif
