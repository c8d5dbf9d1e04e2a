/* Index keys: by what a report is found again when another of the same undertaking comes.
 *
 * Two reports that match.c could take for one share at least one key within its window (a test holds the two together
 * on the pairs of tests/desk). Every report has keys of its parties within weeks; what ties reports over months and
 * years (a name, equipment, a sum, a site, a date) makes keys of its own. Pure, any thread. */
#ifndef CORE_DESK_INDEX_KEYS_H
#define CORE_DESK_INDEX_KEYS_H

#include "core/desk/features.h"
#include "core/store/clusters.h"

#include <stddef.h>

enum { INDEX_KEYS_MAX = 96 };

/* Returns their number. */
size_t index_keys(const struct features *features, struct cluster_key keys[INDEX_KEYS_MAX]);

/* The key by which reports of `type` between the first two of these parties, firms aside, are found within so many
 * days. False where there are not two. */
bool index_key_of_pair(const struct features *features, enum feature_type type, int32_t days, struct cluster_key *key);

#endif
