/* Known dyads: a file of parties that are known to have dealt with each other before the archive began, so that
 * first_dyad() does not take the first that the archive tells of for the first that there was.
 *
 * CSV with a header: the columns `a` and `b` (also `left` and `right`) hold codes of parties; `type`, a type of the
 * codebook, `first` and `last`, dates (YYYY, YYYY-MM or YYYY-MM-DD), may be absent or empty. Other columns are passed
 * over. Immutable once read; any thread. */
#ifndef CORE_WATCH_KNOWN_DYADS_H
#define CORE_WATCH_KNOWN_DYADS_H

#include "core/store/baseline.h"
#include "core/watch/csv_reader.h"

#include <stddef.h>

enum { KNOWN_DYADS_SIZE_MAX = 32 * 1024 * 1024 };

struct known_dyads;

/* `text` need not be NUL-terminated. NULL with `error` filled at the first wrong line. */
struct known_dyads *known_dyads_read(const char *text, size_t size, struct csv_error *error);
void known_dyads_destroy(struct known_dyads *dyads); /* NULL does nothing */
size_t known_dyads_count(const struct known_dyads *dyads);
const struct known_dyad *known_dyads_at(const struct known_dyads *dyads, size_t index);

#endif
