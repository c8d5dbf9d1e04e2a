/* Dry run: what a watch would have raised over the archive, had it been there from the beginning, and why. Writes
 * nothing; for any thread with its own reading connection. */
#ifndef CORE_WATCH_DRY_RUN_H
#define CORE_WATCH_DRY_RUN_H

#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

struct dry_run_hit {
    struct record_view event; /* as it was when the watch would have fired */
    const char *reason;       /* new, or the change */
    const char *explanation;  /* lines as of rule_matches */
};
/* Return false to stop early. */
typedef bool dry_run_callback(void *context, const struct dry_run_hit *hit);

struct dry_run_counts {
    int64_t revisions; /* looked at */
    int64_t hits;
};

/* `on`: words as in a watch, ended by NULL. `since`: only revisions whose latest report is of that time or later. */
bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error);

#endif
