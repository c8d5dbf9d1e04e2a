/* Quantities: counts of people, days, countries and things, and sums of money.
 *
 * "a total of 130 servicemen", "about $300 million", "more than 2,000 troops", "five-day", "25 countries",
 * "dozens of soldiers" (no value). Values are as stated: no conversion. */
#ifndef LIB_CODER_QUANTITY_H
#define LIB_CODER_QUANTITY_H

#include "lib/coder/analysis.h"

/* Fills sentence->quantities; after temporal_find, so that dates are no counts. False when memory is out. */
bool quantity_find(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena);

#endif
