/* Read ahead: brings what filters look at into memory before anybody asks, so that the first questions after a start take no
 * longer than later ones. A filter over a million events reads some tens of megabytes of columns: from their sheets
 * (sheets.h) where there are some, else page by page, which from a disk takes a second or more, and from the system's page
 * cache a tenth of that.
 *
 * The words of their values come first, then the columns of the latest events, then older ones, then the texts' signatures.
 * Each block is a read transaction of its own. One thread, with a query of its own. */
#ifndef CORE_QUERY_READ_AHEAD_H
#define CORE_QUERY_READ_AHEAD_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct query;

/* Reads until all is read, *bytes has reached `most`, or `goes_on` says no, which it is asked before each block. *bytes is what
 * was read; one block or sheet may go beyond `most`. */
bool query_read_ahead(struct query *query, int64_t most, bool (*goes_on)(void *context), void *context, int64_t *bytes,
                      struct error *error);

#endif
