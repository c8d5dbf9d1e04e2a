/* What stands above a text is told from it. */
#include "lib/coder/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* `headline`: what is read as the title, `text`: where the body begins. */
struct expectation {
    const char *title, *publisher, *body, *headline, *text;
};

static void check(const struct expectation *row)
{
    struct coder_article article = {.title = row->title,
                                    .title_size = row->title ? strlen(row->title) : 0,
                                    .body = row->body,
                                    .body_size = strlen(row->body),
                                    .publisher = row->publisher};
    struct head head;
    char headline[500];
    head_find(&article, &head);
    const char *from = head.title_is_in_body ? row->body : row->title;
    size_t size = head.title_end - head.title_first;
    memcpy(headline, from ? from + head.title_first : "", size);
    headline[size] = 0;
    assert_string_equal(headline, row->headline);
    assert_true(strncmp(row->body + head.body_first, row->text, strlen(row->text)) == 0);
}
#define CHECK(rows)                                                                                                    \
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)                                                            \
        check(&rows[i]);

static const char text[] = "Chile has ordered six corvettes from a yard in Brazil, the ministry said.";

static void what_stands_before_and_behind_a_title_is_no_part_of_it(void **state)
{
    (void)state;
    const struct expectation rows[] = {
        {"UPDATE 1-Chile orders six corvettes", NULL, text, "Chile orders six corvettes", "Chile has"},
        {"CORRECTED-UPDATE 2-Chile orders six corvettes", NULL, text, "Chile orders six corvettes", "Chile has"},
        {"Breaking: Chile orders six corvettes", NULL, text, "Chile orders six corvettes", "Chile has"},
        {"EXCLUSIVE - Chile orders six corvettes", NULL, text, "Chile orders six corvettes", "Chile has"},
        {"Chile orders six corvettes | World | Example News", NULL, text, "Chile orders six corvettes", "Chile has"},
        {"Chile orders six corvettes - Example News", "Example News", text, "Chile orders six corvettes", "Chile has"},
        /* these tell something */
        {"Chile orders six corvettes - minister", "Example News", text, "Chile orders six corvettes - minister",
         "Chile has"},
        {"Video shows Chile's six corvettes", NULL, text, "Video shows Chile's six corvettes", "Chile has"},
        {"Live-fire drill held by Chile and Peru", NULL, text, "Live-fire drill held by Chile and Peru", "Chile has"},
        {"Exclusive economic zone: Chile and Peru agree", NULL, text, "Exclusive economic zone: Chile and Peru agree",
         "Chile has"},
        {"Breaking: drill", NULL, text, "Breaking: drill", "Chile has"},
    };
    CHECK(rows);
}

static void lines_above_a_body_that_tell_nothing_are_passed_over(void **state)
{
    (void)state;
    const char *title = "Chile orders six corvettes from a Brazilian yard";
    const struct expectation rows[] = {
        {title, NULL, "Chile orders six corvettes from a Brazilian yard\n\nThe yard is in Recife.", title, "The yard"},
        {title, NULL, "CHILE ORDERS SIX CORVETTES FROM A BRAZILIAN YARD\r\nThe yard is in Recife.", title, "The yard"},
        {title, NULL, "By Jane Smith and Ahmed Khan\n4 March 2026\n\nThe yard is in Recife.", title, "The yard"},
        {title, NULL, "JANE SMITH, STAFF WRITER\nUpdated 12:30 GMT\nThe yard is in Recife.", title, "The yard"},
        {title, NULL, "(Photo: Example/Jane Smith) The yard is in Recife.", title, " The yard"},
        {title, NULL,
         "\xef\xbb\xbf"
         "By Jane Smith\nThe yard is in Recife.",
         title, "The yard"},
        {title, NULL, "(Photo: Example/Jane Smith)\nThe yard is in Recife", title, "The yard"},
        {title, NULL, "(Photo: Example/Jane Smith) The yard is in Recife\nIt is old.", title, " The yard"},
        /* these tell something, or there is nothing else */
        {title, NULL, "By Monday the yard had begun.\nIt is in Recife.", title, "By Monday"},
        {title, NULL, "By 2030 the yard will have built ten\nIt is in Recife.", title, "By 2030"},
        {title, NULL, "Chile orders six corvettes from a Brazilian yard for $2 billion.\nIt is in Recife.", title,
         "Chile orders"},
        {title, NULL, "(Reuters) The yard is in Recife.", title, "(Reuters)"},
        {title, NULL, "By Jane Smith", title, "By Jane Smith"},
        {title, NULL, "", title, ""},
    };
    CHECK(rows);
}

static void the_line_on_top_of_a_body_is_the_title_where_there_is_none(void **state)
{
    (void)state;
    const struct expectation rows[] = {
        {NULL, NULL, "Chile orders six corvettes\n\nThe yard is in Recife.", "Chile orders six corvettes", "The yard"},
        {"", NULL, "\n\nChile orders six corvettes\nBy Jane Smith\nThe yard is in Recife.",
         "Chile orders six corvettes", "The yard"},
        {NULL, NULL,
         "Press release\nChile orders six corvettes\nFrom: Ministry of Defence\nPublished 4 March 2026\n\nThe yard.",
         "Chile orders six corvettes", "The yard"},
        {NULL, NULL, "By Jane Smith\nChile orders six corvettes\nThe yard is in Recife.", "Chile orders six corvettes",
         "The yard"},
        /* no headlines */
        {NULL, NULL, "Chile ordered six corvettes.\nThe yard is in Recife.", "", "Chile ordered"},
        {NULL, NULL, "Chile ordered six corvettes from a yard\nin Recife.", "", "Chile ordered"},
        {NULL, NULL, "Two more corvettes\nThe yard is in Recife.", "", "Two more"},
        {NULL, NULL, "Updated jets arrive in Peru\nThe yard is in Recife.", "Updated jets arrive in Peru", "The yard"},
        {NULL, NULL, "Chile orders six corvettes", "Chile orders six corvettes", ""},
        {NULL, NULL, "", "", ""},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_before_and_behind_a_title_is_no_part_of_it),
        cmocka_unit_test(lines_above_a_body_that_tell_nothing_are_passed_over),
        cmocka_unit_test(the_line_on_top_of_a_body_is_the_title_where_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
