#include "core/config/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct ent_option rows[] = {
    {.name = "text", .type = ENT_OPTION_STRING, .flags = ENT_MULTI, .default_value = "plain"},
    {.name = "secret", .type = ENT_OPTION_SECRET},
    {.name = "count", .type = ENT_OPTION_INT, .default_value = "7", .min = "-5", .max = "100"},
    {.name = "ratio", .type = ENT_OPTION_FLOAT, .min = "0", .max = "1.5"},
    {.name = "on", .type = ENT_OPTION_BOOL, .default_value = "no"},
    {.name = "interval", .type = ENT_OPTION_DURATION, .default_value = "15m", .min = "1s"},
    {.name = "limit", .type = ENT_OPTION_SIZE, .default_value = "64k", .max = "1G"},
    {.name = "url", .type = ENT_OPTION_URL},
    {.name = "mail", .type = ENT_OPTION_URL, .choices = "smtp|smtps"},
    {.name = "path", .type = ENT_OPTION_PATH, .flags = ENT_PATH_READ},
    {.name = "output", .type = ENT_OPTION_PATH, .flags = ENT_PATH_WRITE},
    {.name = "folder", .type = ENT_OPTION_PATH, .flags = ENT_PATH_DIR},
    {.name = "class", .type = ENT_OPTION_ENUM, .choices = "wire|official|media|analysis"},
    {.name = "words", .type = ENT_OPTION_LIST, .flags = ENT_MULTI, .default_value = "a, b"},
    {.name = "types", .type = ENT_OPTION_LIST, .choices = "training|transfer"},
};
static const struct option_table table = {rows, sizeof rows / sizeof *rows, sizeof *rows};

static char path[64];
static struct diagnostics *diagnostics;
static struct config *config;
static struct option_values *values;
static char *printed;

static int begin(void **state)
{
    (void)state;
    diagnostics = diagnostics_create();
    return diagnostics == NULL;
}

static int end(void **state)
{
    (void)state;
    options_destroy(values);
    config_destroy(config);
    diagnostics_destroy(diagnostics);
    free(printed);
    values = NULL;
    config = NULL;
    printed = NULL;
    unlink(path);
    return 0;
}

/* Parses a section of these lines by the tables. */
static void parse_by(const struct option_table *tables, size_t count, enum options_mode mode, const char *lines)
{
    snprintf(path, sizeof path, "/tmp/entente-options-%d.ini", (int)getpid());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "[source.a]\n%s", lines);
    fclose(file);
    struct error error = ERROR_INIT;
    config = config_load(path, diagnostics, &error);
    assert_non_null(config);
    struct options_context context = {.mode = mode, .made_folder = "/tmp/entente-made-later"};
    values = options_parse(config_find(config, "source.a"), tables, count, &context, diagnostics);
    assert_non_null(values);
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    diagnostics_print(diagnostics, out, false);
    fclose(out);
}

static void parse(const char *lines)
{
    parse_by(&table, 1, OPTIONS_RESOLVE, lines);
}

static void assert_sound(void)
{
    if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0)
        fail_msg("%s", printed);
}

static void assert_printed(const char *part)
{
    if (!strstr(printed, part))
        fail_msg("'%s' is not in:\n%s", part, printed);
}

static void values_are_typed_and_defaults_stand_where_nothing_is_set(void **state)
{
    (void)state;
    parse("count = -3\nratio = 0.25\non = Yes\ninterval = 1h30m\nlimit = 10M\nurl = https://example.org/feed?a=b\n"
          "class = wire\nwords = x , y z,w\n");
    assert_sound();
    assert_int_equal(options_integer(values, "count"), -3);
    assert_true(options_find(values, "ratio")->number > 0.2499 && options_find(values, "ratio")->number < 0.2501);
    assert_int_equal(options_integer(values, "on"), 1);
    assert_int_equal(options_integer(values, "interval"), 90 * 60 * 1000);
    assert_int_equal(options_integer(values, "limit"), 10 * 1024 * 1024);
    assert_string_equal(options_text(values, "url"), "https://example.org/feed?a=b");
    assert_string_equal(options_text(values, "class"), "wire");
    assert_string_equal(options_text(values, "text"), "plain");
    assert_null(options_text(values, "secret"));
    const struct option_value *words = options_find(values, "words");
    assert_int_equal(words->item_count, 3);
    assert_string_equal(words->items[1].data, "y z");
    assert_true(words->is_set);
    assert_false(options_find(values, "text")->is_set);
    assert_null(options_find(values, "absent"));
}

