/* Whose official site an address belongs to. */
#include "lib/coder/publisher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_official_sites(void **state)
{
    (void)state;
    assert_string_equal(publisher_actor("https://www.gov.uk/government/news/1"), "GBR");
    assert_string_equal(publisher_actor("https://www.defense.gov/News/"), "USA");
    assert_string_equal(publisher_actor("http://PIB.gov.IN?id=7"), "IND");
    assert_string_equal(publisher_actor("https://eng.mod.gov.cn:443/a"), "CHN");
    assert_string_equal(publisher_actor("https://www.consilium.europa.eu/en/press"), "ORG:EU");
    assert_string_equal(publisher_actor("www.nato.int/cps"), "ORG:NATO");
}

static void test_others(void **state)
{
    (void)state;
    assert_null(publisher_actor(NULL));
    assert_null(publisher_actor(""));
    assert_null(publisher_actor("https://"));
    assert_null(publisher_actor("https://example.org/www.gov.uk"));
    assert_null(publisher_actor("https://notgov.uk/a"));
    assert_null(publisher_actor("https://news.example.com/?from=army.mil"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_official_sites),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
