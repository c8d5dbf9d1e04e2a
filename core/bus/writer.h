/* Writer: the one thread that writes to the store.
 *
 * Units of work are handed over by writer_submit and wait in a bounded queue. The writer takes what waits, and in one
 * transaction applies each unit, then runs the stages, round after round while they have more to do; after the commit it
 * calls every unit's `done` and destroys the unit. Units are applied in the order in which they were submitted.
 *
 * Failures. Where a unit or stage fails by its own fault, the transaction is undone and begun anew with a savepoint for each.
 * A unit that cannot be applied because of what it holds is then undone alone and given to `apply_failure`, in
 * another savepoint, which notes that it failed. A stage that fails is undone alone, logged and run again with the next
 * transaction, or after a pause. When disk or memory fail, the whole transaction is undone and tried again, with
 * growing pauses, until it works or the writer is stopped: no unit is dropped for want of room.
 *
 * The writer owns the store from writer_start to the end of writer_stop. `ops` are called on its thread. */
#ifndef CORE_BUS_WRITER_H
#define CORE_BUS_WRITER_H

#include "core/bus/unit.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct writer;

enum { WRITER_QUEUE_UNITS = 512, WRITER_QUEUE_BYTES = 64 * 1024 * 1024, WRITER_STAGES_MAX = 8 };

struct writer_stage {
    const char *name;
    bool (*run)(void *context, struct store *store, struct error *error);
    bool (*has_more)(const void *context);                  /* may be NULL */
    void (*set_watermark)(void *context, int64_t sequence); /* may be NULL */
    void *context;
    bool is_aside; /* nothing hangs on when it runs: once a transaction, after the rounds of the others, which do not wait
                      until it has no more to do. Added behind those */
    int64_t (*due)(const void *context); /* when it has work though nothing comes, in milliseconds since 1970; 0: never;
                                            may be NULL */
};

struct writer_ops {
    bool (*apply)(void *context, struct store *store, struct unit *unit, struct error *error);
    bool (*apply_failure)(void *context, struct store *store, struct unit *unit, const struct error *why,
                          struct error *error);
    /* Up to which item the stages may go, as this transaction leaves it. */
    bool (*watermark)(void *context, struct store *store, int64_t *sequence, struct error *error);
    /* After each transaction, when every `done` was called. `wrote_more`: stages or changes wrote something, so there may be
     * deliveries and revisions that no unit tells of. */
    void (*committed)(void *context, bool wrote_more);
    /* The store cannot be written (told at each attempt), or can be again (NULL). */
    void (*trouble)(void *context, const struct error *error);
    void *context;
};

/* `store` is lent. NULL when memory is out. */
struct writer *writer_create(struct store *store, const struct writer_ops *ops, struct error *error);
/* NULL does nothing; not while started. */
void writer_destroy(struct writer *writer);
/* Before writer_start. False: too many. */
bool writer_add_stage(struct writer *writer, const struct writer_stage *stage);
bool writer_start(struct writer *writer, struct error *error);
/* Commits what was submitted and ends the thread. Units that the disk will not take are given up: done(false). */
void writer_stop(struct writer *writer);

/* Takes the unit over. Waits while the queue is full, unless `urgent`. Any thread but the writer's; with `urgent` also
 * the writer's. After writer_stop has begun, units are still taken until it returns. */
void writer_submit(struct writer *writer, struct unit *unit, bool urgent);
/* Runs `change` in a transaction and waits until it is durable. Any thread but the writer's. */
bool writer_change(struct writer *writer, bool (*change)(void *context, struct store *store, struct error *error),
                   void *context, struct error *error);

struct writer_stats {
    size_t queued;
    bool is_busy; /* a transaction is under way, or a stage has more to do */
    int64_t units, transactions;
};
void writer_read_stats(struct writer *writer, struct writer_stats *stats);

#endif
