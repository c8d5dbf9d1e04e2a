/* Cache: what a model said, by the digest of all that it was asked. Feeds carry one agency text many times over, and
 * items come again with a changed date or after a restart.
 *
 * kv/1 cannot be listed, so it is bounded by its form: a number of places, of which the digest names one; what stood
 * there goes. Only answers of the right shape are kept, and they are judged anew at each use. */
#ifndef LLM_CACHE_H
#define LLM_CACHE_H

#include <entente/plugin.h>

enum { CACHE_ANSWER_MAX = 32 * 1024 };

/* `places` 0: there is none. */
struct cache {
    int64_t places;
    const struct ent_kv_1 *kv;
};

/* 1 and the answer, lent until the callback returns, NUL-terminated; or 0. */
int cache_get(const struct cache *cache, struct ent_unit *unit, const char *digest, const char **answer);
/* 0 kept, or too large to be; -1 with the error set. */
int cache_put(const struct cache *cache, struct ent_unit *unit, const char *digest, const char *answer);

#endif
