/* Progress: how far a long command has come, on one line of a terminal's stderr. Nothing shows in the first second, or
 * where stderr is no terminal. One thread. */
#ifndef CORE_CLI_PROGRESS_H
#define CORE_CLI_PROGRESS_H

#include <stdint.h>

struct progress {
    const char *what; /* "events"; lent */
    int64_t begun, shown_at;
    int64_t shown; /* whether a line stands there */
};

void progress_begin(struct progress *progress, const char *what);
/* Cheap; draws at most ten times a second. `all` 0 where it is not known. */
void progress_update(struct progress *progress, int64_t done, int64_t all);
/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
