/* Unlisted: designations and names of equipment that no row of the lexicon has. "12 NJ-22", "the XK-9 missiles": letters and a number tied
 * together, that are counted or stand beside a thing of defence, are equipment, of the class of the noun beside them or else
 * of class unknown. Ordinary codes ("COVID-19 patients", "G-20 leaders") go on with a common noun and are left alone. So are
 * "Kestrelmoor-class frigates" and "twelve Kestrelmoor howitzers", where the word before the noun means nothing else, and
 * "sold two Newport to", where the lexicon has a class of ships of that name. */
#ifndef LIB_CODER_UNLISTED_H
#define LIB_CODER_UNLISTED_H

#include "lib/coder/analysis.h"

/* Adds their mentions to a sentence whose listed names are settled. */
void unlisted_find(const struct lexicon *lexicon, struct sentence *sentence);
/* The same of names without a number. */
void unlisted_find_names(const struct lexicon *lexicon, struct sentence *sentence);

#endif
