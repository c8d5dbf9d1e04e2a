#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/bus/health.h"
#include "core/bus/plan.h"
#include "core/bus/rhythm.h"

#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
static const int64_t noon = 1700049600000; /* Wednesday 15 November 2023, 12:00 GMT */

/* ---- rhythm ---- */

static struct rhythm every(int64_t gap, size_t count, int64_t now)
{
    struct rhythm rhythm = {.since = 1};
    int64_t times[100];
    for (size_t i = 0; i < count; i++)
        times[i] = now - (int64_t)i * gap;
    rhythm_note(&rhythm, times, count, 0, now);
    return rhythm;
}

static void the_first_document_shows_the_rhythm(void **state)
{
    (void)state;
    struct rhythm rhythm = every(HOUR, 20, noon);
    assert_int_equal(rhythm_gap(&rhythm), HOUR);
    assert_int_equal(rhythm.newest, noon);
    assert_in_range(rhythm_silence(&rhythm), 3 * HOUR - MINUTE, 3 * HOUR);
}

static void few_items_show_none(void **state)
{
    (void)state;
    struct rhythm rhythm = every(HOUR, 3, noon);
    assert_int_equal(rhythm_gap(&rhythm), -1);
    assert_int_equal(rhythm_silence(&rhythm), -1);
    assert_int_equal(rhythm_delay(&rhythm), -1);
}

static void undated_items_of_a_first_fetch_show_none(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    rhythm_note(&rhythm, NULL, 0, 50, noon);
    assert_int_equal(rhythm_gap(&rhythm), -1);
    for (int i = 1; i <= 10; i++)
        rhythm_note(&rhythm, NULL, 0, 2, noon + i * HOUR);
    assert_int_equal(rhythm_gap(&rhythm), HOUR / 2);
}

static void a_weekend_is_remembered_over_the_week(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    int64_t time = noon;
    for (int day = 0; day < 12; day++) {
        time += day % 5 == 0 ? 64 * HOUR : 16 * HOUR;
        for (int i = 0; i < 20; i++) {
            time += 24 * MINUTE;
            int64_t one[] = {time};
            rhythm_note(&rhythm, one, 1, 0, time);
        }
    }
    assert_true(rhythm_silence(&rhythm) > 64 * HOUR);
    assert_true(rhythm_gap(&rhythm) < 2 * HOUR);
}

static void dates_in_the_future_count_as_now(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    int64_t times[] = {noon + DAY};
    rhythm_note(&rhythm, times, 1, 0, noon);
    assert_int_equal(rhythm.newest, noon);
}

static void the_median_delay_is_of_the_last_fifteen(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    for (int i = 0; i < 100; i++)
        rhythm_note_delay(&rhythm, HOUR);
    for (int i = 0; i < 8; i++)
        rhythm_note_delay(&rhythm, MINUTE);
    assert_int_equal(rhythm_delay(&rhythm), MINUTE);
}

/* ---- plan ---- */

static struct plan plain(void)
{
    return (struct plan){.gap_ms = -1, .fresh_ms = -1, .retry_after_ms = -1, .asked_next_ms = -1, .chance = 0};
}

/* The wait in percent of `expected`; chance 0 is the lowest end of a spread of 5 percent both ways. */
static void assert_waits(const struct plan *plan, int64_t least, int64_t most)
{
    for (uint64_t chance = 0; chance < 5000; chance += 7) {
        struct plan one = *plan;
        one.chance = chance * 1000003u;
        int64_t wait = plan_next(&one, noon) - noon;
        if (wait < least || wait > most)
            fail_msg("%lld is not within %lld and %lld", (long long)wait, (long long)least, (long long)most);
    }
}

static void a_configured_interval_is_kept(void **state)
{
    (void)state;
    struct plan plan = plain();
    plan.interval_ms = 10 * MINUTE;
    plan.gap_ms = DAY;
    plan.fresh_ms = plan.not_before_ms = DAY;
    plan.skip_hours = 0xffffff;
    assert_waits(&plan, 9 * MINUTE + 30 * SECOND, 10 * MINUTE + 30 * SECOND);
}

static void a_rhythm_of_its_own_sets_the_time_within_bounds(void **state)
{
    (void)state;
    struct plan plan = plain();
    assert_waits(&plan, 15 * MINUTE, 16 * MINUTE);
    plan.gap_ms = 2 * HOUR;
    assert_waits(&plan, 30 * MINUTE, 32 * MINUTE);
    plan.gap_ms = MINUTE;
    assert_waits(&plan, 5 * MINUTE, 6 * MINUTE);
    plan.gap_ms = 30LL * DAY;
    assert_waits(&plan, HOUR, 64 * MINUTE);
    plan.interval_max_ms = 6 * HOUR;
    assert_waits(&plan, 6 * HOUR, 6 * HOUR);
    plan.interval_min_ms = 10 * SECOND;
    plan.gap_ms = MINUTE;
    assert_waits(&plan, 15 * SECOND, 16 * SECOND);
}

static void server_and_document_put_the_fetch_off(void **state)
{
    (void)state;
    struct plan plan = plain();
    plan.gap_ms = 0;
    plan.fresh_ms = 40 * MINUTE;
    assert_waits(&plan, 40 * MINUTE, 42 * MINUTE);
    plan.not_before_ms = 2 * HOUR;
    assert_waits(&plan, 2 * HOUR, 126 * MINUTE);
    plan.fresh_ms = 300LL * DAY;
    assert_waits(&plan, DAY, DAY);
}

