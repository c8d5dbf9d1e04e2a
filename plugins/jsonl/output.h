/* Output: the file that the jsonl sink appends to, and what keeps it whole over crashes.
 *
 * It is opened with O_APPEND, held with a lock while it is written, and written in one piece followed by fsync. What a
 * crash left behind is repaired when it is opened: half a line of ours at the end is cut off (its delivery was
 * never acknowledged and comes again), and the ids of the lines behind a given offset are read back, with those of the end
 * of the files before it. A file that was moved away meanwhile (logrotate) is made anew. Rotation is by renaming, the newest
 * first: PATH.1, PATH.2, …; a crash in between leaves all files there, perhaps with a gap. One owner, one thread. Errors carry path and cause. */
#ifndef PLUGINS_JSONL_OUTPUT_H
#define PLUGINS_JSONL_OUTPUT_H

#include "lib/base/error.h"
#include "plugins/jsonl/recent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output {
    const char *path; /* lent */
    int descriptor;   /* -1: not open */
    struct recent recent;
    bool is_loaded;      /* `recent` knows what was written last */
    int64_t anchor;      /* the last OUTPUT_TAIL_LINES lines begin at or behind it */
    int64_t next_anchor; /* becomes the anchor when as many lines again stand behind it */
    size_t lines;        /* behind next_anchor */
};

/* A delivery that comes again after a crash was written at most so many lines ago: batches are far smaller. */
enum { OUTPUT_TAIL_LINES = RECENT_MIN / 2 };

/* Opens it if need be and takes the lock. When it opens: repairs the end, and reads the ids of the lines that begin at
 * or behind `anchor`, which is the output_anchor of an earlier run or 0. *cut_bytes (0 for none) is how much was cut
 * off. */
bool output_hold(struct output *output, int64_t anchor, size_t *cut_bytes, struct error *error);
/* Appends `line_count` whole lines and makes them durable; on failure the file is as it was. */
bool output_append_lines(struct output *output, const char *bytes, size_t size, size_t line_count, struct error *error);
/* From where a later run has to read ids back. */
int64_t output_anchor(const struct output *output);
/* Its present size, -1 where that cannot be told. */
int64_t output_size(const struct output *output);
/* Moves the file, which is held, to PATH.1, those before it one further, and drops the one behind `keep`. It is then closed:
 * output_hold makes it anew. On failure it stays as it is. */
bool output_rotate(struct output *output, int keep, struct error *error);
/* Gives the lock back; the file stays open. */
void output_let_go(struct output *output);
void output_close(struct output *output);

#endif
