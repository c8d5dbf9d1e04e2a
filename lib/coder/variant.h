/* Variant: what belongs to a name of equipment behind the form that the lexicon has.
 *
 * "RBS-15 Mk-3", "F-16C Block-50/52", "Sonar Zorvan-2": a mark, a version or a number tied to the name. "F-102A Delta
 * Dagger", "AS-565S Panther": the nickname behind a designation, whatever else that word may be. "Igla-1/SA-16",
 * "9M111 Fagot/AT-4": the same thing's other designation behind a slash. All are one piece of equipment, of the class
 * of the first name. */
#ifndef LIB_CODER_VARIANT_H
#define LIB_CODER_VARIANT_H

#include "lib/coder/analysis.h"

/* Works on a sentence's mentions when those that are meant are known. */
void variant_join(const struct lexicon *lexicon, struct sentence *sentence);

#endif
