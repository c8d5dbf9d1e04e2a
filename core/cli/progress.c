#include "core/cli/progress.h"

#include "core/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { QUIET_MS = 1000, INTERVAL_MS = 100 };

void progress_begin(struct progress *progress, const char *what)
{
    *progress = (struct progress){.what = what, .begun = clock_monotonic()};
}

void progress_update(struct progress *progress, int64_t done, int64_t all)
{
    int64_t now = clock_monotonic();
    if (now - progress->begun < QUIET_MS || now - progress->shown_at < INTERVAL_MS || !isatty(STDERR_FILENO))
        return;
    progress->shown_at = now;
    progress->shown = 1;
    if (all > 0)
        fprintf(stderr, "\r\033[K%s: %" PRId64 " of %" PRId64 " (%" PRId64 "%%)", progress->what, done, all,
                done * 100 / all);
    else
        fprintf(stderr, "\r\033[K%s: %" PRId64, progress->what, done);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = 0;
}
