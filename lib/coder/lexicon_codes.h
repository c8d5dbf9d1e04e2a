/* Lexicon codes: the ISO codes of states (3166-1 alpha-3, with XKX), vanished states (3166-3 alpha-4, SCG) and
 * currencies (4217). Constant, any thread. */
#ifndef LIB_CODER_LEXICON_CODES_H
#define LIB_CODER_LEXICON_CODES_H

#include <stdbool.h>
#include <stddef.h>

/* All codes of states, apart by blanks. */
const char *lexicon_code_states(void);
bool lexicon_code_is_state(const char *code, size_t size);
bool lexicon_code_is_vanished(const char *code, size_t size);
bool lexicon_code_is_currency(const char *code, size_t size);

#endif
