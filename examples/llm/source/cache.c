#include "cache.h"

#include <stdio.h>
#include <stdlib.h>

enum { DIGEST_LENGTH = 64, KEY_SIZE = 40 };

static void make_key(const struct cache *cache, const char *digest, char key[KEY_SIZE])
{
    char head[16];
    snprintf(head, sizeof head, "%.15s", digest);
    snprintf(key, KEY_SIZE, "answer/%llu", strtoull(head, NULL, 16) % (unsigned long long)cache->places);
}

int cache_get(const struct cache *cache, struct ent_unit *unit, const char *digest, const char **answer)
{
    char key[KEY_SIZE];
    struct ent_str value;
    if (cache->places <= 0)
        return 0;
    make_key(cache, digest, key);
    if (!cache->kv->get(unit, ent_text(key), &value) || !value.data || value.size <= DIGEST_LENGTH + 1 ||
        memcmp(value.data, digest, DIGEST_LENGTH) != 0)
        return 0;
    *answer = value.data + DIGEST_LENGTH + 1;
    return 1;
}

int cache_put(const struct cache *cache, struct ent_unit *unit, const char *digest, const char *answer)
{
    char key[KEY_SIZE];
    size_t size = strlen(answer);
    if (cache->places <= 0 || size > CACHE_ANSWER_MAX)
        return 0;
    char *value = malloc(DIGEST_LENGTH + 1 + size + 1);
    if (!value)
        return 0;
    memcpy(value, digest, DIGEST_LENGTH);
    value[DIGEST_LENGTH] = '\n';
    memcpy(value + DIGEST_LENGTH + 1, answer, size + 1);
    make_key(cache, digest, key);
    int status = cache->kv->put(unit, ent_text(key), ent_bytes(value, DIGEST_LENGTH + 1 + size));
    free(value);
    return status;
}
