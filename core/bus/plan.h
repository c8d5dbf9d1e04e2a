/* Plan: when a source is fetched next, from all that has a say in it. Pure; any thread. */
#ifndef CORE_BUS_PLAN_H
#define CORE_BUS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct plan {
    /* Of the configuration; 0: not given. */
    int64_t interval_ms, interval_min_ms, interval_max_ms;
    /* Of the source itself. */
    int64_t gap_ms;               /* from one item to the next; -1: not known */
    int64_t fresh_ms;             /* its server's Cache-Control; -1: does not say */
    int64_t not_before_ms;        /* its document's ttl; 0: does not say */
    uint32_t skip_hours, skip_days; /* its document's, as in struct ent_fetch_hints */
    /* Of the fetch that is over. */
    bool has_failed;
    int64_t failures;       /* in a row, before this one */
    int64_t retry_after_ms; /* -1: not asked for */
    int64_t asked_next_ms;  /* by the plugin; -1: not asked for */
    uint64_t chance;        /* what spreads sources that share an interval */
};

/* The time of the next fetch, in milliseconds since 1970. A fetch that went well: what the plugin asks for; else the
 * configured interval; else a quarter of the gap between items, but no sooner than server and document change. One
 * that failed: what the server asks for, else the interval doubled with each failure. Always within the bounds. */
int64_t plan_next(const struct plan *plan, int64_t now);

#endif
