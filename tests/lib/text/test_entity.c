#include "lib/text/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_decodes(const char *text, enum entity_rules rules, const char *expected)
{
    struct buffer buffer = BUFFER_INIT;
    entity_append_decoded(&buffer, text, strlen(text), rules);
    assert_string_equal(buffer.bytes, expected);
    buffer_free(&buffer);
}

static void named_references_of_html_are_read_in_xml_too(void **state)
{
    (void)state;
    assert_decodes("caf&eacute; &amp; &lt;b&gt; &nbsp;&hellip;", ENTITY_XML, "café & <b> \xC2\xA0…");
    assert_decodes("&CounterClockwiseContourIntegral;&NotEqualTilde;", ENTITY_XML, "∳≂̸");
}

static void a_bare_ampersand_is_text(void **state)
{
    (void)state;
    assert_decodes("AT&T & co &unknown; &", ENTITY_XML, "AT&T & co &unknown; &");
    assert_decodes("?a=1&copy=2&amp;b=3", ENTITY_XML, "?a=1&copy=2&b=3");
}

static void html_takes_old_names_without_semicolon(void **state)
{
    (void)state;
    assert_decodes("&copy 2006 &ampfoo &notin; &noti", ENTITY_HTML, "© 2006 &foo ∉ ¬i");
}

static void numbers_128_to_159_are_windows_1252(void **state)
{
    (void)state;
    assert_decodes("&#146;&#x93;&#X94;&#151;", ENTITY_XML, "’“”—");
}

static void numbers_that_name_no_character_become_the_replacement_character(void **state)
{
    (void)state;
    assert_decodes("&#0;&#xD800;&#x110000;&#99999999999999999999;", ENTITY_XML,
                   "���"
                   "�");
    assert_decodes("a&#7;b&#;&#x;", ENTITY_XML, "ab&#;&#x;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_references_of_html_are_read_in_xml_too),
        cmocka_unit_test(a_bare_ampersand_is_text),
        cmocka_unit_test(html_takes_old_names_without_semicolon),
        cmocka_unit_test(numbers_128_to_159_are_windows_1252),
        cmocka_unit_test(numbers_that_name_no_character_become_the_replacement_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
