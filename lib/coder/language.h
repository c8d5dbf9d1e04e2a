/* Language: is this text in a language that the lexicon covers? By the share of English function words among its words,
 * and by its script. Short texts get the benefit of the doubt. */
#ifndef LIB_CODER_LANGUAGE_H
#define LIB_CODER_LANGUAGE_H

#include "lib/coder/workspace.h"

bool language_is_foreign(const struct coder_workspace *workspace);

#endif
