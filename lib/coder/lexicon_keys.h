/* Lexicon keys: which ids and which `key=value` pairs each class of the lexicon may have. One table, which
 * docs/lexicon.md describes. Pure, any thread. */
#ifndef LIB_CODER_LEXICON_KEYS_H
#define LIB_CODER_LEXICON_KEYS_H

#include "lib/coder/lexicon.h"

/* What is expected of the id ("a state, as ISO 3166-1 alpha-3"); NULL where it is right. */
const char *lexicon_keys_judge_id(enum lexicon_class class, const char *id);
/* What is expected of the value; NULL where it is right. *known is false where the class has no such key. Slots of
 * frames are keys too: those are for lexicon_check.h. */
const char *lexicon_keys_judge(enum lexicon_class class, const char *key, const char *value, bool *known);
/* The keys of a class in `names`, ended by NULL, for a hint; at most `most` - 1. */
void lexicon_keys_list(enum lexicon_class class, const char **names, size_t most);

#endif
