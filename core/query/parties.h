/* Parties: who takes part in an event as counts see it, from its entries in the column of actors. For core/query alone. */
#ifndef CORE_QUERY_PARTIES_H
#define CORE_QUERY_PARTIES_H

#include "core/query/block.h"

enum { PARTY_GIVES = 1, PARTY_TAKES = 2, PARTY_STATE = 4 };

/* Numbers of the actors' ids, by the number of the column's value. Begins empty where it is all zeroes. */
struct parties {
    struct names ids;
    uint32_t *id_of;          /* UINT32_MAX: observer, vague or unknown, in no count */
    unsigned char *traits_of; /* bits of the enum above */
    uint64_t *heads;          /* by the id's number: its first bytes, for ordering */
    size_t count, capacity;
};

void parties_free(struct parties *parties);
/* Learns the values that were met since the last time. False when memory is out. */
bool parties_learn(struct parties *parties, const struct names *values);

/* Return false to stop. */
typedef bool parties_pair(void *context, uint32_t first, uint32_t second);
/* The dyads of one event, each once: giver and taker where it has both, else each pair of those who take part. In
 * alphabetical order of the ids unless `is_directed`. False where `pair` stopped. */
bool parties_dyads(const struct parties *parties, const struct column_entry *entries, size_t count, bool is_directed,
                   parties_pair *pair, void *context);

#endif
