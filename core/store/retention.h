/* Retention: what the store lets go of when it has become old. Events, their revisions, reports with their quotes, and
 * alerts are kept for ever. Of an item goes the body; its id, address, title, times and the hash of its content stay, so
 * that it does not return as new. Of a delivery goes the log of its attempts; itself and its id stay, so that nothing is sent
 * again. Dead letters go whole.
 *
 * No item goes ahead of the slowest cursor: what a classifier, a transform or the desk has not finished keeps its body
 * and that of all later ones. How far each kind has been gone through is a cursor of its own (core/store/progress.h,
 * "retention.…"), so that a call looks at what is new to it only. Writer's thread, inside its transaction. */
#ifndef CORE_STORE_RETENTION_H
#define CORE_STORE_RETENTION_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum { RETENTION_ROWS = 500 }; /* looked at in one call */

/* What is older goes; INT64_MIN keeps all. Times are milliseconds since 1970. */
struct retention_limits {
    int64_t items;        /* fetched before */
    int64_t dead_letters; /* dead before */
    int64_t deliveries;   /* settled before */
};

struct retention_counts {
    int64_t items, bytes, dead_letters, attempts; /* items whose body went, and how much */
    bool has_more;                                /* the call ended for the number of rows */
    char held_by[200];  /* the processor that keeps older items from being let go; "" for none */
    int64_t held_at;    /* the last item that it has finished */
};

/* Adds to `counts`. */
bool store_retention_run(struct store *store, const struct retention_limits *limits, struct retention_counts *counts,
                         struct error *error);

#endif
