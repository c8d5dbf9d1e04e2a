/* Which line feeds end a line. In the texts a | stands for one that must, a ~ for one that must not. */
#include "lib/coder/line_break.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void check(const char *marked)
{
    char text[2000];
    size_t size = strlen(marked), start = 0;
    assert_true(size < sizeof text);
    for (size_t i = 0; i < size; i++)
        text[i] = marked[i] == '|' || marked[i] == '~' ? '\n' : marked[i];
    size_t width = line_break_width(text, size);
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n')
            continue;
        bool goes_on = line_break_goes_on(text, size, start, i, width);
        if (goes_on != (marked[i] == '~'))
            fail_msg("width %zu, wrong at byte %zu: %s", width, i, marked);
        start = i + 1;
    }
}

static void what_was_broken_at_a_width_goes_on(void **state)
{
    (void)state;
    check("The ministry said on Tuesday that it had ordered six corvettes from a~"
          "yard in Recife, and that the first of them was to be delivered to the~"
          "Navy in 2029. It gave no price. Two people who know of the talks said~"
          "that it was near that of the last order.|"
          "|"
          "A second paragraph begins behind an empty line, and goes on until its~"
          "end.|");
    /* Indented, without empty lines; and as mail has it. */
    check("  The ministry said on Tuesday that it had ordered six corvettes from a~"
          "yard in Recife, and that the first was to come soon.|"
          "  It gave no price. Two people who know of the talks said that it was~"
          "near that of the last order.|");
    check("The ministry said on Tuesday that it had ordered six corvettes from a\r~"
          "yard in Recife, and that the first of them was to be delivered to the\r~"
          "Navy in 2029.\r|");
    /* Accents take bytes and no columns. */
    check("Le ministère a déclaré que la frégate a été livrée à la marine l'été~"
          "dernier, et que la seconde sera achevée à Saint-Nazaire l'année de la~"
          "livraison des hélicoptères.|");
}

static void what_a_page_broke_goes_on_where_it_is_in_lower_case(void **state)
{
    (void)state;
    check("Norway delivered 24 howitzers~to Latvia, the ministry said.|It gave no price.|");
    check("Norway delivered tanks,~howitzers and trucks.|and so on|");
    check("Authorised by the member for the town, 203 Long Road|www.example.org|");
    check("The page|https://example.org/a|");
}

static void lines_of_lists_and_titles_end(void **state)
{
    (void)state;
    check("Chile orders six corvettes from the yard in Brazil|"
          "Peru pulls out of the joint drill with its neighbour|"
          "Kenya hosts an exercise with British troops in May|"
          "Poland buys 100 tanks from South Korea after talks|");
    check("The ministry ordered the following of the yard in the north of Brazil,~"
          "as it said on Tuesday, all of it to be delivered to the Navy in a year:|"
          "- six corvettes|"
          "- four helicopters|"
          "(a) spare parts|"
          "1. training|");
    check("Short|lines|of|a verse|");
    check("|||");
    check("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_broken_at_a_width_goes_on),
        cmocka_unit_test(what_a_page_broke_goes_on_where_it_is_in_lower_case),
        cmocka_unit_test(lines_of_lists_and_titles_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
