#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/control/watch_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct watch_file plain = {.name = "pacts", .when = "type = agreement", .to = "", .on = "", .author = "ada"};

static bool compose(const char *when, struct buffer *text, struct error *error)
{
    struct watch_file file = plain;
    file.when = when;
    return watch_file_compose(&file, text, error);
}

static void names_are_small_words(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_true(watch_file_is_name("central-asia_2", &error));
    static const char *const wrong[] = {"", "A", "a.b", "a/b", "..", "-a", "_a", "a b", "a]", "ä", "health"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        error = (struct error)ERROR_INIT;
        assert_false(watch_file_is_name(wrong[i], &error));
        assert_true(*error.text);
    }
}

static void the_file_bears_its_author_and_all_that_was_given(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    const struct watch_line lines[] = {{"digest", "daily 07:30"}, {"of_later_days", "a # b"}};
    const struct watch_file file = {
        "pacts", "type = visit\n  and text ~ 'a;b'", "mail, out", "new, status", lines, 2, "a\nb\\", 0, NULL};
    assert_true(watch_file_compose(&file, &text, &error));
    assert_string_equal(
        text.bytes, "# Saved by a b  at 1970-01-01T00:00:00Z. Change it by `entente watch save` or on the dashboard.\n"
                    "[watch.pacts]\nwhen = \"type = visit and text ~ 'a;b'\"\nto = mail, out\non = new, status\n"
                    "digest = daily 07:30\nof_later_days = \"a # b\"\n");
    buffer_free(&text);
}

static void comments_go_and_texts_stay(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    assert_true(compose("type = visit # who\n and text ~ 'it''s  # not' # end", &text, &error));
    assert_non_null(strstr(text.bytes, "when = \"type = visit and text ~ 'it''s  # not'\"\n"));
    buffer_free(&text);
}

/* What a person has written into the file by hand: before each kind of line, before one that goes, and at the end. */
static void comments_in_the_file_stay_where_they_stood(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    const struct watch_line lines[] = {{"digest", "daily 07:30"}};
    struct watch_file file = plain;
    file.to = "mail";
    file.lines = lines;
    file.line_count = 1;
    file.before = "# Saved by bob at 1970-01-01T00:00:00Z. Change it by hand.\n; for the desk\n[watch.pacts]\n"
                  "  # the wide rule\nwhen.1 = type = visit\n# narrower\nwhen.2 = or type = agreement\n\n"
                  "# nobody reads this\non = new\n# at breakfast\ndigest = daily 06:00\nmax_age = 3d\n# for now\n"
                  "# joins\\\n# \x01 is no text\nthrottle = 1h\n# the end";
    assert_true(watch_file_compose(&file, &text, &error));
    const char *first = strchr(text.bytes, '\n');
    assert_string_equal(first, "\n; for the desk\n[watch.pacts]\n# the wide rule\n# narrower\nwhen = type = agreement\n"
                               "to = mail\n# nobody reads this\n# at breakfast\ndigest = daily 07:30\n# for now\n# the end\n");
    buffer_free(&text);
}

static void a_long_rule_is_cut_at_blanks(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct buffer rule = BUFFER_INIT, text = BUFFER_INIT;
    buffer_append_text(&rule, "type = visit");
    for (int i = 0; i < 200; i++)
        buffer_printf(&rule, " or money > %d M USD", i);
    assert_true(compose(rule.bytes, &text, &error));
    assert_non_null(strstr(text.bytes, "\nwhen.1 = type = visit"));
    assert_non_null(strstr(text.bytes, "\nwhen.5 = "));
    for (const char *line = text.bytes; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") < 1000);
    buffer_free(&text);
    buffer_free(&rule);
}

static void what_ini_cannot_hold_is_refused(void **state)
{
    (void)state;
    char long_text[1200];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    const char *const wrong[] = {"text ~ 'a\nb'", "text ~ 'a\tb'", "text ~ 'say \"a\"; b'", long_text};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        struct buffer text = BUFFER_INIT;
        assert_false(compose(wrong[i], &text, &error));
        assert_true(strncmp(error.text, "when", 4) == 0);
        buffer_free(&text);
    }
}

static void files_are_written_over_and_removed(void **state)
{
    (void)state;
    char folder[] = "/tmp/entente-watch-XXXXXX", path[200], inner[220];
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    struct stat status;
    assert_non_null(mkdtemp(folder));
    assert_true(compose("type = visit", &text, &error));
    for (int i = 0; i < 2; i++)
        assert_true(watch_file_write(folder, "pacts", &text, path, sizeof path, &error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, text.size);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(watch_file_remove(folder, "pacts", path, sizeof path, &error));
    assert_false(watch_file_remove(folder, "pacts", path, sizeof path, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    snprintf(inner, sizeof inner, "%s/watches.d", folder);
    assert_int_equal(rmdir(inner), 0); /* nothing is left behind */
    /* A link in the folder's place leads nowhere else. */
    assert_int_equal(symlink("/tmp", inner), 0);
    assert_false(watch_file_write(folder, "pacts", &text, path, sizeof path, &error));
    assert_int_equal(unlink(inner), 0);
    assert_int_equal(rmdir(folder), 0);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_small_words),
        cmocka_unit_test(the_file_bears_its_author_and_all_that_was_given),
        cmocka_unit_test(comments_go_and_texts_stay),
        cmocka_unit_test(comments_in_the_file_stay_where_they_stood),
        cmocka_unit_test(a_long_rule_is_cut_at_blanks),
        cmocka_unit_test(what_ini_cannot_hold_is_refused),
        cmocka_unit_test(files_are_written_over_and_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
