/* Equipment: which of a sentence's names of equipment are meant, and how far each reaches.
 *
 * Names that are also something else ("Mirage", "Patriot", "M1") count only where the words around them speak of
 * defence. A calibre behind a name ("M-109A5 155mm") and its nickname or other designation ("9M133 Kornet/AT-14")
 * belong to it; a generic noun behind it says what it is where the name is of another class ("P-37 radars"). */
#ifndef LIB_CODER_EQUIPMENT_H
#define LIB_CODER_EQUIPMENT_H

#include "lib/coder/analysis.h"

/* Works on the sentence's mentions, after the lexicon's forms were found. */
void equipment_settle(const struct lexicon *lexicon, struct sentence *sentence);

/* Whether a common noun that is no thing of defence stands behind a token: "G-20 leaders", "A4 sheets". */
bool equipment_goes_on(const struct sentence *sentence, uint32_t last);
/* Whether a token is a number that may count things: not a year. */
bool equipment_is_count(const struct part *part, uint32_t at);
/* Whether a token means nothing that the lexicon knows of, except a word of grammar. */
bool equipment_is_free(const struct part *part, uint32_t at);
/* Whether capitals mark names: in "Warsaw Buys 12 Shiny Tanks" they tell nothing. */
bool equipment_in_prose(const struct sentence *sentence);
/* Makes the mention of number `at` end with token `last`. */
void equipment_reach(struct sentence *sentence, uint32_t at, uint32_t last);
/* Whether a verb of handing over and two parties beside the mention stand around it. */
bool equipment_is_traded(const struct lexicon *lexicon, const struct sentence *sentence, const struct mention *mention);
/* Whether a word near the tokens speaks of defence. */
bool equipment_in_context(const struct sentence *sentence, uint32_t first, uint32_t last);
/* "155mm", "76 mm", "12.7-millimetre" at a token: its length in tokens, with its value; 0 where there is none. What
 * follows "mm" is told by its calibre, not counted by it. */
uint32_t equipment_calibre_at(const struct sentence *sentence, uint32_t at, double *value);
/* The UNROCA class of the thing on tokens `first` to `last`, which by itself is of class `unroca`: guns below 75 mm are
 * no artillery, mortars below it small arms. */
const char *equipment_class_by_calibre(const struct sentence *sentence, uint32_t first, uint32_t last,
                                       const char *unroca);

#endif
