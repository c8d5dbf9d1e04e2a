#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/cli/table.h"

#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
    {.title = "ID", .name = "id", .min = 6, .max = 8},
    {.title = "WHAT", .name = "what", .min = 10, .flexible = true},
    {.title = "ACTORS", .name = "actors", .min = 8, .max = 30, .flexible = true},
    {.title = "PLACE", .name = "place", .min = 6, .rank = 1},
    {.title = "SOURCES", .name = "sources", .min = 7, .is_number = true, .rank = 2},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct output {
    char *text;
    size_t size;
    FILE *file;
    struct table *table;
};

static void begin(struct output *output, enum table_format format, int width)
{
    output->file = open_memstream(&output->text, &output->size);
    output->table = table_create(columns, COLUMNS, format, width, output->file);
    assert_non_null(output->table);
}

static void add(struct output *output, const char *id, const char *what, const char *actors, const char *place,
                int64_t sources)
{
    table_cell(output->table, id);
    table_cell(output->table, what);
    table_cell(output->table, actors);
    table_cell(output->table, place);
    table_cell_integer(output->table, sources);
    table_row(output->table);
}

static void finish(struct output *output)
{
    struct error error = ERROR_INIT;
    assert_true(table_finish(output->table, &error));
    fclose(output->file);
}

static void add_samples(struct output *output)
{
    add(output, "3f2a90c1", "Joint exercise of paratroopers near the border lasts five days", "CHN, THA", "Lopburi",
        12);
    add(output, "77ab01de", "防衛相会談で共同訓練の拡大に合意したと発表した", "JPN, AUS", "東京", 3);
    add(output, "00000001", "e\xCC\x81tat-major", NULL, "", 1);
}

static void assert_lines_fit(const char *text, int width)
{
    for (const char *at = text; *at;) {
        size_t size = strcspn(at, "\n");
        int wide = (int)display_columns(at, size);
        if (wide > width)
            fail_msg("%d columns, not %d: %.*s", wide, width, (int)size, at);
        at += size + 1;
    }
}

static void a_table_fits_40_80_and_200_columns_with_wide_characters(void **state)
{
    (void)state;
    static const int widths[] = {40, 80, 200};
    for (size_t i = 0; i < 3; i++) {
        struct output output;
        begin(&output, TABLE_FOR_PEOPLE, widths[i]);
        add_samples(&output);
        finish(&output);
        assert_lines_fit(output.text, widths[i]);
        assert_non_null(strstr(output.text, "3f2a90"));
        assert_true((strstr(output.text, "…") != NULL) == (widths[i] < 200));
        assert_true((strstr(output.text, "SOURCES") != NULL) == (widths[i] > 40));
        free(output.text);
    }
}

static void columns_line_up_whatever_the_width_of_their_characters(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_FOR_PEOPLE, 0);
    add(&output, "1", "東京", "A", "x", 5);
    add(&output, "2", "abcd", "B", "y", 1000);
    add(&output, "3", "e\xCC\x81xyz", "C", "z", -1);
    finish(&output);
    assert_string_equal(output.text, "ID  WHAT  ACTORS  PLACE  SOURCES\n"
                                     "1   東京  A       x            5\n"
                                     "2   abcd  B       y         1000\n"
                                     "3   e\xCC\x81xyz  C       z           -1\n");
    free(output.text);
}

static void a_cell_cannot_steer_the_terminal(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_FOR_PEOPLE, 0);
    add(&output, "1",
        "\033[2Jline\nfeed\t\xC2\x9B"
        "31mx\xE2\x80\xAE",
        "bad \xFF byte", "", 0);
    finish(&output);
    assert_null(strchr(output.text, '\033'));
    assert_null(strstr(output.text, "\xC2\x9B"));
    assert_null(strstr(output.text, "\xE2\x80\xAE"));
    assert_non_null(strstr(output.text, "[2Jline feed 31mx"));
    assert_non_null(strstr(output.text, "bad \xEF\xBF\xBD byte"));
    free(output.text);
}

static void csv_quotes_as_rfc_4180_has_it(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_CSV, 0);
    add(&output, "1", "say \"no\", twice", "two\nlines", " spaced", 7);
    add(&output, NULL, "plain", "", "x", 0);
    finish(&output);
    assert_string_equal(output.text, "id,what,actors,place,sources\r\n"
                                     "1,\"say \"\"no\"\", twice\",\"two\nlines\",\" spaced\",7\r\n"
                                     ",plain,,x,0\r\n");
    free(output.text);
}

static void csv_without_rows_still_names_its_columns(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_CSV, 0);
    finish(&output);
    assert_string_equal(output.text, "id,what,actors,place,sources\r\n");
    free(output.text);
}

static void jsonl_keeps_numbers_and_nulls(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_JSONL, 0);
    add(&output, "1", "a \"quoted\" word", NULL, "", 7);
    table_cell(output.table, "2");
    table_cell(output.table, "x");
    table_cell(output.table, "y");
    table_cell(output.table, "z");
    table_cell_number(output.table, 0.25);
    table_row(output.table);
    finish(&output);
    assert_string_equal(
        output.text, "{\"id\":\"1\",\"what\":\"a \\\"quoted\\\" word\",\"actors\":null,\"place\":\"\",\"sources\":7}\n"
                     "{\"id\":\"2\",\"what\":\"x\",\"actors\":\"y\",\"place\":\"z\",\"sources\":0.25}\n");
    free(output.text);
}

static void rows_past_those_measured_still_fit(void **state)
{
    (void)state;
    struct output output;
    begin(&output, TABLE_FOR_PEOPLE, 60);
    for (int i = 0; i < TABLE_ROWS_MEASURED + 5; i++)
        add(&output, "1", i < TABLE_ROWS_MEASURED ? "short" : "a text that is much longer than all before it", "A", "x",
            i);
    finish(&output);
    assert_lines_fit(output.text, 60);
    size_t lines = 0;
    for (const char *at = output.text; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, TABLE_ROWS_MEASURED + 6);
    free(output.text);
}

static void text_wraps_at_words_and_keeps_its_indent(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT;
    display_wrap(&buffer, "one two three four\n\nfive six", 2, 4, 14);
    assert_string_equal(buffer.bytes, "one two\n    three four\n\n    five six\n");
    buffer_free(&buffer);
}

static int setup(void **state)
{
    (void)state;
    display_setup("never");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_fits_40_80_and_200_columns_with_wide_characters),
        cmocka_unit_test(columns_line_up_whatever_the_width_of_their_characters),
        cmocka_unit_test(a_cell_cannot_steer_the_terminal),
        cmocka_unit_test(csv_quotes_as_rfc_4180_has_it),
        cmocka_unit_test(csv_without_rows_still_names_its_columns),
        cmocka_unit_test(jsonl_keeps_numbers_and_nulls),
        cmocka_unit_test(rows_past_those_measured_still_fit),
        cmocka_unit_test(text_wraps_at_words_and_keeps_its_indent),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
