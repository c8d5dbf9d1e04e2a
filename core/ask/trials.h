/* Trials: dry runs of rules (core/watch/dry_run.h) that are gone on with from question to question. Each has a reading connection of
 * its own, since its series is counted in that connection's tables, and is found again by the cursor that its last part was
 * answered with: a random id and the number of the part, so that nobody meets another's and no part is gone over twice.
 *
 * There are TRIALS_MAX at most. One that nobody has asked for in TRIAL_IDLE_MS is ended, by a thread that begins with the first
 * trial; after TRIAL_LEFT_MS, which no asker needs from one part to the next, whoever begins another may have its place. What a
 * trial takes of memory: its connection, a bit for each event that was new, and of a series some 70 bytes for each source of each
 * event that is counted.
 *
 * Any thread. Who takes a trial has it alone until he gives it back; no lock is held meanwhile. */
#ifndef CORE_ASK_TRIALS_H
#define CORE_ASK_TRIALS_H

#include "core/ask/connection.h"

#include <stdint.h>

enum { TRIALS_MAX = 4, TRIAL_IDLE_MS = 60000, TRIAL_LEFT_MS = 2000, TRIAL_ID_SIZE = 33, TRIAL_CURSOR_SIZE = TRIAL_ID_SIZE + 24 };

struct dry_run;
struct rule;
struct rule_names;
struct trials;

/* What it holds is ended with it, in whatever state. Who begins it fills it in. */
struct trial {
    struct connection connection;
    const struct rule_names *names; /* a share of them, from which the rule borrows */
    struct rule *rule;
    struct dry_run *run; /* NULL: not begun */
    char *since;         /* as it was asked for; NULL where it was not */
    /* the table's */
    char id[TRIAL_ID_SIZE]; /* "": the place is free */
    int64_t part, given;    /* the part that comes next; when it was given back, of clock_monotonic() */
    bool is_taken;
};

enum trial_finding { TRIAL_TAKEN, TRIAL_BUSY, TRIAL_GONE, TRIAL_PASSED, TRIAL_NO_CURSOR };

/* Bounds as above. NULL when memory is out. */
struct trials *trials_create(int64_t idle_ms, int64_t left_ms);
/* Nobody has one any more. NULL does nothing. */
void trials_destroy(struct trials *trials);

/* An empty one. NULL where no place is free, or the system has neither thread nor random numbers. Nobody is waited for: who asks
 * over HTTP would keep others from asking meanwhile, and can ask again. */
struct trial *trials_begin(struct trials *trials);
/* That whose last part was answered with this cursor: taken; not, while another goes on with it; gone; passed, where its part has been
 * gone over; or the text is no cursor. */
enum trial_finding trials_take(struct trials *trials, const char *cursor, struct trial **trial);
/* A part was gone over: the cursor to go on with. */
void trial_pass(struct trial *trial, char cursor[TRIAL_CURSOR_SIZE]);
/* Is it to be gone on with? If not, it is ended. */
void trials_give(struct trials *trials, struct trial *trial, bool goes_on);

#endif
