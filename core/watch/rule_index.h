/* Rule index: which of many rules an event could match at all, by its type and its parties, so that the others need not be
 * looked at. Every rule that matches is among those; that a rule is among them says nothing.
 *
 * What a rule asks of type and parties is found once, through and, or and macros; what stands under a not, and regions
 * and groups, bound nothing. Owns nothing of the rules. Built by one thread, then immutable. */
#ifndef CORE_WATCH_RULE_INDEX_H
#define CORE_WATCH_RULE_INDEX_H

#include "core/watch/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rule_index;

/* `rules` by the places that select gives back. NULL when memory is out. */
struct rule_index *rule_index_create(const struct rule *const *rules, size_t count);
void rule_index_destroy(struct rule_index *index);

/* How many words a selection has. */
size_t rule_index_words(const struct rule_index *index);
/* Sets the bit of each rule that the event could match: bit i % 64 of word i / 64; clears the others. */
void rule_index_select(const struct rule_index *index, const struct rule_facts *facts, uint64_t *selection);
static inline bool rule_index_has(const uint64_t *selection, size_t rule)
{
    return (selection[rule / 64] >> (rule % 64) & 1) != 0;
}

#endif
