/* Naming: whether an item names enough parties for any event, told from its matched words alone.
 *
 * Most items that pass the gate name nobody, or one state over and over ("Germany", "Berlin", "the German army"). What
 * they hold can have one party at most, and looking for names costs a part of what reading the sentences would.
 * Grammar is not asked: what is said to be lacking is lacking. */
#ifndef LIB_CODER_NAMING_H
#define LIB_CODER_NAMING_H

#include "lib/coder/workspace.h"

/* Whether the item names two who could be parties, be it the same one twice, an organisation, or one and a fair, which
 * needs but a host. True also where memory is out. */
bool naming_has_two(struct coder_workspace *workspace);
/* Whether all names of the item are of one party, and no sentence that passes the gate evokes a frame for which one is
 * enough. False also where memory is out. */
bool naming_lacks_second(struct coder_workspace *workspace);

#endif
