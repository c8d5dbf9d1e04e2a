/* Rule codes: the closed lists that rules are checked against and that are no vocabulary of the codebook: states, the
 * UN's regions, currencies. Constant data, any thread. */
#ifndef CORE_WATCH_RULE_CODES_H
#define CORE_WATCH_RULE_CODES_H

#include <stdbool.h>
#include <stddef.h>

bool rule_code_is_state(const char *code);
/* A state, UNK, or ORG:, COM:, NSA:, DEF:, HIS: or GRP: with a slug. */
bool rule_code_is_actor(const char *code);
/* A UN M49 region or sub-region: "central_asia", "europe". */
bool rule_code_is_region(const char *word);
bool rule_code_in_region(const char *state, const char *region);
bool rule_code_is_currency(const char *code);
/* The lists themselves: NULL past the end, or ended by NULL. */
const char *rule_code_state(size_t index);
const char *rule_code_currency(size_t index);
const char *const *rule_code_regions(void);

#endif
