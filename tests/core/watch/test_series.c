/* Spikes and silences over invented archives, day by day. */
#include "core/store/baseline.h"
#include "core/store/series.h"
#include "core/store/store.h"
#include "core/watch/series.h"
#include "core/watch/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- an archive ---- */

enum { DAY = 18000 }; /* in 2019 */

static struct store *store;
static int64_t next_event;
static uint64_t random_state;

static double uniform(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

/* Knuth's: how many of a Poisson process of this mean. */
static int poisson(double mean)
{
    int count = 0;
    for (double product = uniform(); product > exp(-mean); product *= uniform())
        count++;
    return count;
}

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    store = store_open(":memory:", STORE_WRITE, &error);
    next_event = 1;
    random_state = 7;
    return store && store_begin(store, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    bool ok = store_commit(store, &error);
    store_close(store);
    return ok ? 0 : -1;
}

static void bring(const char *source, int64_t day, int items)
{
    struct error error = ERROR_INIT;
    for (int i = 0; i < items; i++)
        assert_true(store_item_day_add(store, source, day * 86400000 + i, day * 86400000 + 3600000, &error));
}

/* One event told by each of the sources, which end with NULL. */
static void tell(int64_t day, const char *const *sources)
{
    struct error error = ERROR_INIT;
    for (; *sources; sources++)
        assert_true(store_series_add(store, "w", next_event, day, *sources, &error));
    next_event++;
}

#define TELL(day, ...) tell(day, (const char *const[]){__VA_ARGS__, NULL})

static struct series_verdict judge(enum rule_statistic_kind kind, double factor, int days, int64_t day)
{
    struct error error = ERROR_INIT;
    struct series_verdict verdict;
    struct rule_statistic statistic = {kind, factor, days};
    if (!series_judge(store, "w", &statistic, day, &verdict, &error))
        fail_msg("%s", error.text);
    return verdict;
}

/* Ten items a day by `source`, of which each tells of an event with this chance. */
static void live(const char *source, int64_t from, int64_t to, double events_a_day)
{
    for (int64_t day = from; day < to; day++) {
        bring(source, day, 10);
        for (int events = poisson(events_a_day); events > 0; events--)
            TELL(day, source);
    }
}

/* How many days of these would begin a spike. */
static int spikes(double factor, int days, int64_t from, int64_t to)
{
    int count = 0;
    int64_t told = INT64_MIN / 2;
    for (int64_t day = from; day < to; day++)
        if (day - told >= days && judge(RULE_SPIKE, factor, days, day).holds) {
            told = day;
            count++;
        }
    return count;
}

/* ---- numbers ---- */

static void the_distributions_are_those_of_the_tables(void **state)
{
    (void)state;
    /* Poisson of mean 1; negative binomial of size 2 and probability 1/2. */
    assert_true(fabs(statistics_at_least(5, 1, 1) - 0.003659846827) < 1e-11);
    assert_true(fabs(statistics_at_least(1, 1, 1) - 0.632120558829) < 1e-11);
    assert_true(fabs(statistics_none(2, 4) - 0.25) < 1e-12);
    assert_true(fabs(statistics_at_least(3, 2, 4) - 0.3125) < 1e-12);
    assert_true(fabs(statistics_at_least(1, 2, 4) - 0.75) < 1e-12);
    assert_true(fabs(statistics_chi_squared_95(11) - 19.675) < 0.05 && fabs(statistics_chi_squared_95(2) - 5.991) < 0.06);
    assert_true(statistics_at_least(2000, 1000, 1000) < 1e-100);
    assert_true(statistics_at_least(900, 1000, 1000) > 0.99);
    assert_true(statistics_at_least(0, 5, 5) >= 1 && statistics_at_least(1, 0, 0) <= 0 && statistics_none(0, 0) >= 1);
}

/* ---- spikes ---- */

static void what_goes_on_as_ever_is_no_spike_and_a_burst_is_one(void **state)
{
    (void)state;
    live("a", DAY, DAY + 720, 2.0 / 30);
    assert_int_equal(spikes(3, 30, DAY + 150, DAY + 720), 0);
    live("a", DAY + 720, DAY + 730, 0);
    for (int i = 0; i < 15; i++)
        TELL(DAY + 729, "a");
    struct series_verdict verdict = judge(RULE_SPIKE, 3, 30, DAY + 729);
    assert_true(verdict.holds);
    assert_true(verdict.expected > 1 && verdict.expected < 3);
    assert_true(verdict.chance < 0.001);
    assert_non_null(strstr(verdict.text, " in 30 days against "));
    assert_non_null(strstr(verdict.text, " expected"));
}

static void a_spike_is_silent_until_three_windows_are_covered(void **state)
{
    (void)state;
    live("a", DAY, DAY + 119, 1.0 / 30);
    for (int i = 0; i < 20; i++)
        TELL(DAY + 117, "a");
    struct series_verdict verdict = judge(RULE_SPIKE, 3, 30, DAY + 117);
    assert_false(verdict.is_ready);
    assert_false(verdict.holds);
    assert_string_equal(verdict.text, "silent: the baseline covers 2 of the 3 windows of 30 days that it needs");
    live("a", DAY + 119, DAY + 122, 0);
    assert_true(judge(RULE_SPIKE, 3, 30, DAY + 121).holds);
}

static void fewer_than_three_events_are_no_spike(void **state)
{
    (void)state;
    live("a", DAY, DAY + 400, 0);
    TELL(DAY + 399, "a");
    TELL(DAY + 399, "a");
    assert_false(judge(RULE_SPIKE, 3, 30, DAY + 399).holds);
    TELL(DAY + 399, "a");
    struct series_verdict verdict = judge(RULE_SPIKE, 3, 30, DAY + 399);
    assert_true(verdict.holds); /* out of nothing */
    assert_string_equal(verdict.text, "3 in 30 days against 0.0 expected");
}

static void a_feed_that_is_added_is_no_spike(void **state)
{
    (void)state;
    live("a", DAY, DAY + 700, 2.0 / 30);
    live("new", DAY + 400, DAY + 700, 12.0 / 30);
    assert_int_equal(spikes(2, 30, DAY + 150, DAY + 700), 0);
    /* With three windows of its own it counts, and what it is used to tell is expected. */
    assert_true(judge(RULE_SPIKE, 2, 30, DAY + 690).expected > 8);
}

/* Both tell the same events; one is gone: what the other tells is what it always told. */
static void a_feed_that_is_lost_is_neither_a_spike_nor_a_silence(void **state)
{
    (void)state;
    for (int64_t day = DAY; day < DAY + 700; day++) {
        bring("a", day, 10);
        if (day < DAY + 500)
            bring("b", day, 40);
        for (int events = poisson(4.0 / 30); events > 0; events--) {
            if (day < DAY + 500)
                TELL(day, "a", "b");
            else
                TELL(day, "a");
        }
    }
    assert_int_equal(spikes(2, 30, DAY + 150, DAY + 700), 0);
    for (int64_t day = DAY + 500; day < DAY + 700; day += 10)
        assert_false(judge(RULE_SILENCE, 0, 30, day).holds);
}

/* A feed of garden news comes or goes: per item of all feeds the events would be rarer or more frequent. */
static void a_feed_that_tells_nothing_of_the_kind_changes_nothing(void **state)
{
    (void)state;
    live("a", DAY, DAY + 700, 4.0 / 30);
    for (int64_t day = DAY; day < DAY + 450; day++)
        bring("garden", day, 100);
    assert_int_equal(spikes(2, 30, DAY + 150, DAY + 700), 0);
    struct series_verdict verdict = judge(RULE_SPIKE, 2, 30, DAY + 600);
    assert_true(verdict.expected > 2.5 && verdict.expected < 6);
}

static void a_source_that_brings_twice_as_much_lets_expect_twice_as_much(void **state)
{
    (void)state;
    live("a", DAY, DAY + 400, 3.0 / 30);
    double before = judge(RULE_SPIKE, 2, 30, DAY + 399).expected;
    live("a", DAY + 400, DAY + 430, 6.0 / 30);
    for (int64_t day = DAY + 400; day < DAY + 430; day++)
        bring("a", day, 10);
    double after = judge(RULE_SPIKE, 2, 30, DAY + 429).expected;
    assert_true(after > 1.7 * before && after < 2.4 * before);
}

/* Twelve drills a month from June to August, one otherwise. */
static void live_by_season(int64_t from, int64_t to)
{
    for (int64_t day = from; day < to; day++) {
        int64_t of_year = day % 365;
        bring("a", day, 10);
        for (int events = poisson((of_year >= 150 && of_year < 240 ? 12.0 : 1.0) / 30); events > 0; events--)
            TELL(day, "a");
    }
}

static void a_season_that_earlier_years_had_is_no_spike(void **state)
{
    (void)state;
    int64_t start = 365 * 49; /* a day 0 of the invented year */
    live_by_season(start, start + 4 * 365);
    /* The first summer is news: nobody knows yet that it will come again. */
    assert_true(spikes(3, 30, start + 140, start + 240) > 0);
    assert_int_equal(spikes(3, 30, start + 2 * 365, start + 4 * 365), 0);
    for (int i = 0; i < 60; i++)
        TELL(start + 3 * 365 + 200, "a");
    struct series_verdict verdict = judge(RULE_SPIKE, 3, 30, start + 3 * 365 + 200);
    assert_true(verdict.holds);
    assert_true(verdict.by_season && verdict.expected > 8);
    assert_non_null(strstr(verdict.text, "expected for the season"));
}

/* News comes in clumps: nothing for months, then eight stories at once. Poisson's distribution would be surprised. */
static void scatter_makes_a_spike_less_surprising(void **state)
{
    (void)state;
    for (int64_t day = DAY; day < DAY + 420; day++) {
        bring("a", day, 10);
        if ((day - DAY) % 60 == 45)
            for (int i = 0; i < 6; i++)
                TELL(day, "a");
    }
    for (int i = 0; i < 6; i++)
        TELL(DAY + 419, "a");
    struct series_verdict verdict = judge(RULE_SPIKE, 1.5, 30, DAY + 419);
    assert_int_equal(verdict.count, 12);
    assert_true(statistics_at_least(12, verdict.expected, verdict.expected) < SERIES_SPIKE_CHANCE);
    assert_false(verdict.holds);
}

static void an_event_that_many_tell_counts_once(void **state)
{
    (void)state;
    live("a", DAY, DAY + 400, 2.0 / 30);
    live("b", DAY, DAY + 400, 0);
    live("c", DAY, DAY + 400, 0);
    for (int64_t day = DAY; day < DAY + 360; day += 30)
        TELL(day, "b", "c");
    TELL(DAY + 399, "a", "b", "c");
    int count;
    struct error error = ERROR_INIT;
    struct series_verdict verdict = judge(RULE_SPIKE, 2, 30, DAY + 399);
    assert_true(series_count(store, "w", DAY + 370, DAY + 399, &count, &error));
    assert_int_equal(verdict.count, count);
}

/* ---- silences ---- */

static void a_silence_is_one_where_something_was_to_be_expected(void **state)
{
    (void)state;
    live("a", DAY, DAY + 500, 3.0 / 30);
    assert_false(judge(RULE_SILENCE, 0, 90, DAY + 499).holds);
    live("a", DAY + 500, DAY + 590, 0);
    struct series_verdict verdict = judge(RULE_SILENCE, 0, 90, DAY + 589);
    assert_true(verdict.holds);
    assert_true(verdict.expected > 6 && verdict.expected < 13);
    assert_int_equal(strncmp(verdict.text, "none in 90 days against ", 24), 0);
    /* Where one in a year is usual, ninety days without are nothing. */
    assert_false(judge(RULE_SILENCE, 0, 7, DAY + 506).holds);
}

static void without_items_nothing_is_expected(void **state)
{
    (void)state;
    live("a", DAY, DAY + 500, 3.0 / 30);
    assert_false(judge(RULE_SILENCE, 0, 90, DAY + 600).holds);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distributions_are_those_of_the_tables),
        TEST(what_goes_on_as_ever_is_no_spike_and_a_burst_is_one),
        TEST(a_spike_is_silent_until_three_windows_are_covered),
        TEST(fewer_than_three_events_are_no_spike),
        TEST(a_feed_that_is_added_is_no_spike),
        TEST(a_feed_that_is_lost_is_neither_a_spike_nor_a_silence),
        TEST(a_feed_that_tells_nothing_of_the_kind_changes_nothing),
        TEST(a_source_that_brings_twice_as_much_lets_expect_twice_as_much),
        TEST(a_season_that_earlier_years_had_is_no_spike),
        TEST(scatter_makes_a_spike_less_surprising),
        TEST(an_event_that_many_tell_counts_once),
        TEST(a_silence_is_one_where_something_was_to_be_expected),
        TEST(without_items_nothing_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
