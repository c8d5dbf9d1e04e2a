#include "plugins/web/limiter.h"

#include <stdio.h>
#include <string.h>

void limiter_init(struct limiter *limiter)
{
    memset(limiter, 0, sizeof *limiter);
    pthread_mutex_init(&limiter->lock, NULL);
}

void limiter_destroy(struct limiter *limiter)
{
    pthread_mutex_destroy(&limiter->lock);
}

/* The address's bucket, else the one that is closest to full, which has the least to forget. */
static struct limiter_bucket *find_bucket(struct limiter *limiter, const char *address)
{
    struct limiter_bucket *best = &limiter->buckets[0];
    for (int i = 0; i < LIMITER_ADDRESSES; i++) {
        struct limiter_bucket *bucket = &limiter->buckets[i];
        if (strcmp(bucket->address, address) == 0)
            return bucket;
        if (bucket->full_at < best->full_at)
            best = bucket;
    }
    return best;
}

/* A bucket of `burst` that is full at `full_at` has room for a failure as long as that is less than a burst away. */
static int64_t wait_of(int64_t full_at, int64_t burst, int64_t refill_ms, int64_t now)
{
    int64_t over = full_at - now - (burst - 1) * refill_ms;
    return over > 0 ? over : 0;
}

int64_t limiter_wait(struct limiter *limiter, const char *address, int64_t now)
{
    pthread_mutex_lock(&limiter->lock);
    const struct limiter_bucket *bucket = find_bucket(limiter, address);
    int64_t own = strcmp(bucket->address, address) == 0
                      ? wait_of(bucket->full_at, LIMITER_BURST, LIMITER_REFILL_MS, now)
                      : 0;
    int64_t all = wait_of(limiter->all_full_at, LIMITER_ALL_BURST, LIMITER_ALL_REFILL_MS, now);
    pthread_mutex_unlock(&limiter->lock);
    return own > all ? own : all;
}

void limiter_fail(struct limiter *limiter, const char *address, int64_t now)
{
    pthread_mutex_lock(&limiter->lock);
    struct limiter_bucket *bucket = find_bucket(limiter, address);
    if (strcmp(bucket->address, address) != 0) {
        snprintf(bucket->address, sizeof bucket->address, "%s", address);
        bucket->full_at = now;
    }
    bucket->full_at = (bucket->full_at > now ? bucket->full_at : now) + LIMITER_REFILL_MS;
    limiter->all_full_at = (limiter->all_full_at > now ? limiter->all_full_at : now) + LIMITER_ALL_REFILL_MS;
    pthread_mutex_unlock(&limiter->lock);
}
