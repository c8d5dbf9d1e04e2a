/* Dry run: what a watch would have raised over the archive, had it been there from the beginning, and why. Writes
 * nothing but to memory.
 *
 * It is gone on with in parts, each until a deadline or until its caller has had enough, which together tell exactly what one part
 * without a deadline tells: what was new, and the series of spike() and silence(), are kept between them. What was added to the
 * archive meanwhile is gone over as well.
 *
 * Any thread may go on with a run, one at a time, as with the reading connection that it has been given. A series is counted in
 * tables of that connection (store_series_lend): one run at a time on a connection, and what else the connection is asked about series is
 * then of this run. */
#ifndef CORE_WATCH_DRY_RUN_H
#define CORE_WATCH_DRY_RUN_H

#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive;
struct dry_run;
struct store;

struct dry_run_hit {
    bool has_event;           /* not of a silence */
    struct record_view event; /* as it was when the watch would have fired */
    int64_t time;             /* the event's latest report, or when the silence would have been told */
    const char *reason;       /* new, the change, spike, silence */
    const char *finding;      /* of a spike or silence: "7 in 30 days against 1.2 expected"; else NULL */
    const char *explanation;  /* lines as of rule_explain; "" of a silence */
};
/* Return false to end the part behind this hit. */
typedef bool dry_run_callback(void *context, const struct dry_run_hit *hit);

struct dry_run_counts {
    int64_t revisions; /* looked at */
    int64_t hits;
};

#define DRY_RUN_NO_DEADLINE INT64_MAX

/* `store`, `rule` and `on` (words as in a watch, ended by NULL) are lent until the end. `since`: only revisions whose latest report
 * is of that time or later are told. How long before its fetch an item was published is not asked. NULL with `error` filled. */
struct dry_run *dry_run_begin(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                              struct error *error);
/* One part, until the archive's end, until `deadline` (of clock_monotonic()) or until the callback has had enough; at least one
 * revision, so that parts come to an end whatever their deadlines. `counts` are the part's. After a failure nothing but the end is
 * left. */
bool dry_run_go_on(struct dry_run *run, int64_t deadline, dry_run_callback *callback, void *context,
                   struct dry_run_counts *counts, struct error *error);
bool dry_run_is_done(const struct dry_run *run);
/* The share of the archive's revisions that were gone over when the last part ended, 0 to 1. */
double dry_run_progress(const struct dry_run *run);
/* Ends it in any case; false with `error` (may be NULL) filled where the connection could not be given back its own tables, and should
 * be closed. NULL does nothing. */
bool dry_run_end(struct dry_run *run, struct error *error);

/* All of it at once: the run is begun, gone on with until its end or until the callback has had enough, and ended. */
bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error);

/* For explaining a rule with spike() or silence(): counts its series over the whole archive, in tables of this
 * connection alone, and lets `archive` ask it. What else the connection is asked about series is then of this one. */
bool dry_run_count(struct store *store, const struct rule *rule, struct archive *archive, struct error *error);

#endif
