#include "core/export/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_cell(const char *text, bool is_guarded, const char *expected)
{
    struct buffer out = BUFFER_INIT;
    struct csv csv = {.out = &out, .is_guarded = is_guarded};
    csv_cell(&csv, text);
    csv_row(&csv);
    assert_false(out.failed);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void a_cell_has_quotes_where_it_needs_them(void **state)
{
    (void)state;
    check_cell("plain", false, "plain\r\n");
    check_cell(NULL, false, "\r\n");
    check_cell("a, b", false, "\"a, b\"\r\n");
    check_cell("he said \"no\"", false, "\"he said \"\"no\"\"\"\r\n");
    check_cell("two\nlines", false, "\"two\nlines\"\r\n");
    check_cell(" spaced", false, "\" spaced\"\r\n");
}

static void a_formula_is_a_text_where_cells_are_guarded(void **state)
{
    (void)state;
    check_cell("=HYPERLINK(\"http://x\")", true, "\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
    check_cell("+1", true, "\"'+1\"\r\n");
    check_cell("-1", true, "\"'-1\"\r\n");
    check_cell("@sum", true, "\"'@sum\"\r\n");
    check_cell("\tx", true, "\"'\tx\"\r\n");
    check_cell("a=b", true, "a=b\r\n");
    check_cell("=1", false, "=1\r\n");
}

static void numbers_are_no_formulas(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT;
    struct csv csv = {.out = &out, .is_guarded = true};
    csv_cell_integer(&csv, -5);
    csv_cell_number(&csv, -0.25);
    csv_cell(&csv, "");
    csv_row(&csv);
    csv_cell_integer(&csv, 2);
    csv_row(&csv);
    assert_string_equal(out.bytes, "-5,-0.25,\r\n2\r\n");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_has_quotes_where_it_needs_them),
        cmocka_unit_test(a_formula_is_a_text_where_cells_are_guarded),
        cmocka_unit_test(numbers_are_no_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