/* A value that must be refused, what is said, and how it should read. */
static const struct {
    const char *line, *place, *text, *write;
} refused[] = {
    {"count = 12abc", ":2:11: ", "'12abc' is not a whole number", "count = 12"},
    {"count = 042", ":2:9: ", "begins with a zero", "count = 42"},
    {"count = 0x10", ":2:10: ", "not a whole number", NULL},
    {"count = 101", ":2:9: ", "above the greatest value, 100", "count = 100"},
    {"count = -6", ":2:9: ", "below the least value, -5", "count = -5"},
    {"count = 99999999999999999999", ":2:9: ", "too large", NULL},
    {"count =", ":2:", "the value is missing", NULL},
    {"ratio = 0,5", ":2:9: ", "not a number", "ratio = 0.5"},
    {"ratio = nan", ":2:9: ", "not a number", NULL},
    {"ratio = 1e999", ":2:9: ", "too large", NULL},
    {"ratio = 2", ":2:9: ", "above the greatest value, 1.5", "ratio = 1.5"},
    {"ratio = 1.2.3", ":2:9: ", "not a number", NULL},
    {"on = yess", ":2:6: ", "neither yes nor no", "on = yes"},
    {"on = t", ":2:6: ", "neither yes nor no", NULL},
    {"on = 1", ":2:6: ", "neither yes nor no", "on = yes"},
    {"interval = 15", ":2:12: ", "lacks a unit", "interval = 15s"},
    {"interval = 15min", ":2:14: ", "'min' is no unit of time", "interval = 15m"},
    {"interval = 1.5h", ":2:12: ", "lacks a unit", NULL},
    {"interval = soon", ":2:12: ", "not a duration", NULL},
    {"interval = 99999999999999w", ":2:12: ", "too long a time", NULL},
    {"interval = 500ms", ":2:12: ", "below the least value, 1s", "interval = 1s"},
    {"limit = 10MB", ":2:11: ", "no unit of size", "limit = 10M"},
    {"limit = -1", ":2:9: ", "not a size", NULL},
    {"limit = 2G", ":2:9: ", "above the greatest value, 1G", "limit = 1G"},
    {"url = example.org/feed", ":2:7: ", "begins with no scheme", "url = https://example.org/feed"},
    {"url = ftp://example.org/", ":2:7: ", "'ftp' addresses are not taken here, only http|https", NULL},
    {"url = htps://example.org/", ":2:7: ", "'htps' addresses", "url = https://example.org/"},
    {"url = https:///feed", ":2:7: ", "names no host", NULL},
    {"url = https://exa mple.org/", ":2:18: ", "may not hold ' '", NULL},
    {"url = https://example.org:99999/", ":2:27: ", "no port", NULL},
    {"url = https://example.org:/", ":2:", "no port", NULL},
    {"url = https://[::1/", ":2:7: ", "IPv6", NULL},
    {"url = https://exa$mple.org/", ":2:18: ", "does not belong in the name of a host", NULL},
    {"mail = http://mail.example.org", ":2:8: ", "only smtp|smtps", NULL},
    {"path = no-such-file", ":2:8: ", "cannot use /tmp/no-such-file: No such file", NULL},
    {"path = ~/file", ":2:8: ", "'~' is not expanded", NULL},
    {"output = /no/such/folder/x", ":2:10: ", "its folder /no/such/folder cannot be used", NULL},
    {"output = /tmp", ":2:10: ", "is a folder, not a file", NULL},
    {"folder = /etc/passwd", ":2:10: ", "is not a folder", NULL},
    {"class = wirre", ":2:9: ", "nearest: wire", "class = wire"},
    {"types = training, trasnfer", ":2:19: ", "nearest: transfer", "types = training, transfer"},
    {"words = a,,b", ":2:", "nothing stands between two commas", NULL},
    {"intervall = 15m", ":2:1: ", "takes no 'intervall'; nearest: interval", "interval = 15m"},
    {"count.1 = 5", ":2:1: ", "cannot be split", "count = 5"},
    {"text.0 = 5", ":2:1: ", "numbered from 1", NULL},
    {"text.01 = 5", ":2:1: ", "numbered from 1", NULL},
    {"text.x = 5", ":2:1: ", "numbered from 1", NULL},
    {"secret = env:ENTENTE_TEST_ABSENT", ":2:10: ", "the environment has no variable ENTENTE_TEST_ABSENT", NULL},
    {"secret = file:/no/such/file", ":2:10: ", "cannot open /no/such/file", NULL},
};

