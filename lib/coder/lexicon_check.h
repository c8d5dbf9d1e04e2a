/* Lexicon check: what a compiled lexicon's source says that cannot be meant: ids and values that no vocabulary has,
 * frames of classes that do not exist, classes that nothing names, forms that another one always hides. What stands
 * twice has been told by the build. Forms are judged by the coder's own matching: one that does not find itself in its
 * own text is dead. One thread. */
#ifndef LIB_CODER_LEXICON_CHECK_H
#define LIB_CODER_LEXICON_CHECK_H

#include "lib/coder/lexicon_source.h"

/* `lexicon` is the image of `source`. Adds to the source's problems; false only when memory is out. */
bool lexicon_check(struct lexicon_source *source, const struct lexicon *lexicon, struct error *error);

#endif
