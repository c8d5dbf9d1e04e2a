#include "core/desk/another.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void one_more_of_its_kind_is_told_from_a_first(void **state)
{
    static const struct {
        const char *quote;
        bool is_another;
    } rows[] = {
        {"Bulgaria approved the purchase of eight more F-16 fighter jets", true},
        {"Sofia is to buy 8 more F-16s", true},
        {"the purchase of a second batch of eight new jets", true},
        {"a third, larger order of tanks", true},
        {"Poland signed a contract for another 12 launchers", true},
        {"Kyiv will buy an additional six howitzers", true},
        {"A further 18 Rafales were ordered", true},
        {"a follow-on order of radars", true},
        {"Bulgaria approved the purchase of eight F-16 fighter jets", false},
        {"it bought 50 more than planned", false},
        {"the country took another step and ordered tanks", false},
        {"additional equipment is part of the contract", false},
        {"the second country to order the jet", false},
        {"six more aircraft were delivered under the contract", false},
        {"a second batch of tanks arrived", false},
        {"more", false},
        {"another", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (another_read(rows[i].quote) != rows[i].is_another)
            fail_msg("\"%s\"", rows[i].quote);
}

static void what_is_left_of_an_order_is_told(void **state)
{
    (void)state;
    assert_true(another_rest_read("delivering the remaining two S-400 squadrons by 2027"));
    assert_true(another_rest_read("the final batch of tanks arrived"));
    assert_false(another_rest_read("Russia has started delivery of the S-400 to India"));
    assert_false(another_rest_read("the final decision on tanks"));
    assert_false(another_rest_read(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_more_of_its_kind_is_told_from_a_first),
                                       cmocka_unit_test(what_is_left_of_an_order_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
