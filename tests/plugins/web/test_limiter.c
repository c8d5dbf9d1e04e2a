/* Failed log-ins: a burst an address, then one at a time; many addresses together are bounded as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "plugins/web/limiter.h"

#include <stdio.h>

static void an_address_may_fail_a_few_times_and_then_waits(void **state)
{
    struct limiter limiter;
    (void)state;
    limiter_init(&limiter);
    for (int i = 0; i < LIMITER_BURST; i++) {
        assert_int_equal(limiter_wait(&limiter, "192.0.2.1", 1000), 0);
        limiter_fail(&limiter, "192.0.2.1", 1000);
    }
    assert_int_equal(limiter_wait(&limiter, "192.0.2.1", 1000), LIMITER_REFILL_MS);
    assert_int_equal(limiter_wait(&limiter, "192.0.2.2", 1000), 0);
    assert_int_equal(limiter_wait(&limiter, "192.0.2.1", 1000 + LIMITER_REFILL_MS), 0);
    limiter_fail(&limiter, "192.0.2.1", 1000 + LIMITER_REFILL_MS);
    assert_true(limiter_wait(&limiter, "192.0.2.1", 1000 + LIMITER_REFILL_MS) > 0);
    limiter_destroy(&limiter);
}

static void what_was_long_ago_is_forgiven(void **state)
{
    struct limiter limiter;
    (void)state;
    limiter_init(&limiter);
    for (int i = 0; i < 3 * LIMITER_BURST; i++)
        limiter_fail(&limiter, "2001:db8::1", 0);
    assert_true(limiter_wait(&limiter, "2001:db8::1", 0) > 0);
    int64_t later = (int64_t)3 * LIMITER_BURST * LIMITER_REFILL_MS;
    for (int i = 0; i < LIMITER_BURST; i++) {
        assert_int_equal(limiter_wait(&limiter, "2001:db8::1", later), 0);
        limiter_fail(&limiter, "2001:db8::1", later);
    }
    assert_true(limiter_wait(&limiter, "2001:db8::1", later) > 0);
    limiter_destroy(&limiter);
}

static void many_addresses_together_are_bounded(void **state)
{
    struct limiter limiter;
    char address[LIMITER_ADDRESS_SIZE];
    (void)state;
    limiter_init(&limiter);
    for (int i = 0; i < LIMITER_ALL_BURST; i++) {
        snprintf(address, sizeof address, "192.0.2.%d", i);
        assert_int_equal(limiter_wait(&limiter, address, 0), 0);
        limiter_fail(&limiter, address, 0);
    }
    assert_true(limiter_wait(&limiter, "198.51.100.1", 0) > 0);
    assert_int_equal(limiter_wait(&limiter, "198.51.100.1", LIMITER_ALL_REFILL_MS), 0);
    limiter_destroy(&limiter);
}

/* Thousands of addresses push each other out, and never one that fails much. */
static void who_fails_most_is_remembered(void **state)
{
    struct limiter limiter;
    char address[LIMITER_ADDRESS_SIZE];
    (void)state;
    limiter_init(&limiter);
    for (int i = 0; i < 10 * LIMITER_BURST; i++)
        limiter_fail(&limiter, "203.0.113.9", 0);
    for (int i = 0; i < 20 * LIMITER_ADDRESSES; i++) {
        snprintf(address, sizeof address, "10.%d.%d.1", i / 200, i % 200);
        limiter_fail(&limiter, address, 0);
    }
    /* All together are full of course: what is held against this one alone lasts longer. */
    int64_t when = (int64_t)(20 * LIMITER_ADDRESSES + 60) * LIMITER_ALL_REFILL_MS;
    int64_t own = (int64_t)10 * LIMITER_BURST * LIMITER_REFILL_MS;
    assert_true(own < when);
    assert_int_equal(limiter_wait(&limiter, "203.0.113.9", when), 0);
    assert_true(limiter_wait(&limiter, "203.0.113.9", own - LIMITER_BURST * LIMITER_REFILL_MS - 1) > 0);
    limiter_destroy(&limiter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_may_fail_a_few_times_and_then_waits),
        cmocka_unit_test(what_was_long_ago_is_forgiven),
        cmocka_unit_test(many_addresses_together_are_bounded),
        cmocka_unit_test(who_fails_most_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
