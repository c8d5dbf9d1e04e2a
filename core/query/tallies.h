/* Tallies: how many events of a block have which value, kept beside its columns, so that counts over everything need
 * not go over every event. core/query/fold.h writes them with the columns. Events that changed since are made good for:
 * what the revision in the block added is taken away, and what the event adds as it stands is added. For core/query
 * alone. */
#ifndef CORE_QUERY_TALLIES_H
#define CORE_QUERY_TALLIES_H

#include "core/query/block.h"

enum tally {
    TALLY_TYPE, /* the values of a column: TALLY_LISTS of them */
    TALLY_SUBTYPE,
    TALLY_STATUS,
    TALLY_MODALITY,
    TALLY_SCOPE,
    TALLY_PARTY,
    TALLY_PUBLISHER,
    TALLY_SOURCE_CLASS,
    TALLY_MONTH, /* of the latest report, with the type: type's number + 1 (0 for none) << MONTH_BITS | month */
    TALLY_YEAR,  /* of the act */
    TALLY_DYAD,  /* keys of dyad_list.h */
    TALLY_COUNT,
    TALLY_LISTS = TALLY_MONTH
};
#define TALLY_BIT(tally) (1u << (tally))

extern const enum column_family tally_families[TALLY_LISTS];

/* `count` is below zero where an event no longer has the value; what was added by then is never less. Return false
 * where memory is out. */
typedef bool tallies_callback(void *context, enum tally tally, uint64_t key, int64_t count);
/* Of the tallies in `wanted` (TALLY_BIT), in the numbers that columns_values has. *live is how many events the block
 * has. All in one read transaction, but for the records of changed events. */
bool tallies_read(struct columns *columns, int64_t block, unsigned wanted, tallies_callback *add, void *context,
                  int64_t *live, struct error *error);

/* For core/query/fold.c: the stored form of a block's tallies, whose lists and numbers are complete. The caller frees
 * it. NULL when memory is out. */
void *tallies_encode(const struct block *block, size_t *size);

#endif
