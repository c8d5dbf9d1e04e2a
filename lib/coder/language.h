/* Language: is this text in a language that the lexicon covers? By its script, and by the
 * function words of English and of other languages among its words. Short texts get the benefit of the doubt. */
#ifndef LIB_CODER_LANGUAGE_H
#define LIB_CODER_LANGUAGE_H

#include "lib/coder/workspace.h"

bool language_is_foreign(const struct coder_workspace *workspace);

#endif
