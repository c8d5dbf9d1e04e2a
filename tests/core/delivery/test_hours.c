/* When digests are due and when it is quiet, over the changes of clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/delivery/policy.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60000 };

static const struct zone *utc(void)
{
    return zone_find("UTC", NULL);
}

static int64_t at(const char *text)
{
    int64_t milliseconds;
    assert_true(calendar_parse(text, strlen(text), &milliseconds, NULL));
    return milliseconds;
}

static struct digest_hours digest(const char *text)
{
    struct digest_hours hours;
    struct error error = ERROR_INIT;
    size_t offset, length;
    if (!digest_parse(text, utc(), &hours, &offset, &length, &error))
        fail_msg("%s: %s", text, error.text);
    return hours;
}

static struct quiet_hours quiet(const char *text)
{
    struct quiet_hours hours;
    struct error error = ERROR_INIT;
    size_t offset, length;
    if (!quiet_parse(text, utc(), &hours, &offset, &length, &error))
        fail_msg("%s: %s", text, error.text);
    return hours;
}

static void expect_next(const char *hours, const char *now, const char *due, const char *window)
{
    struct digest_hours read = digest(hours);
    char text[CALENDAR_TEXT_SIZE], name[HOURS_TEXT_SIZE];
    int64_t next = digest_next(&read, at(now));
    calendar_print(text, next);
    assert_string_equal(text, due);
    digest_window(&read, next, name);
    assert_string_equal(name, window);
}

static void expect_quiet(const char *hours, const char *now, const char *end)
{
    struct quiet_hours read = quiet(hours);
    char text[CALENDAR_TEXT_SIZE] = "";
    int64_t until = quiet_end(&read, at(now));
    if (until >= 0)
        calendar_print(text, until);
    assert_string_equal(text, end);
}

static void a_daily_digest_keeps_to_the_clock_on_the_wall(void **state)
{
    (void)state;
    const char *london = "daily 07:30 Europe/London";
    expect_next(london, "2026-03-28T07:29:59Z", "2026-03-28T07:30:00Z", "daily 07:30 Europe/London 2026-03-28");
    expect_next(london, "2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z", "daily 07:30 Europe/London 2026-03-29");
    expect_next(london, "2026-10-24T12:00:00Z", "2026-10-25T07:30:00Z", "daily 07:30 Europe/London 2026-10-25");
    expect_next("daily 23:59", "2026-12-31T23:59:30Z", "2027-01-01T23:59:00Z", "daily 23:59 UTC 2027-01-01");
}

static void a_weekly_digest_has_its_day(void **state)
{
    (void)state;
    expect_next("weekly mon 07:30 Europe/London", "2026-03-23T07:30:00Z", "2026-03-30T06:30:00Z",
                "weekly 07:30 Europe/London 2026-03-30");
    expect_next("weekly sun 00:00 Asia/Tokyo", "2026-11-29T12:00:00Z", "2026-12-05T15:00:00Z",
                "weekly 00:00 Asia/Tokyo 2026-12-06");
}

static void an_hourly_digest_is_by_the_minutes_of_the_place(void **state)
{
    (void)state;
    expect_next("hourly", "2026-11-29T12:00:00Z", "2026-11-29T13:00:00Z", "hourly 2026-11-29T13:00:00Z");
    expect_next("hourly :15", "2026-11-29T12:14:59Z", "2026-11-29T12:15:00Z", "hourly 2026-11-29T12:15:00Z");
    expect_next("hourly Asia/Kathmandu", "2026-11-29T12:00:00Z", "2026-11-29T12:15:00Z", "hourly 2026-11-29T12:15:00Z");
}

/* Minute by minute over both changes of a year: the windows follow each other, and every day has just one. */
static void every_day_has_one_window_whatever_clocks_do(void **state)
{
    static const char *const all[] = {"daily 07:30 Europe/London", "daily 01:30 Europe/London", "daily 02:30 Europe/Berlin",
                                      "daily 00:00 America/Havana", "daily 01:59 Australia/Lord_Howe"};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct digest_hours hours = digest(all[i]);
        int64_t first = at("2026-01-01T12:00:00Z"), last = at("2027-01-01T12:00:00Z"), due = first;
        char window[HOURS_TEXT_SIZE], before[HOURS_TEXT_SIZE] = "";
        int days = 0;
        for (int64_t now = first; now < last; now += 30 * MINUTE) {
            int64_t next = digest_next(&hours, now);
            assert_true(next > now && next <= now + 26 * 60 * MINUTE);
            if (next == due)
                continue;
            digest_window(&hours, next, window);
            assert_string_not_equal(window, before);
            snprintf(before, sizeof before, "%s", window);
            due = next;
            days++;
        }
        assert_in_range(days, 365, 366);
    }
}

