/* Lexicon reach: whether each form can ever mean what its entry says. The coder's own matching reads each form's text;
 * where it finds another entry instead, the form is dead. Upper layers may hide lower ones: that is what they are for.
 * Part of lexicon_check.h. */
#ifndef LIB_CODER_LEXICON_REACH_H
#define LIB_CODER_LEXICON_REACH_H

#include "lib/coder/lexicon_layer.h"

/* Adds to the source's problems; false only when memory is out. */
bool lexicon_reach(struct lexicon_source *source, struct lexicon_layers *layers, const struct lexicon *lexicon);

#endif