static void each_wrong_value_is_told_at_its_place_with_what_would_be_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char line[200];
        snprintf(line, sizeof line, "%s\n", refused[i].line);
        parse(line);
        if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) != 1)
            fail_msg("%s: not one error but:\n%s", refused[i].line, printed);
        assert_printed(refused[i].place);
        assert_printed(refused[i].text);
        if (refused[i].write) {
            char write[200];
            snprintf(write, sizeof write, "= write: %s\n", refused[i].write);
            assert_printed(write);
        } else if (strstr(printed, "= write:")) {
            fail_msg("%s: a suggestion that nobody expects:\n%s", refused[i].line, printed);
        }
        end(NULL);
        begin(NULL);
    }
}

static const char *const accepted[] = {
    "count = 0",
    "count = +5",
    "ratio = .5",
    "ratio = 1e-3",
    "on = off",
    "on = TRUE",
    "interval = 7d",
    "interval = 2w1h",
    "limit = 4096",
    "limit = 1GiB",
    "url = http://user:pass@example.org:8080/x",
    "url = https://[2001:db8::1]:443/",
    "url = HTTPS://example.org",
    "url = https://b\xC3\xBC"
    "cher.example/",
    "mail = smtps://mail.example.org:465",
    "output = /tmp/entente-not-there",
    "output = /tmp/entente-made-later/x",
    "folder = /tmp",
    "class = analysis",
    "types = training",
    "words =",
    "secret = plain text",
    "text =",
};

static void each_right_value_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        char line[200];
        snprintf(line, sizeof line, "%s\n", accepted[i]);
        parse(line);
        if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0)
            fail_msg("%s: %s", accepted[i], printed);
        end(NULL);
        begin(NULL);
    }
}

static void a_series_is_joined_in_numeric_order_and_keeps_its_places(void **state)
{
    (void)state;
    char lines[1000] = "";
    for (int i = 11; i >= 1; i--) {
        char line[32];
        snprintf(line, sizeof line, "text.%d = part%d\n", i, i);
        strcat(lines, line);
    }
    parse(lines);
    assert_sound();
    assert_string_equal(options_text(values, "text"),
                        "part1 part2 part3 part4 part5 part6 part7 part8 part9 part10 part11");
    const struct option_value *text = options_find(values, "text");
    struct source_place place = options_place(text, strlen("part1 part2 pa"), 2);
    assert_int_equal(place.line, 10); /* text.3 stands in the ninth line of the section */
    assert_int_equal(place.column, 12);
    assert_int_equal(place.length, 2);
}

static void a_series_with_a_gap_or_beside_a_whole_value_is_refused(void **state)
{
    (void)state;
    parse("text.1 = a\ntext.3 = c\n");
    assert_printed("'text.2' is missing before 'text.3'");
    assert_printed("= write: text.2 = c");
    end(NULL);
    begin(NULL);
    parse("text = a\ntext.1 = c\n");
    assert_printed("'text' stands beside 'text.1'");
    end(NULL);
    begin(NULL);
    parse("words.1 = a, b\nwords.2 = c\n");
    assert_sound();
    assert_int_equal(options_find(values, "words")->item_count, 3);
}

static void secrets_are_resolved_only_where_asked_and_never_shown(void **state)
{
    (void)state;
    setenv("ENTENTE_TEST_SECRET", "hunter2", 1);
    parse("secret = env:ENTENTE_TEST_SECRET\n");
    assert_sound();
    assert_string_equal(options_text(values, "secret"), "hunter2");
    assert_string_equal(options_find(values, "secret")->raw.data, "env:ENTENTE_TEST_SECRET");
    end(NULL);
    begin(NULL);
    parse_by(&table, 1, OPTIONS_CHECK, "secret = env:ENTENTE_TEST_ABSENT\n");
    assert_sound();
    end(NULL);
    begin(NULL);
    FILE *file = fopen("/tmp/entente-secret-test", "we");
    fputs("from a file\n", file);
    fclose(file);
    parse("secret = file:entente-secret-test\n"); /* relative to the configuration's folder */
    unlink("/tmp/entente-secret-test");
    assert_sound();
    assert_string_equal(options_text(values, "secret"), "from a file");
}

static void a_mistyped_secret_is_told_without_being_shown(void **state)
{
    (void)state;
    parse("secrt = hunter2\n");
    assert_printed("takes no 'secrt'; nearest: secret");
    assert_printed("= write: secret = …");
    assert_null(strstr(printed, "hunter2"));
}

