/* Budget: how many requests and tokens a day (UTC) may cost.
 *
 * What a request may use at most is reserved before it is made, and put right when the server says what it used; where
 * it does not, or the answer never comes, the reservation stands, for it has most likely been paid for. Kept in kv/1
 * with the unit; the copy in memory is never behind it, so a unit that cannot be stored costs nothing twice. */
#ifndef LLM_BUDGET_H
#define LLM_BUDGET_H

#include <entente/plugin.h>

struct budget {
    int64_t requests_max, tokens_max; /* a day */
    int64_t day;                      /* since 1970 */
    int64_t requests, tokens;         /* of that day */
    int is_loaded;
};

/* Reads what is kept, once, and turns to the day of `now_ms`. In each callback before the others. */
void budget_begin(struct budget *budget, const struct ent_kv_1 *kv, struct ent_unit *unit, int64_t now_ms);
/* 1 and counts it, or 0: it would be too much today. */
int budget_reserve(struct budget *budget, int64_t tokens);
void budget_settle(struct budget *budget, int64_t reserved, int64_t used);
/* Writes it with the unit. 0, or -1 with the error set. */
int budget_keep(const struct budget *budget, const struct ent_kv_1 *kv, struct ent_unit *unit);

#endif
