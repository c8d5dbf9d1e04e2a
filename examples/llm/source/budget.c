#include "budget.h"

#include <inttypes.h>
#include <stdio.h>

static const char key[] = "budget";
enum { DAY_MS = 24 * 60 * 60 * 1000 };

void budget_begin(struct budget *budget, const struct ent_kv_1 *kv, struct ent_unit *unit, int64_t now_ms)
{
    struct ent_str value;
    int64_t day, requests, tokens;
    if (!budget->is_loaded && kv->get(unit, ent_text(key), &value) && value.data &&
        sscanf(value.data, "%" SCNd64 " %" SCNd64 " %" SCNd64, &day, &requests, &tokens) == 3) {
        budget->day = day;
        budget->requests = requests;
        budget->tokens = tokens;
    }
    budget->is_loaded = 1;
    /* A clock that is set back over midnight does not open a day anew; one that was years ahead does not lock it. */
    int64_t today = now_ms / DAY_MS;
    if (today != budget->day && today != budget->day - 1) {
        budget->day = today;
        budget->requests = budget->tokens = 0;
    }
}

int budget_reserve(struct budget *budget, int64_t tokens)
{
    if (budget->requests >= budget->requests_max || budget->tokens + tokens > budget->tokens_max)
        return 0;
    budget->requests++;
    budget->tokens += tokens;
    return 1;
}

void budget_settle(struct budget *budget, int64_t reserved, int64_t used)
{
    if (used >= 0)
        budget->tokens += used - reserved;
    if (budget->tokens < 0)
        budget->tokens = 0;
}

int budget_keep(const struct budget *budget, const struct ent_kv_1 *kv, struct ent_unit *unit)
{
    char text[80];
    snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRId64, budget->day, budget->requests, budget->tokens);
    return kv->put(unit, ent_text(key), ent_text(text));
}
