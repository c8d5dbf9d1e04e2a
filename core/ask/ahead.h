/* Ahead: a thread that reads the archive's columns into the system's page cache once (core/query/read_ahead.h), at the lowest
 * priority, and then looks every minute whether their sheets are to be written (core/query/sheet_keeper.h). No more is read than a
 * quarter of the memory that is free for it: what would push other things out is left where it lies. What goes wrong is logged:
 * questions are answered all the same, and tell it to whoever asks. */
#ifndef CORE_ASK_AHEAD_H
#define CORE_ASK_AHEAD_H

struct ahead;

/* `state_dir` is lent until ahead_end. NULL where memory or threads are out. */
struct ahead *ahead_begin(const char *state_dir);
/* Stops it and waits for it, a few milliseconds. NULL does nothing. */
void ahead_end(struct ahead *ahead);

#endif
