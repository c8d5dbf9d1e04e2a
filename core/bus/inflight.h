/* In-flight file: says, should the process die, which records were inside a plugin's callback.
 *
 * A mapped file of slots. Before a callback its thread writes the instance and the records' sequences into a slot, and
 * clears it when the callback has returned; the kernel keeps what was written however the process ends. A death between
 * a callback's return and its commit is thus charged to nobody: the plugin had finished, and the records are simply
 * handed out again. At start, what stands there is told once and counted by whoever asks.
 *
 * Layout, native byte order, never read on another machine: struct header, then the slots. Any thread may enter and
 * leave; opening and telling are for start-up. */
#ifndef CORE_BUS_INFLIGHT_H
#define CORE_BUS_INFLIGHT_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inflight;

enum { INFLIGHT_SLOTS = 64, INFLIGHT_RECORDS_MAX = 1000 };

/* One callback that was under way when the process died. */
struct inflight_death {
    bool is_fault; /* by a fault in it (SIGSEGV and the like, abort), and not from outside: kill -9, a power cut */
    const char *instance;
    const int64_t *sequences;
    size_t count; /* 0: a callback without records, such as a fetch */
};

/* Opens or makes the file. A damaged one is made anew, with a word in the log. */
struct inflight *inflight_open(const char *path, struct error *error);
/* NULL does nothing. */
void inflight_close(struct inflight *inflight);

/* A number that is different for each run: whoever has counted that run's deaths needs not count them again. */
int64_t inflight_last_run(const struct inflight *inflight);
/* Return false to stop. What is lent is valid until the callback returns. */
typedef bool inflight_callback(void *context, const struct inflight_death *death);
bool inflight_each(const struct inflight *inflight, inflight_callback *callback, void *context);
/* Clears every slot and begins a new run. */
void inflight_begin_run(struct inflight *inflight);

/* From now on a fault of this process is put on record with the callback in which it happens; then it takes its course.
 * Called once by programs that run callbacks; not under sanitizers, whose own reports come first. */
void inflight_catch_faults(void);
/* What that puts on record: the callback on this thread, if there is one, is at fault. Async-signal-safe. */
void inflight_note_fault(int signal);

/* The slot, or -1 where all are taken: then the callback simply is not on record. */
int inflight_enter(struct inflight *inflight, const char *instance, const int64_t *sequences, size_t count);
void inflight_leave(struct inflight *inflight, int slot);

#endif
