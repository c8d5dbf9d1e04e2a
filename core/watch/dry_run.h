/* Dry run: what a watch would have raised over the archive, had it been there from the beginning, and why. Writes
 * nothing but to memory; for any thread with its own reading connection. */
#ifndef CORE_WATCH_DRY_RUN_H
#define CORE_WATCH_DRY_RUN_H

#include "core/watch/rule.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive;
struct store;

struct dry_run_hit {
    bool has_event;           /* not of a silence */
    struct record_view event; /* as it was when the watch would have fired */
    int64_t time;             /* the event's latest report, or when the silence would have been told */
    const char *reason;       /* new, the change, spike, silence */
    const char *finding;      /* of a spike or silence: "7 in 30 days against 1.2 expected"; else NULL */
    const char *explanation;  /* lines as of rule_explain; "" of a silence */
};
/* Return false to stop early. */
typedef bool dry_run_callback(void *context, const struct dry_run_hit *hit);

struct dry_run_counts {
    int64_t revisions; /* looked at */
    int64_t hits;
};

/* A part of the archive. NULL where all of it is meant, however long that takes. */
struct dry_run_part {
    int64_t after;    /* a revision's sequence; behind it the part begins */
    int64_t deadline; /* of clock_monotonic(), after which it ends */
    int64_t last;     /* filled: the last revision looked at */
    bool is_cut;      /* filled: there are more behind it */
};

/* `on`: words as in a watch, ended by NULL. `since`: only revisions whose latest report is of that time or later. How long
 * before its fetch an item was published is not asked. An event that was new in one part may be so again in a later one, where an earlier
 * revision of it matched. A rule with spike() or silence() counts from the beginning on: a part of it that was cut cannot be gone on with. */
bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since, struct dry_run_part *part,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error);

/* For explaining a rule with spike() or silence(): counts its series over the whole archive, in tables of this
 * connection alone, and lets `archive` ask it. What else the connection is asked about series is then of this one. */
bool dry_run_count(struct store *store, const struct rule *rule, struct archive *archive, struct error *error);

#endif
