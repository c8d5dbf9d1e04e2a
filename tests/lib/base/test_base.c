#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/base/error.h"
#include "lib/base/json_writer.h"
#include "lib/base/utf8.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void an_arena_takes_back_what_its_latest_array_does_not_need(void **state)
{
    (void)state;
    struct arena *arena = arena_create(1000);
    char *first = arena_alloc(arena, 160), *second = arena_alloc(arena, 640);
    arena_trim(arena, first, 16); /* not the latest */
    assert_int_equal(arena_used(arena), 800);
    arena_trim(arena, second, 30);
    assert_int_equal(arena_used(arena), 192);
    assert_ptr_equal(arena_alloc(arena, 16), second + 32);
    arena_trim(arena, second, 0); /* no longer the latest */
    arena_trim(arena, NULL, 0);
    assert_int_equal(arena_used(arena), 208);
    arena_destroy(arena);
}

static void an_arena_past_its_limit_stays_failed_until_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_create(100);
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 1));
    assert_true(arena_failed(arena));
    arena_reset(arena);
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_calloc(arena, (size_t)-1, 16));
    arena_destroy(arena);
}

static void a_buffer_past_its_limit_fails_once_and_keeps_what_it_had(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT;
    buffer.limit = 5;
    buffer_append_text(&buffer, "abc");
    buffer_append_text(&buffer, "defg");
    buffer_append_text(&buffer, "x");
    assert_true(buffer.failed);
    assert_string_equal(buffer.bytes, "abc");
    assert_null(buffer_take(&buffer, NULL));
}

static void json_text_is_escaped_and_ill_formed_bytes_are_replaced(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &buffer);
    json_object_open(&writer);
    json_key(&writer, "a\"b");
    json_put_string(&writer, "x\n\x01\xff\xc3\xa9", 6);
    json_key(&writer, "n");
    json_array_open(&writer);
    json_put_integer(&writer, -3);
    json_put_number(&writer, 0.1);
    json_put_number(&writer, 1000000);
    json_put_number(&writer, 1e30);
    json_put_null(&writer);
    json_put_boolean(&writer, true);
    json_array_close(&writer);
    json_object_close(&writer);
    assert_string_equal(buffer.bytes,
                        "{\"a\\\"b\":\"x\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\"n\":[-3,0.1,1000000,1e+30,null,true]}");
    buffer_free(&buffer);
}

static void times_read_back_as_printed(void **state)
{
    (void)state;
    static const char *const texts[] = {"2006-09-25T12:30:01Z", "1969-12-31T23:59:59Z", "2000-02-29T00:00:00.250Z"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t time;
        char printed[CALENDAR_TEXT_SIZE];
        assert_true(calendar_parse(texts[i], strlen(texts[i]), &time, NULL));
        calendar_print(printed, time);
        assert_string_equal(printed, texts[i]);
    }
}

static void an_offset_is_kept_beside_the_instant(void **state)
{
    (void)state;
    int64_t time, same;
    int offset;
    assert_true(calendar_parse("2006-09-25T12:30:00+05:30", 25, &time, &offset));
    assert_int_equal(offset, 330);
    assert_true(calendar_parse("2006-09-25T07:00:00Z", 20, &same, NULL));
    assert_true(time == same);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "now", "2006-13", "2006-02-30", "2006-09-25T25:00:00Z", "2006-09-25x"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t time;
        assert_false(calendar_parse(texts[i], strlen(texts[i]), &time, NULL));
    }
    assert_int_equal(calendar_weekday(calendar_days(2006, 9, 25)), 1);
}

static void overlong_and_surrogate_utf8_is_ill_formed(void **state)
{
    (void)state;
    assert_true(utf8_is_valid("a\xc3\xa9\xf0\x9f\x98\x80", 7));
    assert_false(utf8_is_valid("\xc0\x80", 2));
    assert_false(utf8_is_valid("\xed\xa0\x80", 3));
    struct buffer buffer = BUFFER_INIT;
    utf8_append_repaired(&buffer, "a\0b\xff", 4);
    assert_string_equal(buffer.bytes, "ab\xef\xbf\xbd");
    buffer_free(&buffer);
    assert_int_equal(utf8_cut("a\xc3\xa9", 3, 2), 1);
}

static void digests_keep_their_parts_apart(void **state)
{
    (void)state;
    char one[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];
    digest_texts(one, "ab", "c", NULL);
    digest_texts(other, "a", "bc", NULL);
    assert_string_not_equal(one, other);
    assert_int_equal(strlen(one), 32);
}

static void a_long_error_is_cut_between_characters(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char long_text[3000];
    for (size_t i = 0; i + 3 < sizeof long_text; i += 3)
        memcpy(long_text + i, "\xe2\x82\xac", 4);
    error_set(&error, ERROR_INPUT, "x%s", long_text);
    error_prefix(&error, "source.a");
    assert_true(utf8_is_valid(error.text, strlen(error.text)));
    assert_memory_equal(error.text, "source.a: x", 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_takes_back_what_its_latest_array_does_not_need),
        cmocka_unit_test(an_arena_past_its_limit_stays_failed_until_reset),
        cmocka_unit_test(a_buffer_past_its_limit_fails_once_and_keeps_what_it_had),
        cmocka_unit_test(json_text_is_escaped_and_ill_formed_bytes_are_replaced),
        cmocka_unit_test(times_read_back_as_printed),
        cmocka_unit_test(an_offset_is_kept_beside_the_instant),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(overlong_and_surrogate_utf8_is_ill_formed),
        cmocka_unit_test(digests_keep_their_parts_apart),
        cmocka_unit_test(a_long_error_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
