/* Group link: the noun groups beside another one that say whose it is, who it is or what it belongs to, by their place and
 * the words between. Pure. */
#ifndef LIB_CODER_GROUP_LINK_H
#define LIB_CODER_GROUP_LINK_H

#include "lib/coder/analysis.h"

/* The noun group of a following "of", "from" or "for" phrase, or NONE. */
int32_t group_complement(const struct sentence *sentence, int32_t group);
/* "units from Kenya and from Uganda": the noun group of the same preposition behind "and", or NONE. */
int32_t group_next_complement(const struct sentence *sentence, int32_t complement);
/* "the government of Mali", "the Kenyan army": something is named in the group or behind it. */
bool group_names_owner(const struct sentence *sentence, int32_t at);
/* "Abdul Kassim, the Malaysian army chief,": what a name is explained by between commas, or NONE. */
int32_t group_apposition(const struct sentence *sentence, int32_t group);
/* "Djibouti, a small country on the Gulf": whether it explains the state named right before it. */
bool group_explains_state(const struct lexicon *lexicon, const struct sentence *sentence, int32_t at);
/* "Airmen assigned to the 31st Fighter Wing": the unit, or NONE. */
int32_t group_unit(const struct sentence *sentence, int32_t at);

#endif