static void it_is_quiet_over_midnight_and_over_changes(void **state)
{
    (void)state;
    const char *london = "22:00-07:00 Europe/London";
    expect_quiet(london, "2026-03-28T21:59:59Z", "");
    expect_quiet(london, "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z");
    expect_quiet(london, "2026-03-29T05:59:59Z", "2026-03-29T06:00:00Z");
    expect_quiet(london, "2026-03-29T06:00:00Z", "");
    expect_quiet(london, "2026-10-25T00:30:00Z", "2026-10-25T07:00:00Z");
    expect_quiet("12:00-13:00", "2026-10-25T12:30:00Z", "2026-10-25T13:00:00Z");
    expect_quiet("sat,sun 00:00-24:00", "2026-11-28T10:00:00Z", "2026-11-29T00:00:00Z");
    expect_quiet("sat,sun 00:00-24:00", "2026-11-29T10:00:00Z", "2026-11-30T00:00:00Z");
    expect_quiet("sat,sun 00:00-24:00", "2026-11-30T00:00:00Z", "");
    expect_quiet("fri 22:00-07:00", "2026-11-28T06:59:00Z", "2026-11-28T07:00:00Z");
    expect_quiet("fri 22:00-07:00", "2026-11-28T22:30:00Z", "");
    expect_quiet("none", "2026-11-28T22:30:00Z", "");
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    static const struct {
        const char *text;
        size_t offset, length;
        const char *told;
    } wrong[] = {
        {"dayly 07:30", 0, 5, "hourly, daily 07:30"},
        {"daily 7:30", 6, 4, "a time of day"},
        {"daily 24:00", 6, 5, "a time of day"},
        {"daily", 5, 0, "a time of day"},
        {"daily 07:30 Europe/Londn", 12, 12, "no time zone"},
        {"daily 07:30 UTC please", 16, 6, "nothing should follow"},
        {"weekly someday 07:30", 7, 7, "a day of the week"},
        {"hourly :75", 7, 3, "a minute of the hour"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct digest_hours hours;
        struct error error = ERROR_INIT;
        size_t offset = 0, length = 0;
        assert_false(digest_parse(wrong[i].text, utc(), &hours, &offset, &length, &error));
        assert_int_equal(offset, wrong[i].offset);
        assert_int_equal(length, wrong[i].length);
        if (!strstr(error.text, wrong[i].told))
            fail_msg("%s: %s", wrong[i].text, error.text);
    }
    static const char *const not_quiet[] = {"22:00", "22:00-22:00", "22:00-25:00", "sat,sum 22:00-07:00", ""};
    for (size_t i = 0; i < sizeof not_quiet / sizeof *not_quiet; i++) {
        struct quiet_hours hours;
        struct error error = ERROR_INIT;
        size_t offset, length;
        assert_false(quiet_parse(not_quiet[i], utc(), &hours, &offset, &length, &error));
    }
}

static void throttles_are_numbers_in_a_time(void **state)
{
    struct delivery_throttle throttle;
    struct error error = ERROR_INIT;
    (void)state;
    assert_true(throttle_parse("10/1h", &throttle, &error));
    assert_int_equal(throttle.count, 10);
    assert_int_equal(throttle.window_ms, 3600000);
    assert_true(throttle_parse("1/d", &throttle, &error));
    assert_int_equal(throttle.window_ms, 86400000);
    assert_true(throttle_parse("none", &throttle, &error));
    assert_int_equal(throttle.count, 0);
    static const char *const wrong[] = {"", "10", "0/1h", "10/0h", "10/1", "-1/1h", "10/31d", "10/1h x", "9999999999/1h"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(throttle_parse(wrong[i], &throttle, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daily_digest_keeps_to_the_clock_on_the_wall),
        cmocka_unit_test(a_weekly_digest_has_its_day),
        cmocka_unit_test(an_hourly_digest_is_by_the_minutes_of_the_place),
        cmocka_unit_test(every_day_has_one_window_whatever_clocks_do),
        cmocka_unit_test(it_is_quiet_over_midnight_and_over_changes),
        cmocka_unit_test(what_is_wrong_is_told_at_its_place),
        cmocka_unit_test(throttles_are_numbers_in_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
