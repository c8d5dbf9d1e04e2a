/* Sheet keeper: writes the sheets of an archive (sheets.h), and writes one anew once some of its blocks have changed.
 *
 * A sheet is written beside and takes its place whole, so that nobody reads half of one; what it is made of is read block
 * by block, each in a transaction of its own. An archive of a few blocks has no sheets: it is read at once anyway. One thread,
 * with a query of its own; only one keeper for a state directory. */
#ifndef CORE_QUERY_SHEET_KEEPER_H
#define CORE_QUERY_SHEET_KEEPER_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct query;

enum { SHEET_STALE_BLOCKS = 4 /* of a sheet, for which it is worth writing */ };

/* Writes all sheets that are not there, the latest events' first, and anew at most one of those that have lost
 * SHEET_STALE_BLOCKS blocks; takes away those beyond the archive's end. Nothing is written where the disk has less than a GiB free. *written counts sheets. Ends early, without an
 * error, when `goes_on` says no. */
bool query_keep_sheets(struct query *query, bool (*goes_on)(void *context), void *context, int64_t *written,
                       struct error *error);

/* Writes one sheet, whatever there is of it. False with `error` empty where `goes_on` said no. */
bool query_write_sheet(struct query *query, int64_t number, bool (*goes_on)(void *context), void *context,
                       struct error *error);

#endif
