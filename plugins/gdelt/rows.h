/* Rows: GDELT rows that pass the operator's filter, as the entries of a feed, so that they go the way of all feeds. */
#ifndef PLUGINS_GDELT_ROWS_H
#define PLUGINS_GDELT_ROWS_H

#include "lib/base/error.h"
#include "lib/feed/feed.h"
#include "lib/gdelt/table.h"

#include <entente/plugin.h>

enum { ROWS_FILTER_MAX = 64 };

struct rows_filter {
    enum gdelt_table table;
    const char *wanted[ROWS_FILTER_MAX]; /* GKG: themes; events: beginnings of CAMEO codes. Lent */
    size_t wanted_count;                 /* 0: all rows */
};

/* Takes entries from text[*at] on, at most `most` of them, each address once; *at moves behind the last line taken, and
 * *bad counts lines that are no rows. The feed is the caller's; NULL with `error` when memory is out. */
struct feed *rows_to_feed(const struct rows_filter *filter, const char *text, size_t size, size_t *at, size_t most,
                          size_t *bad, struct error *error);

#endif
