/* Language: is this text in a language that the lexicon covers, which is English? By its script, by the function words
 * of English and of other languages, and, where these are few as in headlines, by how many of its small-letter words
 * are English ones. Names, which have capitals, do not count. In doubt it is English. */
#ifndef LIB_CODER_LANGUAGE_H
#define LIB_CODER_LANGUAGE_H

#include "lib/coder/workspace.h"

bool language_is_foreign(const struct coder_workspace *workspace);
/* ISO 639-1 of the language that a foreign text is most likely in, "und" where that cannot be told. */
void language_name(const struct coder_workspace *workspace, char code[4]);

#endif
