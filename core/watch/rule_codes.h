/* Rule codes: the closed lists that rules are checked against and that are no vocabulary of the codebook: states, the
 * UN's regions, currencies. Constant data, any thread. */
#ifndef CORE_WATCH_RULE_CODES_H
#define CORE_WATCH_RULE_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_CODE_STATES_MAX = 320 };

/* Some of the states: a bit each, by index. */
struct rule_states {
    uint64_t words[RULE_CODE_STATES_MAX / 64];
};

bool rule_code_is_state(const char *code);
/* Place in the list of states; -1 for NULL and for what is no state's code. */
int rule_code_state_index(const char *code);
/* A state, UNK, or ORG:, COM:, NSA:, DEF:, HIS: or GRP: with a slug. */
bool rule_code_is_actor(const char *code);
/* The name of a region as rules have it, however it is written: "Central Asia", "central-asia" and M49's "143" are
 * central_asia. NULL where it is none. */
const char *rule_code_region(const char *word);
/* M49's number of a region, 0 for none. */
unsigned rule_code_region_number(const char *region);
/* "860" is UZB. NULL where it is no state's number. */
const char *rule_code_state_by_number(const char *digits);
/* The sub-region of a state; NULL for what is no state's code. */
const char *rule_code_subregion(const char *state);
bool rule_code_is_currency(const char *code);
/* The lists themselves: NULL past the end, or ended by NULL. */
const char *rule_code_state(size_t index);
const char *rule_code_currency(size_t index);
const char *const *rule_code_regions(void);

void rule_states_add(struct rule_states *set, int index); /* -1 adds nothing */
bool rule_states_add_region(struct rule_states *set, const char *region);
static inline bool rule_states_have(const struct rule_states *set, int index)
{
    return index >= 0 && (set->words[index / 64] >> (index % 64) & 1) != 0;
}

#endif
