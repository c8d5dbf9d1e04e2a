/* Lanes on their pool: one job at a time, several with workers, timers, and an end that waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/bus/lane.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

struct counter {
    _Atomic int left, running, most, done, taking, overlapping_takes;
    _Atomic int64_t first_at;
    useconds_t work;
};

static void *take(void *context)
{
    struct counter *counter = context;
    if (atomic_fetch_add(&counter->taking, 1) > 0)
        counter->overlapping_takes++;
    void *job = counter->left > 0 ? counter : NULL;
    if (job)
        counter->left--;
    atomic_fetch_sub(&counter->taking, 1);
    return job;
}

static void run(void *context, void *job)
{
    struct counter *counter = context;
    assert_ptr_equal(job, counter);
    int64_t none = 0;
    atomic_compare_exchange_strong(&counter->first_at, &none, clock_monotonic());
    int now = atomic_fetch_add(&counter->running, 1) + 1;
    int most = counter->most;
    while (now > most && !atomic_compare_exchange_weak(&counter->most, &most, now))
        continue;
    usleep(counter->work);
    atomic_fetch_sub(&counter->running, 1);
    counter->done++;
}

static const struct lane_ops ops = {take, run};

static void wait_for(struct counter *counter, int done)
{
    for (int i = 0; i < 10000 && counter->done < done; i++)
        usleep(5000);
    assert_int_equal(counter->done, done);
}

static struct pool *make_pool(size_t threads)
{
    struct error error = ERROR_INIT;
    struct pool *pool = pool_create(threads, &error);
    assert_non_null(pool);
    return pool;
}

static void one_lane_runs_one_job_at_a_time(void **state)
{
    (void)state;
    struct counter counter = {.left = 50, .work = 200};
    struct pool *pool = make_pool(4);
    struct lane *lane = lane_create(pool, "l", 1, &ops, &counter);
    lane_wake(lane);
    wait_for(&counter, 50);
    assert_int_equal(counter.most, 1);
    lane_destroy(lane);
    pool_destroy(pool);
}

static void workers_run_jobs_of_one_lane_at_once_but_take_one_by_one(void **state)
{
    (void)state;
    struct counter counter = {.left = 60, .work = 3000};
    struct pool *pool = make_pool(4);
    struct lane *lane = lane_create(pool, "l", 3, &ops, &counter);
    lane_wake(lane);
    wait_for(&counter, 60);
    assert_in_range(counter.most, 2, 3);
    assert_int_equal(counter.overlapping_takes, 0);
    lane_destroy(lane);
    pool_destroy(pool);
}

static void many_lanes_share_few_threads(void **state)
{
    (void)state;
    enum { LANES = 200 };
    static struct counter counters[LANES];
    struct lane *lanes[LANES];
    struct pool *pool = make_pool(2);
    for (int i = 0; i < LANES; i++) {
        counters[i].left = 5;
        lanes[i] = lane_create(pool, "l", 1, &ops, &counters[i]);
        assert_non_null(lanes[i]);
    }
    for (int i = 0; i < LANES; i++)
        lane_wake_at(lanes[i], clock_monotonic() + i % 20);
    for (int i = 0; i < LANES; i++)
        wait_for(&counters[i], 5);
    for (int i = 0; i < LANES; i++)
        lane_destroy(lanes[i]);
    pool_destroy(pool);
}

static void a_lane_wakes_at_the_earlier_of_two_times(void **state)
{
    (void)state;
    struct counter counter = {.left = 1};
    struct pool *pool = make_pool(2);
    struct lane *lane = lane_create(pool, "l", 1, &ops, &counter);
    int64_t start = clock_monotonic();
    lane_wake_at(lane, start + 3600000);
    lane_wake_at(lane, start + 40);
    lane_wake_at(lane, start + 1800000);
    wait_for(&counter, 1);
    assert_true(counter.first_at - start >= 40);
    lane_destroy(lane);
    pool_destroy(pool);
}

static void closing_waits_for_what_runs_and_starts_nothing_more(void **state)
{
    (void)state;
    struct counter counter = {.left = 1000, .work = 20000};
    struct pool *pool = make_pool(2);
    struct lane *lane = lane_create(pool, "l", 1, &ops, &counter);
    lane_wake(lane);
    while (counter.running == 0)
        usleep(100);
    lane_close(lane);
    int done = counter.done;
    assert_int_equal(counter.running, 0);
    assert_true(lane_is_idle(lane));
    lane_wake(lane);
    usleep(30000);
    assert_int_equal(counter.done, done);
    lane_destroy(lane);
    pool_destroy(pool);
}

/* Jobs that go on until they are let go. */
static atomic_bool are_held;
static _Atomic int held;

static void run_held(void *context, void *job)
{
    held++;
    while (are_held)
        usleep(1000);
    run(context, job);
}

static const struct lane_ops held_ops = {take, run_held};

static void as_many_jobs_that_do_not_end_as_there_are_threads_hold_up_nobody(void **state)
{
    enum { HELD = 5 };
    (void)state;
    struct pool *pool = make_pool(2);
    struct counter stuck[HELD] = {{.left = 0}}, other = {.left = 20};
    struct lane *lanes[HELD], *free_lane = lane_create(pool, "free", 1, &ops, &other);
    are_held = true;
    held = 0;
    for (size_t i = 0; i < HELD; i++) {
        stuck[i].left = 1;
        lanes[i] = lane_create(pool, "held", 1, &held_ops, &stuck[i]);
        lane_wake(lanes[i]);
    }
    for (int i = 0; i < 10000 && held < 2; i++)
        usleep(1000);
    lane_wake_at(free_lane, clock_monotonic() + 10);
    for (int i = 0; i < 600 && (other.done < 20 || held < HELD); i++) {
        pool_watch(pool);
        usleep(100000);
    }
    assert_int_equal(other.done, 20);
    assert_int_equal(held, HELD);
    are_held = false;
    for (size_t i = 0; i < HELD; i++)
        wait_for(&stuck[i], 1);
    for (int i = 0; i < 5; i++) {
        pool_watch(pool); /* those that came in their place end */
        usleep(20000);
    }
    for (size_t i = 0; i < HELD; i++)
        lane_destroy(lanes[i]);
    lane_destroy(free_lane);
    pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_lane_runs_one_job_at_a_time),
        cmocka_unit_test(workers_run_jobs_of_one_lane_at_once_but_take_one_by_one),
        cmocka_unit_test(many_lanes_share_few_threads),
        cmocka_unit_test(as_many_jobs_that_do_not_end_as_there_are_threads_hold_up_nobody),
        cmocka_unit_test(a_lane_wakes_at_the_earlier_of_two_times),
        cmocka_unit_test(closing_waits_for_what_runs_and_starts_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
