#include "lib/base/json_flat.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const struct json_flat_member *member, const json_t *value)
{
    if (!value || member->is_null != json_is_null(value) || (member->text != NULL) != json_is_string(value))
        return false;
    return !member->text || (json_string_length(value) == member->size &&
                             memcmp(json_string_value(value), member->text, member->size + 1) == 0);
}

/* Whether it is taken; what is taken must be to jansson what it is to us. */
static bool takes(const char *bytes, size_t size)
{
    struct json_flat object;
    bool is_taken = json_flat_read(&object, bytes, size);
    if (is_taken) {
        json_t *tree = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_is_object(tree));
        assert_int_equal(json_object_size(tree), object.count);
        for (size_t i = 0; i < object.count; i++)
            assert_true(is_same(&object.members[i], json_object_get(tree, object.members[i].name)));
        json_decref(tree);
    }
    json_flat_clear(&object);
    return is_taken;
}

static bool takes_text(const char *text)
{
    return takes(text, strlen(text));
}

static void texts_and_plain_values_are_read_as_jansson_reads_them(void **state)
{
    (void)state;
    assert_true(takes_text("{}"));
    assert_true(takes_text(" {\t\"id\" : \"a\"\r\n, \"n\":-12,\"z\":0,\"b\":true,\"c\":false,\"d\":null } \n"));
    assert_true(takes_text("{\"body\":\"one\\ntwo \\\"three\\\" \\\\ \\/ \\b\\f\\r\\t\",\"\":\"\"}"));
    assert_true(takes_text("{\"body\":\"\\u00e9\\uD83D\\uDE00 \\u20AC \xc3\xa9\xf0\x9f\x98\x80 plain plain plain\"}"));
}

static void what_is_not_flat_or_no_json_is_left_to_jansson(void **state)
{
    (void)state;
    static const char *const others[] = {
        "", " ", "[]", "\"a\"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1}x", "{\"a\":1}{}",
        "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":1.5}", "{\"a\":1e3}", "{\"a\":01}", "{\"a\":-}", "{\"a\":1234567890123456}", "{\"a\":+1}",
        "{\"a\":nul}", "{\"a\":True}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":\"b\",\"\\u0061\":\"c\"}", "{'a':1}", "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude00\"}", "{\"a\":\"\\ud83d\\u0041\"}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"line\nline\"}", "{\"a\":\"tab\there tab tab\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"open}",
        "{\"a\":\"\\",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(takes_text(others[i]));
    assert_false(takes("{\"a\":\"b\0c\"}", 11));
    assert_false(takes("{\"a\":1\0}", 8));
}

static void more_members_than_it_holds_are_left_to_jansson(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < JSON_FLAT_MEMBERS_MAX; i++)
        buffer_printf(&text, "%c\"%d\":%d", i ? ',' : '{', i, i);
    buffer_append_text(&text, "}");
    assert_true(takes_text(text.bytes));
    text.bytes[text.size - 1] = ',';
    buffer_append_text(&text, "\"x\":1}");
    assert_false(takes_text(text.bytes));
    buffer_free(&text);
}

/* Bytes that mean something in JSON, put into good lines at random. */
static void no_damaged_line_is_read_otherwise_than_by_jansson(void **state)
{
    (void)state;
    static const char line[] = "{\"id\":\"x-1\",\"body\":\"one \\u00e9\\ud83d\\ude00 two\\n\\\"three\\\" and much more of it\",\"n\":-12,\"c\":null}";
    static const char bytes[] = "{}[]\":,\\u0dDe8nrt1-.+ \n\t\x01\x7f\xc3\xa9\xf0\x80";
    uint32_t chance = 1;
    size_t taken = 0;
    for (int round = 0; round < 200000; round++) {
        char damaged[sizeof line];
        memcpy(damaged, line, sizeof line);
        for (int change = 0; change <= round % 3; change++) {
            chance = chance * 1664525u + 1013904223u;
            size_t place = (chance >> 8) % (sizeof line - 1);
            chance = chance * 1664525u + 1013904223u;
            damaged[place] = bytes[(chance >> 8) % sizeof bytes];
        }
        taken += takes(damaged, sizeof line - 1);
    }
    assert_true(taken > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_plain_values_are_read_as_jansson_reads_them),
        cmocka_unit_test(what_is_not_flat_or_no_json_is_left_to_jansson),
        cmocka_unit_test(more_members_than_it_holds_are_left_to_jansson),
        cmocka_unit_test(no_damaged_line_is_read_otherwise_than_by_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
