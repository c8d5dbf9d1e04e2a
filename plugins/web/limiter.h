/* Limiter: bounds how often somebody may fail to log in. Each failure costs a token of a bucket, that of the caller's
 * address and that of all; the buckets fill again with time. Any thread. */
#ifndef PLUGINS_WEB_LIMITER_H
#define PLUGINS_WEB_LIMITER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    LIMITER_ADDRESSES = 256,
    LIMITER_BURST = 5,          /* failures of one address at once */
    LIMITER_REFILL_MS = 10000,  /* for one more */
    LIMITER_ALL_BURST = 60,     /* of all addresses together */
    LIMITER_ALL_REFILL_MS = 1000,
    LIMITER_ADDRESS_SIZE = 48
};

struct limiter_bucket {
    char address[LIMITER_ADDRESS_SIZE];
    int64_t full_at; /* monotonic: when nothing is held against it any more */
};

struct limiter {
    pthread_mutex_t lock;
    struct limiter_bucket buckets[LIMITER_ADDRESSES];
    int64_t all_full_at;
};

void limiter_init(struct limiter *limiter);
void limiter_destroy(struct limiter *limiter);
/* How long this address has to wait before it may try, in milliseconds; 0: it may now. */
int64_t limiter_wait(struct limiter *limiter, const char *address, int64_t now);
void limiter_fail(struct limiter *limiter, const char *address, int64_t now);

#endif
