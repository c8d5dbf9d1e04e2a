/* What a program writes, in lines; its hello; the words of its command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/program/hello.h"
#include "lib/program/lines.h"
#include "lib/program/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- lines ---- */

struct heard {
    char text[400];
    size_t lines, cut;
};

static void hear(void *context, const char *line, size_t size, bool is_cut)
{
    struct heard *heard = context;
    size_t used = strlen(heard->text);
    assert_int_equal(strlen(line), size);
    snprintf(heard->text + used, sizeof heard->text - used, "%s|", line);
    heard->lines++;
    heard->cut += is_cut;
}

static void lines_come_whole_however_they_are_written(void **state)
{
    (void)state;
    static const char *const parts[] = {"one\ntw", "o", "\n\nlonger than ten\nexactly 10", "\nlast"};
    int ends[2];
    struct heard heard = {.lines = 0};
    struct lines lines = {.limit = 10};
    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_int_equal(write(ends[1], parts[i], strlen(parts[i])), strlen(parts[i]));
        assert_true(lines_read(&lines, ends[0], hear, &heard));
    }
    close(ends[1]);
    assert_false(lines_read(&lines, ends[0], hear, &heard));
    close(ends[0]);
    assert_string_equal(heard.text, "one|two||longer tha|exactly 10|last|");
    assert_int_equal(heard.cut, 1);
    lines_clear(&lines);
}

/* ---- hello ---- */

static void a_hello_is_read(void **state)
{
    (void)state;
    static const char line[] = "{\"type\":\"hello\",\"protocol\":1,\"name\":\"n\",\"kinds\":[\"source\",\"sink\"],"
                               "\"window\":3,\"options\":[{\"name\":\"a\","
                               "\"type\":\"enum\",\"choices\":[\"x\",\"y\"],\"default\":\"x\",\"required\":true,"
                               "\"help\":\"H.\"}],\"later\":{}}";
    struct error error = ERROR_INIT;
    struct hello *hello = hello_read_line(line, sizeof line - 1, &error);
    assert_non_null(hello);
    assert_string_equal(hello->name, "n");
    assert_int_equal(hello->kinds, HELLO_SOURCE | HELLO_SINK);
    assert_int_equal(hello->window, 3);
    assert_int_equal(hello->option_count, 1);
    assert_int_equal(hello->options[0].type, HELLO_ENUM);
    assert_int_equal(hello->options[0].flags, HELLO_REQUIRED);
    assert_string_equal(hello->options[0].choices, "x|y");
    assert_string_equal(hello->options[0].default_value, "x");
    assert_null(hello->options[0].min);
    hello_destroy(hello);
}

static void expect_refused(const char *members, const char *why)
{
    char line[400];
    struct error error = ERROR_INIT;
    snprintf(line, sizeof line, "{\"type\":\"hello\",\"protocol\":1,\"name\":\"n\",\"kinds\":[\"sink\"]%s}", members);
    struct hello *hello = hello_read_line(line, strlen(line), &error);
    assert_null(hello);
    if (!strstr(error.text, why))
        fail_msg("\"%s\" says nothing of \"%s\"", error.text, why);
}

static void a_wrong_hello_is_told_what_is_wrong(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_null(hello_read_line("good day", 8, &error));
    assert_non_null(strstr(error.text, "no hello but \"good day\""));
    assert_null(hello_read_line("{}", 2, &error));
    assert_non_null(strstr(error.text, "must be a hello"));
    expect_refused(",\"options\":{}", "options must be a list");
    expect_refused(",\"options\":[7]", "option 1: it must be an object");
    expect_refused(",\"options\":[{\"name\":\"a\",\"type\":\"int\"}]", "option 1: help is missing");
    expect_refused(",\"options\":[{\"name\":\"a\",\"type\":\"int\",\"help\":\"H\",\"min\":1}]", "min must be a string");
    expect_refused(",\"options\":[{\"name\":\"a\",\"type\":\"int\",\"help\":\"H\",\"required\":1}]",
                   "required must be true or");
    expect_refused(",\"options\":[{\"name\":\"a\",\"type\":\"enum\",\"help\":\"H\",\"choices\":[\"a|b\"]}]",
                   "list of words");
    expect_refused(",\"window\":1001", "from 1 to 1000");
    expect_refused(",\"version\":1", "version must be a string");
    expect_refused(",\"name\":\"m\"", "no hello"); /* named twice */
}

/* ---- words ---- */

static void a_command_is_words(void **state)
{
    (void)state;
    struct words words;
    struct error error = ERROR_INIT;
    assert_true(words_split(" /bin/a  'two words' x\"y z\"'' ", &words, &error));
    assert_string_equal(words.list[0], "/bin/a");
    assert_string_equal(words.list[1], "two words");
    assert_string_equal(words.list[2], "xy z");
    assert_null(words.list[3]);
    words_free(&words);
    assert_false(words_split("a 'b", &words, &error));
    assert_false(words_split("  ", &words, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_whole_however_they_are_written),
        cmocka_unit_test(a_hello_is_read),
        cmocka_unit_test(a_wrong_hello_is_told_what_is_wrong),
        cmocka_unit_test(a_command_is_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
