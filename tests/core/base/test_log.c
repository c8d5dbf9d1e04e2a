#include "core/base/clock.h"
#include "core/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int output;

static int open_output(void **state)
{
    (void)state;
    output = memfd_create("log", MFD_CLOEXEC);
    clock_set_for_tests(1159142400123); /* 2006-09-25T00:00:00.123Z */
    return output < 0;
}

static int close_output(void **state)
{
    (void)state;
    log_flush();
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, STDERR_FILENO);
    clock_set_for_tests(0);
    return close(output);
}

static const char *written(void)
{
    static char text[65536];
    ssize_t size = pread(output, text, sizeof text - 1, 0);
    text[size < 0 ? 0 : size] = '\0';
    return text;
}

static void an_entry_is_one_line_with_time_level_instance_and_record(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, output);
    log_write(LOG_WARNING, "source.edm", "1f2e", "HTTP %d", 404);
    log_write(LOG_INFO, NULL, NULL, "ready");
    log_write(LOG_DEBUG, NULL, NULL, "not at this level");
    assert_string_equal(written(), "2006-09-25T00:00:00.123Z warning source.edm [1f2e]: HTTP 404\n"
                                   "2006-09-25T00:00:00.123Z info: ready\n");
}

static void foreign_text_cannot_break_the_line_or_steer_a_terminal(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, output);
    log_write(LOG_ERROR, NULL, NULL, "a\nb \x1b[31m \xff \xC2\x9B é");
    assert_string_equal(written(), "2006-09-25T00:00:00.123Z error: a\\nb \\x1b[31m \xEF\xBF\xBD \\x9b é\n");
}

static void json_entries_parse_and_hold_the_same_fields(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_JSON, LOG_DEBUG, output);
    log_write(LOG_DEBUG, "sink.mail", "77", "said \"no\"\n");
    json_t *entry = json_loads(written(), JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(entry);
    assert_string_equal(json_string_value(json_object_get(entry, "time")), "2006-09-25T00:00:00.123Z");
    assert_string_equal(json_string_value(json_object_get(entry, "level")), "debug");
    assert_string_equal(json_string_value(json_object_get(entry, "instance")), "sink.mail");
    assert_string_equal(json_string_value(json_object_get(entry, "record")), "77");
    assert_string_equal(json_string_value(json_object_get(entry, "text")), "said \"no\"\n");
    json_decref(entry);
}

static void repeats_are_counted_and_told_once(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, output);
    for (int i = 0; i < 4; i++)
        log_write(LOG_ERROR, "source.a", NULL, "refused");
    log_write(LOG_ERROR, "source.b", NULL, "refused");
    log_write(LOG_ERROR, "source.b", NULL, "refused");
    log_flush();
    assert_string_equal(written(), "2006-09-25T00:00:00.123Z error source.a: refused\n"
                                   "2006-09-25T00:00:00.123Z error source.a: the entry before came 3 more times\n"
                                   "2006-09-25T00:00:00.123Z error source.b: refused\n"
                                   "2006-09-25T00:00:00.123Z error source.b: the entry before came 1 more time\n");
}

static void *write_many(void *name)
{
    for (int i = 0; i < 100; i++)
        log_write(LOG_INFO, name, NULL, "entry %d", i);
    return NULL;
}

static void entries_of_several_threads_stay_whole(void **state)
{
    (void)state;
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, output);
    pthread_t threads[3];
    char names[3][8] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    int lines = 0;
    char copy[65536];
    snprintf(copy, sizeof copy, "%s", written());
    char *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")) && *line; lines++)
        assert_non_null(strstr(line, ": entry "));
    assert_int_equal(lines, 300);
}

static void levels_are_read_from_their_words(void **state)
{
    (void)state;
    enum log_level level;
    assert_true(log_level_of("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_of("loud", &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_entry_is_one_line_with_time_level_instance_and_record, open_output,
                                        close_output),
        cmocka_unit_test_setup_teardown(foreign_text_cannot_break_the_line_or_steer_a_terminal, open_output,
                                        close_output),
        cmocka_unit_test_setup_teardown(json_entries_parse_and_hold_the_same_fields, open_output, close_output),
        cmocka_unit_test_setup_teardown(repeats_are_counted_and_told_once, open_output, close_output),
        cmocka_unit_test_setup_teardown(entries_of_several_threads_stay_whole, open_output, close_output),
        cmocka_unit_test(levels_are_read_from_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
