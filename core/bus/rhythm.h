/* Rhythm: how often a source brings something new, and how long after it was published. What its schedule and its
 * health go by. Plain values, pure functions; whoever holds one guards it. */
#ifndef CORE_BUS_RHYTHM_H
#define CORE_BUS_RHYTHM_H

#include <stddef.h>
#include <stdint.h>

enum { RHYTHM_DELAYS = 15 };

struct rhythm {
    int64_t since;    /* when the source was first fetched with success: it cannot have been missed before; 0: never */
    int64_t newest;   /* when the latest item was published, or came where it does not say; 0: none yet */
    int64_t gap_ms;   /* from one item to the next, a mean of the last dozen or so */
    int64_t gaps;     /* that were seen */
    int64_t pause_ms; /* the longest gap of late: it fades by about a third in four weeks */
    int32_t delays[RHYTHM_DELAYS]; /* from publication to fetch, in seconds, in a ring */
    int32_t delay_count;           /* that were ever put into the ring */
};

/* Items that are new in one fetch: `published` holds the times of those that say, in any order (it is sorted);
 * `undated` more do not. */
void rhythm_note(struct rhythm *rhythm, int64_t *published, size_t count, size_t undated, int64_t now);
/* An item that came up between two fetches. */
void rhythm_note_delay(struct rhythm *rhythm, int64_t delay_ms);

/* -1 as long as too little is known. */
int64_t rhythm_gap(const struct rhythm *rhythm);
/* After so long without an item something is wrong. -1 as long as too little is known. */
int64_t rhythm_silence(const struct rhythm *rhythm);
/* Median delay in milliseconds, -1 where none was seen. */
int64_t rhythm_delay(const struct rhythm *rhythm);

#endif