static void faults_of_a_table_are_told_too(void **state)
{
    (void)state;
    static const struct ent_option wrong[] = {{.name = "count", .type = ENT_OPTION_STRING},
                                              {.name = "late", .type = ENT_OPTION_DURATION, .default_value = "soon"},
                                              {.name = "odd", .type = 99}};
    const struct option_table both[] = {table, {wrong, 3, sizeof *wrong}};
    parse_by(both, 2, OPTIONS_CHECK, "odd = 1\n");
    assert_printed("it has an option 'count', a name that is taken");
    assert_printed("its default 'soon' for 'late' is wrong");
    assert_printed("type 99, which this version does not know");
}

static void a_common_option_that_is_newer_gives_way_to_a_plugins_own(void **state)
{
    (void)state;
    static const struct ent_option common[] = {
        {.name = "enabled", .type = ENT_OPTION_BOOL, .default_value = "yes"},
        {.name = "portion", .type = ENT_OPTION_BOOL, .default_value = "yes", .since = "1.1"},
        {.name = "pause", .type = ENT_OPTION_DURATION, .default_value = "1s", .since = "1.2"}};
    static const struct ent_option own[] = {{.name = "portion", .type = ENT_OPTION_FLOAT, .default_value = "0.5"},
                                            {.name = "pause", .type = ENT_OPTION_DURATION}};
    const struct option_table both[] = {{common, 3, sizeof *common}, {own, 2, sizeof *own}};
    parse_by(both, 2, OPTIONS_CHECK, "portion = 0.25\npause = 5m\n");
    assert_sound();
    assert_true(options_find_own(values, "portion")->number == 0.25);
    assert_int_equal(options_find_own(values, "pause")->integer, 300000);
    assert_int_equal(options_find(values, "portion")->integer, 1);
    assert_int_equal(options_find(values, "pause")->integer, 1000);
    assert_false(options_find(values, "pause")->is_set);
    assert_true(options_equal(values, values));
}

static void rows_of_another_size_are_read_by_their_stride(void **state)
{
    (void)state;
    struct longer_row {
        struct ent_option row;
        void *later_addition;
    };
    static const struct longer_row longer[] = {
        {{.name = "first", .type = ENT_OPTION_INT, .default_value = "1"}, NULL},
        {{.name = "second", .type = ENT_OPTION_INT, .default_value = "2"}, NULL}};
    const struct option_table wide = {&longer[0].row, 2, sizeof *longer};
    parse_by(&wide, 1, OPTIONS_CHECK, "first = 5\n");
    assert_sound();
    assert_int_equal(options_integer(values, "first"), 5);
    assert_int_equal(options_integer(values, "second"), 2);
}

static void a_required_option_that_is_absent_is_told_with_a_sample(void **state)
{
    (void)state;
    static const struct ent_option required[] = {
        {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Address of the feed"}};
    const struct option_table one = {required, 1, sizeof *required};
    parse_by(&one, 1, OPTIONS_CHECK, "");
    assert_printed(":1:2: error: [source.a] lacks 'url': Address of the feed");
    assert_printed("= write: url = https://example.org/");
}

static void the_common_tables_are_sound(void **state)
{
    (void)state;
    static const char *const kinds[] = {"source",  "transform", "classifier", "detector",
                                        "service", "entente",   "log",        "retention"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct option_table common = options_common(kinds[i]);
        assert_true(common.count > 0);
        parse_by(&common, 1, OPTIONS_CHECK, i < 5 ? "plugin = x\n" : "");
        assert_sound();
        for (size_t j = 0; j < common.count; j++)
            assert_non_null(options_row(&common, j).help);
        end(NULL);
        begin(NULL);
    }
    assert_int_equal(options_common("nonsense").count, 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(values_are_typed_and_defaults_stand_where_nothing_is_set),
        ONE(each_wrong_value_is_told_at_its_place_with_what_would_be_right),
        ONE(each_right_value_is_taken),
        ONE(a_series_is_joined_in_numeric_order_and_keeps_its_places),
        ONE(a_series_with_a_gap_or_beside_a_whole_value_is_refused),
        ONE(secrets_are_resolved_only_where_asked_and_never_shown),
        ONE(a_mistyped_secret_is_told_without_being_shown),
        ONE(faults_of_a_table_are_told_too),
        ONE(a_common_option_that_is_newer_gives_way_to_a_plugins_own),
        ONE(rows_of_another_size_are_read_by_their_stride),
        ONE(a_required_option_that_is_absent_is_told_with_a_sample),
        ONE(the_common_tables_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
