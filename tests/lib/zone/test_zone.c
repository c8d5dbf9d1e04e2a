/* Time zones, over the changes of their clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/zone/zone.h"

#include <string.h>

static int64_t at(const char *text)
{
    int64_t milliseconds;
    assert_true(calendar_parse(text, strlen(text), &milliseconds, NULL));
    return milliseconds;
}

static const struct zone *zone(const char *name)
{
    struct error error = ERROR_INIT;
    const struct zone *found = zone_find(name, &error);
    if (!found)
        fail_msg("%s", error.text);
    return found;
}

static void expect_time(const char *name, struct civil civil, const char *utc)
{
    char text[CALENDAR_TEXT_SIZE];
    calendar_print(text, zone_time(zone(name), &civil));
    assert_string_equal(text, utc);
}

static void clocks_show_what_they_show(void **state)
{
    (void)state;
    struct civil civil;
    zone_split(zone("Europe/London"), at("2026-03-29T00:59:59Z"), &civil);
    assert_int_equal(civil.hour, 0);
    zone_split(zone("Europe/London"), at("2026-03-29T01:00:00Z"), &civil);
    assert_int_equal(civil.hour, 2);
    zone_split(zone("Asia/Kathmandu"), at("2026-11-29T20:00:00Z"), &civil);
    assert_int_equal(civil.day, 30);
    assert_int_equal(civil.hour, 1);
    assert_int_equal(civil.minute, 45);
    assert_int_equal(zone_offset(zone("UTC"), at("2026-11-29T20:00:00Z")), 0);
    /* Behind what the tables list, by the rule. */
    assert_int_equal(zone_offset(zone("America/New_York"), at("2090-07-01T12:00:00Z")), -4 * 3600000);
    assert_int_equal(zone_offset(zone("Europe/London"), at("1950-01-15T12:00:00Z")), 0);
}

static void a_time_comes_when_it_is_shown(void **state)
{
    (void)state;
    expect_time("Europe/London", (struct civil){2026, 3, 28, 7, 30, 0, 0}, "2026-03-28T07:30:00Z");
    expect_time("Europe/London", (struct civil){2026, 3, 29, 7, 30, 0, 0}, "2026-03-29T06:30:00Z");
    expect_time("Europe/London", (struct civil){2026, 10, 25, 7, 30, 0, 0}, "2026-10-25T07:30:00Z");
    expect_time("Pacific/Apia", (struct civil){2026, 11, 29, 7, 30, 0, 0}, "2026-11-28T18:30:00Z");
}

static void a_time_that_is_left_out_is_as_far_behind_the_change(void **state)
{
    (void)state;
    expect_time("Europe/London", (struct civil){2026, 3, 29, 1, 30, 0, 0}, "2026-03-29T01:30:00Z");
    expect_time("America/New_York", (struct civil){2026, 3, 8, 2, 15, 0, 0}, "2026-03-08T07:15:00Z");
}

static void of_a_time_that_is_shown_twice_the_first_is_meant(void **state)
{
    (void)state;
    expect_time("Europe/London", (struct civil){2026, 10, 25, 1, 30, 0, 0}, "2026-10-25T00:30:00Z");
    expect_time("America/New_York", (struct civil){2026, 11, 1, 1, 30, 0, 0}, "2026-11-01T05:30:00Z");
    /* A change of half an hour. */
    expect_time("Australia/Lord_Howe", (struct civil){2026, 4, 5, 1, 45, 0, 0}, "2026-04-04T14:45:00Z");
}

static void what_is_no_zone_is_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {"Europe/Londn", "", "/etc/passwd", "../etc/passwd", "+02", "Europe", "a b"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        assert_null(zone_find(wrong[i], &error));
        assert_int_equal(error.kind, ERROR_MISSING);
        assert_non_null(strstr(error.text, "IANA"));
    }
    assert_ptr_equal(zone("UTC"), zone("UTC"));
    assert_string_equal(zone_name(zone("Europe/London")), "Europe/London");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_show_what_they_show),
        cmocka_unit_test(a_time_comes_when_it_is_shown),
        cmocka_unit_test(a_time_that_is_left_out_is_as_far_behind_the_change),
        cmocka_unit_test(of_a_time_that_is_shown_twice_the_first_is_meant),
        cmocka_unit_test(what_is_no_zone_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
