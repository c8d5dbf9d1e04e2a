#include "lib/text/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void assert_text(const char *html, unsigned flags, const char *expected)
{
    struct buffer buffer = BUFFER_INIT;
    html_append_text(&buffer, html, strlen(html), flags);
    assert_string_equal(buffer.bytes ? buffer.bytes : "", expected);
    buffer_free(&buffer);
}

static void paragraphs_and_lines_are_kept(void **state)
{
    (void)state;
    assert_text("<p>One  two\n three.</p><p>Four<br>five</p><ul><li>six<li>seven</ul>", 0,
                "One two three.\n\nFour\nfive\n\nsix\nseven");
    assert_text("<div>a</div>b<h1>c</h1>", 0, "a\n\nb\n\nc");
    assert_text("<table><tr><td>a<td>b<tr><td>c</table>", 0, "a b\nc");
}

static void inline_tags_leave_no_space(void **state)
{
    (void)state;
    assert_text("un<b>believ</b>able<sup>2</sup>", 0, "unbelievable2");
}

static void one_line_text_has_no_breaks(void **state)
{
    (void)state;
    assert_text("<p>A</p>\n<p>B</p>", HTML_ONE_LINE, "A B");
}

static void scripts_styles_navigation_and_comments_go_with_their_content(void **state)
{
    (void)state;
    assert_text("a<script>if (x < 1) document.write('<p>no</p>')</script>b", 0, "a b");
    assert_text("a<style type=text/css>p > b {color: red}</style><!-- c -- d > e -->b", 0, "a b");
    assert_text("<nav><ul><li>Home<nav>x</nav></ul></nav>Text<iframe src=x>no</iframe><select><option>1</select>", 0,
                "Text");
    assert_text("<SCRIPT>x</SCRIPT>y<noscript><img src=t.gif></noscript>", 0, "y");
}

static void an_unclosed_skipped_element_does_not_swallow_the_text(void **state)
{
    (void)state;
    assert_text("before<nav>after<object>more", 0, "before after more");
}

static void a_less_than_sign_that_begins_no_tag_is_text(void **state)
{
    (void)state;
    assert_text("1 < 2 and A<B, I <3 you <", 0, "1 < 2 and A<B, I <3 you <");
    assert_text("mail <jane@example.org> or see <https://example.org/>", 0,
                "mail <jane@example.org> or see <https://example.org/>");
    assert_text("ticker <BIGCO> up", HTML_KNOWN_TAGS, "ticker <BIGCO> up");
    assert_text("ticker <o:p>up</o:p>", 0, "ticker up");
}

static void attributes_may_hold_angle_brackets_and_lose_quotes(void **state)
{
    (void)state;
    assert_text("<a title=\"x > y\" href='z'>link</a><img alt=a>b", 0, "linkb");
    assert_text("<a href=\"x>link</a> rest", 0, "link rest");
}

static void a_tag_cut_at_the_end_of_a_summary_is_no_text(void **state)
{
    (void)state;
    assert_text("read more <a href=\"http://example.org/very/lo", 0, "read more");
}

static void references_blanks_and_misread_quotes_are_put_right(void **state)
{
    (void)state;
    assert_text("caf&eacute;&nbsp;bar&#8203;&shy; d\xC2\x92Or\x01", 0, "café bar d’Or");
}

static void preformatted_text_keeps_its_lines(void **state)
{
    (void)state;
    assert_text("<pre>one\ntwo</pre>three\nfour", 0, "one\ntwo\n\nthree four");
}

static void cdata_holds_text_in_xhtml_and_markup_elsewhere(void **state)
{
    (void)state;
    assert_text("<div>a <![CDATA[<b>&amp;]]> c</div>", HTML_XML_CDATA, "a <b>&amp; c");
    assert_text("<div>a <![CDATA[<b>&amp;</b>]]> c</div>", 0, "a & c");
}

static void plain_text_keeps_what_looks_like_markup(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT;
    const char *text = "  a <b>\r\n\r\n\r\nc &amp;\td ";
    html_append_plain(&buffer, text, strlen(text), 0);
    assert_string_equal(buffer.bytes, "a <b>\n\nc &amp; d");
    buffer_free(&buffer);
}

/* Inputs on which a careless scanner searches the rest of the text again and again. */
static void hostile_repetition_takes_linear_time(void **state)
{
    (void)state;
    static const char *const seeds[] = {"<a", "<nav>",    "<!--",     "<a b=\"", "<a b='<a b=\"",
                                        "&",  "<script>", "<![CDATA["};
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        size_t length = strlen(seeds[i]);
        for (size_t at = 0; at < SIZE; at++)
            text[at] = seeds[i][at % length];
        struct buffer buffer = BUFFER_INIT;
        clock_t start = clock();
        html_append_text(&buffer, text, SIZE, 0);
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5.0);
        assert_true(buffer.size <= SIZE + SIZE / 2);
        buffer_free(&buffer);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_and_lines_are_kept),
        cmocka_unit_test(inline_tags_leave_no_space),
        cmocka_unit_test(one_line_text_has_no_breaks),
        cmocka_unit_test(scripts_styles_navigation_and_comments_go_with_their_content),
        cmocka_unit_test(an_unclosed_skipped_element_does_not_swallow_the_text),
        cmocka_unit_test(a_less_than_sign_that_begins_no_tag_is_text),
        cmocka_unit_test(attributes_may_hold_angle_brackets_and_lose_quotes),
        cmocka_unit_test(a_tag_cut_at_the_end_of_a_summary_is_no_text),
        cmocka_unit_test(references_blanks_and_misread_quotes_are_put_right),
        cmocka_unit_test(preformatted_text_keeps_its_lines),
        cmocka_unit_test(cdata_holds_text_in_xhtml_and_markup_elsewhere),
        cmocka_unit_test(plain_text_keeps_what_looks_like_markup),
        cmocka_unit_test(hostile_repetition_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
