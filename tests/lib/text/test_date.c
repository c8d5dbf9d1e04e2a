#include "lib/base/calendar.h"
#include "lib/text/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct expected {
    const char *text, *utc;
};

static void assert_dates(const struct expected *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct date date;
        char utc[CALENDAR_TEXT_SIZE];
        if (!date_parse(rows[i].text, strlen(rows[i].text), &date))
            fail_msg("unread: %s", rows[i].text);
        calendar_print(utc, date.time);
        if (strcmp(utc, rows[i].utc) != 0)
            fail_msg("%s: %s, expected %s", rows[i].text, utc, rows[i].utc);
    }
}

#define ASSERT_DATES(rows) assert_dates(rows, sizeof(rows) / sizeof(rows)[0])

static void rfc_822_dates_are_read_with_their_faults(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"Mon, 25 Sep 2006 10:07:00 GMT", "2006-09-25T10:07:00Z"},
        {"Mon, 25 Sep 2006 10:07:00 -0430", "2006-09-25T14:37:00Z"},
        {"25 Sep 06 10:07 EST", "2006-09-25T15:07:00Z"},
        {"Monday,25 September 2006 10:07:00 +02:00", "2006-09-25T08:07:00Z"},
        {"MON, 25 SEP 2006 10:07:00 Z", "2006-09-25T10:07:00Z"},
        {"Sept. 25th, 2006, 3:07 p.m. PDT", "2006-09-25T22:07:00Z"},
        {"Mon, 25 Sep 2006 10:07:00 GMT+0200 (Central European Summer Time)", "2006-09-25T08:07:00Z"},
        {"Mon, 25 Sep 106 10:07:00 GMT", "2006-09-25T10:07:00Z"},
        {"Sun, 31 Dec 2006 24:00:00 GMT", "2007-01-01T00:00:00Z"},
        {"Mon, 25 Sep 2006 12:30:00 AM GMT", "2006-09-25T00:30:00Z"},
        {"Monday, September 25, 2006 - 3:07pm", "2006-09-25T15:07:00Z"},
        {"Mon, 25 Sep 2006 10.07.09 +0200", "2006-09-25T08:07:09Z"},
        {"25.09.2006 10.07", "2006-09-25T10:07:00Z"},
    };
    ASSERT_DATES(rows);
}

static void iso_8601_is_read_in_its_forms(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"2006-09-25T10:07:00Z", "2006-09-25T10:07:00Z"},
        {"2006-09-25T10:07:00.25+05:45", "2006-09-25T04:22:00.250Z"},
        {"20060925T100700Z", "2006-09-25T10:07:00Z"},
        {"2006-9-5T9:07", "2006-09-05T09:07:00Z"},
        {"2006-268", "2006-09-25T00:00:00Z"},
        {"2006-09-25", "2006-09-25T00:00:00Z"},
        {"2006-09-25T10:07:09:-0400", "2006-09-25T14:07:09Z"},
        {"2006-09-25T27:10:09Z", "2006-09-25T00:00:00Z"}, /* no such hour, and none is made of what follows it */
        {"2006-09", "2006-09-01T00:00:00Z"},
        {"2006", "2006-01-01T00:00:00Z"},
        {"2006-09-25 10:07:00 +0000 UTC", "2006-09-25T10:07:00Z"},
        {"20060925100700", "2006-09-25T10:07:00Z"},
        {"1159178820", "2006-09-25T10:07:00Z"},
        {"1159178820000", "2006-09-25T10:07:00Z"},
    };
    ASSERT_DATES(rows);
}

static void other_orders_are_read(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"Mon Sep 25 10:07:00 2006", "2006-09-25T10:07:00Z"},
        {"Mon Sep 25 10:07:00 +0200 2006", "2006-09-25T08:07:00Z"},
        {"Mon Sep 25 10:07:00 EDT 2006", "2006-09-25T14:07:00Z"},
        {"25.09.2006 10:07", "2006-09-25T10:07:00Z"},
        {"25/09/2006", "2006-09-25T00:00:00Z"},
        {"09/25/06 10:07:00", "2006-09-25T10:07:00Z"},
        {"Fri, 05/06/2020", "2020-06-05T00:00:00Z"}, /* 6 May 2020 was a Wednesday */
        {"Wed, 05/06/2020", "2020-05-06T00:00:00Z"},
    };
    ASSERT_DATES(rows);
}

static void names_of_many_languages_are_read(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"Montag, 25. September 2006, 10:07 Uhr", "2006-09-25T10:07:00Z"},
        {"mar., 01 déc. 2020 16:11:02 +0000", "2020-12-01T16:11:02Z"},
        {"mar., 03 mars 2020 16:11:02 +0000", "2020-03-03T16:11:02Z"},
        {"25 de septiembre de 2006", "2006-09-25T00:00:00Z"},
        {"понедельник, 25 сентября 2006 г. 10:07", "2006-09-25T10:07:00Z"},
        {"ПН, 25 СЕН 2006 10:07:00 +0300", "2006-09-25T07:07:00Z"},
        {"Δευ, 25 Σεπ 2006 10:07:00 +0300", "2006-09-25T07:07:00Z"},
        {"2006-szeptember-25T9:15+02:00", "2006-09-25T07:15:00Z"},
        {"25 Eylül 2006 10:07", "2006-09-25T10:07:00Z"},
        {"pon., 25 wrz 2006 10:07:00 +0200", "2006-09-25T08:07:00Z"},
        {"الاثنين, 25 سبتمبر 2006 10:07:00 +0000", "2006-09-25T10:07:00Z"},
        {"2006年9月25日 10:07", "2006-09-25T10:07:00Z"},
        {"2006-09-25 오후 3:07:00", "2006-09-25T06:07:00Z"},
        {"2006년 09월 25일 15:07:00", "2006-09-25T06:07:00Z"},
    };
    ASSERT_DATES(rows);
}

static void offset_and_precision_are_those_of_the_text(void **state)
{
    (void)state;
    struct date date;
    assert_true(date_parse("Mon, 25 Sep 2006 10:07 -0500", 28, &date));
    assert_int_equal(date.offset_minutes, -300);
    assert_int_equal(date.precision, DATE_MINUTE);
    assert_true(date.zone_stated);
    assert_true(date_parse("2006-09", 7, &date));
    assert_int_equal(date.precision, DATE_MONTH);
    assert_false(date.zone_stated);
}

static void what_is_no_date_is_no_date(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "   ",
        "now",
        "yesterday",
        "4 May",
        "Thu, 31 Jun 2004 19:48:21 GMT",
        "2006-13-01",
        "0001-01-01T00:00:00Z",
        "12:00",
        "25 Foo 2006",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct date date;
        if (date_parse(texts[i], strlen(texts[i]), &date))
            fail_msg("read as a date: %s", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_822_dates_are_read_with_their_faults),
        cmocka_unit_test(iso_8601_is_read_in_its_forms),
        cmocka_unit_test(other_orders_are_read),
        cmocka_unit_test(names_of_many_languages_are_read),
        cmocka_unit_test(offset_and_precision_are_those_of_the_text),
        cmocka_unit_test(what_is_no_date_is_no_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
