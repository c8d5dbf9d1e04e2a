/* Check: is the store whole, and does it keep its own promises? SQLite looks at its pages and indexes; the rest are
 * statements about Entente's tables that always hold: an event's last revision is there, a cursor does not point past the
 * end, what is merged leads to something. Each problem is told in words, with what to do.
 *
 * Reads all of it in one read transaction, so that a daemon that writes meanwhile makes no false alarm. One thread. */
#ifndef CORE_STORE_CHECK_H
#define CORE_STORE_CHECK_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* The text is lent. */
typedef void store_check_callback(void *context, const char *problem);
/* What is being looked at, and how far it is: rows done and all, 0 and 0 where that is not known. */
typedef void store_check_progress(void *context, const char *what, int64_t done, int64_t all);

struct store_check_counts {
    int64_t problems;
    int64_t records; /* read and verified */
};

/* `records`: also reads and verifies every record. False only where it could not be checked. */
bool store_check(struct store *store, bool records, store_check_callback *callback, store_check_progress *progress,
                 void *context, struct store_check_counts *counts, struct error *error);

#endif