static void skipped_hours_and_days_are_passed_over(void **state)
{
    (void)state;
    struct plan plan = plain();
    plan.skip_hours = 1u << 12 | 1u << 13;
    assert_waits(&plan, 2 * HOUR, 2 * HOUR);
    plan.skip_hours = 0xffffff; /* always: until the longest wait */
    assert_waits(&plan, DAY, DAY);
    plan.skip_hours = 0;
    plan.skip_days = 1u << 3; /* Wednesday */
    assert_waits(&plan, 12 * HOUR, 12 * HOUR);
}

static void a_failing_source_is_asked_less_and_less_often(void **state)
{
    (void)state;
    struct plan plan = plain();
    plan.has_failed = true;
    plan.interval_ms = 10 * MINUTE;
    assert_waits(&plan, 8 * MINUTE, 12 * MINUTE);
    plan.failures = 3;
    assert_waits(&plan, 64 * MINUTE, 96 * MINUTE);
    plan.failures = 1000;
    assert_waits(&plan, 19 * HOUR, DAY);
    plan.retry_after_ms = 90 * SECOND;
    assert_waits(&plan, 90 * SECOND, 95 * SECOND);
    plan.retry_after_ms = INT64_MAX;
    assert_waits(&plan, DAY, DAY);
    plan.retry_after_ms = 0;
    plan.interval_min_ms = 30 * SECOND;
    assert_waits(&plan, 30 * SECOND, 30 * SECOND);
}

/* ---- health ---- */

static struct health_look look_at(const struct rhythm *rhythm, enum outage before, int64_t now)
{
    return (struct health_look){.before = before,
                                .is_ok = true,
                                .rhythm = rhythm,
                                .silent_after_ms = -1,
                                .dead_after_ms = 3LL * DAY,
                                .now = now};
}

static void silence_past_three_pauses_is_an_outage_until_an_item_comes(void **state)
{
    (void)state;
    struct rhythm rhythm = every(HOUR, 20, noon);
    struct health_look look = look_at(&rhythm, OUTAGE_NONE, noon + 2 * HOUR);
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.now = noon + 4 * HOUR;
    assert_int_equal(health_judge(&look), OUTAGE_SILENT);
    look.before = OUTAGE_SILENT;
    look.now = noon + 400 * HOUR;
    assert_int_equal(health_judge(&look), OUTAGE_SILENT);
    look.has_new = true;
    rhythm.newest = look.now;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
}

static void what_was_silent_when_it_was_taken_up_is_not_missed_at_once(void **state)
{
    (void)state;
    struct rhythm rhythm = every(HOUR, 20, noon);
    rhythm.since = noon + 400LL * DAY;
    struct health_look look = look_at(&rhythm, OUTAGE_NONE, rhythm.since + 2 * HOUR);
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.now = rhythm.since + 4 * HOUR;
    assert_int_equal(health_judge(&look), OUTAGE_SILENT);
}

static void silence_may_be_configured_or_left_alone(void **state)
{
    (void)state;
    struct rhythm rhythm = every(HOUR, 20, noon);
    struct health_look look = look_at(&rhythm, OUTAGE_NONE, noon + 40 * HOUR);
    look.silent_after_ms = 0;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.silent_after_ms = 41 * HOUR;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.silent_after_ms = 39 * HOUR;
    assert_int_equal(health_judge(&look), OUTAGE_SILENT);
}

static void failing_for_long_is_an_outage_until_a_fetch_goes_well(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    struct health_look look = look_at(&rhythm, OUTAGE_NONE, noon);
    look.is_ok = false;
    look.failing_since = noon - 2LL * DAY;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.failing_since = noon - 3LL * DAY;
    assert_int_equal(health_judge(&look), OUTAGE_DEAD);
    look.dead_after_ms = 0;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
    look.before = OUTAGE_DEAD;
    assert_int_equal(health_judge(&look), OUTAGE_DEAD);
    look.is_ok = true;
    assert_int_equal(health_judge(&look), OUTAGE_NONE);
}

static void what_is_gone_is_an_outage_at_once(void **state)
{
    (void)state;
    struct rhythm rhythm = {0};
    struct health_look look = look_at(&rhythm, OUTAGE_NONE, noon);
    look.is_ok = false;
    look.is_gone = true;
    look.failing_since = noon;
    assert_int_equal(health_judge(&look), OUTAGE_GONE);
    assert_int_equal(outage_of(outage_word(OUTAGE_GONE)), OUTAGE_GONE);
    assert_int_equal(outage_of(""), OUTAGE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_document_shows_the_rhythm),
        cmocka_unit_test(few_items_show_none),
        cmocka_unit_test(undated_items_of_a_first_fetch_show_none),
        cmocka_unit_test(a_weekend_is_remembered_over_the_week),
        cmocka_unit_test(dates_in_the_future_count_as_now),
        cmocka_unit_test(the_median_delay_is_of_the_last_fifteen),
        cmocka_unit_test(a_configured_interval_is_kept),
        cmocka_unit_test(a_rhythm_of_its_own_sets_the_time_within_bounds),
        cmocka_unit_test(server_and_document_put_the_fetch_off),
        cmocka_unit_test(skipped_hours_and_days_are_passed_over),
        cmocka_unit_test(a_failing_source_is_asked_less_and_less_often),
        cmocka_unit_test(silence_past_three_pauses_is_an_outage_until_an_item_comes),
        cmocka_unit_test(what_was_silent_when_it_was_taken_up_is_not_missed_at_once),
        cmocka_unit_test(silence_may_be_configured_or_left_alone),
        cmocka_unit_test(failing_for_long_is_an_outage_until_a_fetch_goes_well),
        cmocka_unit_test(what_is_gone_is_an_outage_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
