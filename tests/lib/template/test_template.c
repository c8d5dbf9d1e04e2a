#include "lib/template/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char values_text[] =
    "{\"headline\":\"A <b> & \\\"c\\\"\\nd\",\"count\":2,\"event\":{\"type\":\"visit\",\"date\":{\"start\":\"2024\"},"
    "\"empty\":\"\",\"none\":null},\"alerts\":[{\"id\":1,\"tags\":[\"x\",\"y\"]},{\"id\":2,\"tags\":[]}],\"no\":false}";

static void assert_rendered(const char *source, enum template_escape escape, const char *expected)
{
    struct error error = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    struct template *template = template_compile(source, strlen(source), escape, &error);
    if (!template)
        fail_msg("%s", error.text);
    json_t *values = json_loads(values_text, 0, NULL);
    template_render(template, values, &out);
    assert_false(out.failed);
    assert_string_equal(out.bytes ? out.bytes : "", expected);
    json_decref(values);
    template_destroy(template);
    buffer_free(&out);
}

static void values_are_escaped_for_what_the_text_is(void **state)
{
    (void)state;
    assert_rendered("{{headline}}", TEMPLATE_PLAIN, "A <b> & \"c\"\nd");
    assert_rendered("{{headline}}", TEMPLATE_LINE, "A <b> & \"c\" d");
    assert_rendered("{{headline}}", TEMPLATE_HTML, "A &lt;b&gt; &amp; &quot;c&quot;\nd");
    assert_rendered("{\"t\":\"{{headline}}\"}", TEMPLATE_JSON, "{\"t\":\"A <b> & \\\"c\\\"\\nd\"}");
    assert_rendered("{{{headline}}} {{&headline}}", TEMPLATE_HTML, "A <b> & \"c\"\nd A <b> & \"c\"\nd");
}

static void names_reach_inwards_and_outwards(void **state)
{
    (void)state;
    assert_rendered("{{event.date.start}}{{event.gone.x}}{{ count }}{{gone}}", TEMPLATE_PLAIN, "20242");
    assert_rendered("{{#event}}{{type}} {{count}}{{/event}}", TEMPLATE_PLAIN, "visit 2");
    assert_rendered("{{#alerts}}{{id}}:{{#tags}}<{{.}}>{{/tags}}{{^tags}}none{{/tags}} {{/alerts}}", TEMPLATE_PLAIN,
                    "1:<x><y> 2:none ");
    assert_rendered("{{#no}}a{{/no}}{{^no}}b{{/no}}{{#event.empty}}c{{/event.empty}}{{^event.none}}d{{/event.none}}",
                    TEMPLATE_PLAIN, "bd");
}

static void lines_of_marks_leave_no_line(void **state)
{
    (void)state;
    assert_rendered("a\n  {{#alerts}}  \n- {{id}}\n{{/alerts}}\n{{! said to nobody }}\nb", TEMPLATE_PLAIN,
                    "a\n- 1\n- 2\nb");
    assert_rendered("{{#event}}x{{/event}}\n", TEMPLATE_PLAIN, "x\n");
}

static void assert_refused(const char *source, const char *why)
{
    struct error error = ERROR_INIT;
    struct template *template = template_compile(source, strlen(source), TEMPLATE_PLAIN, &error);
    assert_null(template);
    if (!strstr(error.text, why))
        fail_msg("%s", error.text);
}

static void faults_are_told_by_line_and_column(void **state)
{
    (void)state;
    assert_refused("one\ntwo {{name", "line 2, column 5: {{ is never closed");
    assert_refused("{{#a}}x", "a section is never closed");
    assert_refused("{{/a}}", "never opened");
    assert_refused("{{#a}}{{#b}}{{/a}}{{/b}}", "another section is still open");
    assert_refused("{{a b}}", "a name of letters");
    assert_refused("{{}}", "a name of letters");
    char deep[1000] = "";
    for (int i = 0; i < 17; i++)
        strcat(deep, "{{#a}}");
    assert_refused(deep, "nested too deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped_for_what_the_text_is),
        cmocka_unit_test(names_reach_inwards_and_outwards),
        cmocka_unit_test(lines_of_marks_leave_no_line),
        cmocka_unit_test(faults_are_told_by_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
