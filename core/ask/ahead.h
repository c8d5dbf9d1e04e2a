/* Ahead: a thread that reads the archive's columns into the system's page cache once (core/query/read_ahead.h), and then, at the
 * lowest priority, looks every minute whether their sheets are to be written (core/query/sheet_keeper.h). No more is read than a
 * quarter of the memory that is free for it: what would push other things out is left where it lies. What goes wrong is logged:
 * questions are answered all the same, and tell it to whoever asks. */
#ifndef CORE_ASK_AHEAD_H
#define CORE_ASK_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

struct ahead;

/* `state_dir` is lent until ahead_end. NULL where memory or threads are out. */
struct ahead *ahead_begin(const char *state_dir);
/* Waits until what is read ahead is read, or has failed, or `limit_ms` are over: true but for the last. NULL: true. Any thread. */
bool ahead_wait(struct ahead *ahead, int64_t limit_ms);
/* Stops it and waits for it, a few milliseconds. NULL does nothing. */
void ahead_end(struct ahead *ahead);

#endif
