#include "lib/article/article.h"
#include "lib/article/content.h"
#include "lib/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#define LONG_1                                                                                                         \
    "The minister said on Tuesday that the two countries would train four hundred soldiers together each year. "
#define LONG_2 "The first course begins in September at the academy in the capital, and it lasts for eleven weeks. "
#define LONG_3 "A second agreement, on the repair of helicopters, is to be signed before the end of the year. "

static struct article *read_with(const char *bytes, size_t size, const struct article_request *request)
{
    struct error error = ERROR_INIT;
    struct article *article = article_read(bytes, size, request, &error);
    if (!article)
        fail_msg("not read: %s", error.text);
    return article;
}

static struct article *read_text(const char *html)
{
    return read_with(html, strlen(html), &(struct article_request){.url = "https://www.example.org/news/1"});
}

static void paragraphs_are_kept_and_scripts_are_not(void **state)
{
    (void)state;
    struct article *article = read_text("<html><body><p>" LONG_1 "</p><script>var a = '<p>no</p>';</script>"
                                        "<style>p{}</style><p>" LONG_2 "<br>" LONG_3 "</p></body></html>");
    assert_int_equal(article->verdict, ARTICLE_FULL);
    assert_non_null(strstr(article->text, "each year.\n\nThe first course"));
    assert_non_null(strstr(article->text, "eleven weeks.\nA second"));
    assert_null(strstr(article->text, "no"));
    article_destroy(article);
}

static void a_page_without_a_date_has_none(void **state)
{
    (void)state;
    struct article *article = read_text("<p>" LONG_1 "</p><p>" LONG_2 "</p>");
    assert_false(article->published.known);
    article_destroy(article);
}

static void the_day_in_the_address_is_a_date_of_that_day(void **state)
{
    (void)state;
    const char *html = "<p>" LONG_1 "</p><p>" LONG_2 "</p>";
    struct article *article =
        read_with(html, strlen(html), &(struct article_request){.url = "https://www.example.org/2026/03/07/news.html"});
    assert_true(article->published.known);
    assert_int_equal(article->published.date.precision, DATE_DAY);
    article_destroy(article);
}

static void a_relative_canonical_address_is_resolved(void **state)
{
    (void)state;
    struct article *article = read_text("<link rel=canonical href='/news/one'><p>" LONG_1 "</p>");
    assert_string_equal(article->canonical, "https://www.example.org/news/one");
    article_destroy(article);
}

static void a_canonical_address_of_the_front_page_is_not_believed(void **state)
{
    (void)state;
    struct article *article = read_text("<link rel=canonical href='https://www.example.org/'><p>" LONG_1 "</p>");
    assert_string_equal(article->canonical, "https://www.example.org/news/1");
    article_destroy(article);
}

static void a_canonical_address_that_runs_code_is_not_believed(void **state)
{
    (void)state;
    struct article *article = read_text("<link rel=canonical href='javascript:alert(1)'><p>" LONG_1 "</p>");
    assert_string_equal(article->canonical, "https://www.example.org/news/1");
    article_destroy(article);
}

static void data_with_raw_line_feeds_are_read(void **state)
{
    (void)state;
    struct article *article =
        read_text("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Two\nlines\","
                  "\"datePublished\":\"2026-05-01T10:00:00Z\",}</script><p>" LONG_1 "</p><p>" LONG_2 "</p>");
    assert_true(article->published.known);
    assert_string_equal(article->title, "Two lines");
    article_destroy(article);
}

static void hidden_text_is_left_out(void **state)
{
    (void)state;
    struct article *article = read_text("<div><p>" LONG_1 "</p><p style='display: none'>Secret sentence of the page, "
                                        "long enough to be taken for text.</p><p hidden>Another one of the same kind, "
                                        "not to be seen by anybody.</p><p>" LONG_2 "</p></div>");
    assert_null(strstr(article->text, "Secret"));
    assert_null(strstr(article->text, "Another"));
    article_destroy(article);
}

static void fillers_are_known_in_several_languages(void **state)
{
    (void)state;
    static const char *const fillers[] = {"Read more: Poland buys tanks", "ADVERTISEMENT",  "→ Lire aussi : Le budget",
                                          "Читайте также: Учения",        "اقرأ أيضا: خبر", "関連記事"};
    static const char *const texts[] = {"Readiness has improved.", "Shareholders met.", "Watchkeepers were added."};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        assert_true(content_is_filler(fillers[i], strlen(fillers[i]), true));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(content_is_filler(texts[i], strlen(texts[i]), false));
}

static void what_is_no_page_is_an_error_that_says_so(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct article_request pdf = {.content_type = "application/pdf"}, unknown = {.url = NULL};
    assert_null(article_read("x", 1, &pdf, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_non_null(strstr(error.text, "application/pdf"));
    assert_null(article_read("%PDF-1.7", 8, &unknown, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
}

static void bytes_that_are_no_text_are_no_page(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char bytes[4000];
    uint32_t random = 12345;
    for (size_t i = 0; i < sizeof bytes; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (char)(random >> 24);
    }
    assert_null(article_read(bytes, sizeof bytes, &(struct article_request){.url = NULL}, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_non_null(strstr(error.text, "binary"));
}

static void a_page_that_is_wrapped_in_a_bad_name_still_has_its_text(void **state)
{
    (void)state;
    struct article *article = read_text("<div class='related-page'><div class='comment-area'><p>" LONG_1
                                        "</p><p>" LONG_2 "</p></div></div><footer><p>" LONG_3 "</p></footer>");
    assert_int_equal(article->verdict, ARTICLE_FULL);
    assert_non_null(strstr(article->text, "eleven weeks"));
    assert_null(strstr(article->text, "helicopters"));
    article_destroy(article);
}

static void a_page_past_the_limit_is_an_error_that_says_so(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct article_request request = {.limits = {.document = 10}};
    assert_null(article_read("<p>0123456789</p>", 17, &request, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_non_null(strstr(error.text, "10 bytes"));
}

static void nothing_at_all_is_too_little(void **state)
{
    (void)state;
    struct article *article = read_text("");
    assert_int_equal(article->verdict, ARTICLE_SHORT);
    assert_string_equal(article->text, "");
    article_destroy(article);
}

/* ---- bounds ---- */

static double seconds_for(const struct buffer *html, bool *is_cut)
{
    struct timespec begun, ended;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
    struct article *article = read_with(html->bytes, html->size, &(struct article_request){.url = ""});
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
    *is_cut = article->is_cut;
    article_destroy(article);
    return (double)(ended.tv_sec - begun.tv_sec) + 1e-9 * (double)(ended.tv_nsec - begun.tv_nsec);
}

static void repeat(struct buffer *html, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_append_text(html, text);
}

/* Patterns at which parsers of HTML are known to take quadratic time or to run out of stack. */
static void hostile_pages_end_soon(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        size_t times;
    } patterns[] = {
        {"<div>", "", 500000},      {"<b>", "</i>", 300000},    {"<table><tr><td>", "", 100000},
        {"<a href=x>", "", 300000}, {"<p class='", "", 300000}, {"<!--", "", 1000000},
        {"<script>", "", 500000},   {"&#", "", 1000000},        {"<", "", 2000000},
        {"</p>", "", 1000000},      {"<li><ul>", "", 200000},   {"<font><p>", "</div>", 200000},
        {"<h1>a", "", 200000},      {"<svg>", "</svg", 300000}, {"<article><h2><a href=/x>abc</a></h2>", "", 50000},
        {"<![CDATA[", "", 300000},  {"<x", " a", 400000}};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct buffer html = BUFFER_INIT;
        bool is_cut;
        repeat(&html, patterns[i].first, patterns[i].times);
        repeat(&html, patterns[i].second, patterns[i].times);
        double seconds = seconds_for(&html, &is_cut);
        if (seconds > 10)
            fail_msg("%zu times %s %s took %.1f s", patterns[i].times, patterns[i].first, patterns[i].second, seconds);
        buffer_free(&html);
    }
}

static void a_tag_with_very_many_attributes_ends_the_page(void **state)
{
    (void)state;
    struct buffer html = BUFFER_INIT;
    bool is_cut;
    buffer_append_text(&html, "<p>" LONG_1 "</p><div ");
    for (int i = 0; i < 300000; i++)
        buffer_printf(&html, "a%d ", i);
    buffer_append_text(&html, "><p>" LONG_2 "</p>");
    assert_true(seconds_for(&html, &is_cut) < 5);
    assert_true(is_cut);
    buffer_free(&html);
}

static void text_deeper_than_libxml2_goes_by_itself_is_found(void **state)
{
    (void)state;
    struct buffer html = BUFFER_INIT;
    repeat(&html, "<div>", 600);
    buffer_append_text(&html, "<p>" LONG_1 "</p><p>" LONG_2 "</p>");
    struct article *article = read_with(html.bytes, html.size, &(struct article_request){.url = NULL});
    assert_non_null(strstr(article->text, "eleven weeks"));
    article_destroy(article);
    buffer_free(&html);
}

static void a_page_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    static const char html[] =
        "<!DOCTYPE html><html lang=\"en\"><head><title>A</title></head><body><nav><a href='/'>x</a>"
        "</nav><article><h1>A</h1><p>" LONG_1 "</p><p>" LONG_2 "</p><!-- x --></article></body>";
    for (size_t size = 0; size < sizeof html; size++) {
        struct article *article = read_with(html, size, &(struct article_request){.content_type = "text/html"});
        article_destroy(article);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_are_kept_and_scripts_are_not),
        cmocka_unit_test(a_page_without_a_date_has_none),
        cmocka_unit_test(the_day_in_the_address_is_a_date_of_that_day),
        cmocka_unit_test(a_relative_canonical_address_is_resolved),
        cmocka_unit_test(a_canonical_address_of_the_front_page_is_not_believed),
        cmocka_unit_test(a_canonical_address_that_runs_code_is_not_believed),
        cmocka_unit_test(data_with_raw_line_feeds_are_read),
        cmocka_unit_test(hidden_text_is_left_out),
        cmocka_unit_test(fillers_are_known_in_several_languages),
        cmocka_unit_test(what_is_no_page_is_an_error_that_says_so),
        cmocka_unit_test(bytes_that_are_no_text_are_no_page),
        cmocka_unit_test(a_page_that_is_wrapped_in_a_bad_name_still_has_its_text),
        cmocka_unit_test(a_page_past_the_limit_is_an_error_that_says_so),
        cmocka_unit_test(nothing_at_all_is_too_little),
        cmocka_unit_test(hostile_pages_end_soon),
        cmocka_unit_test(a_tag_with_very_many_attributes_ends_the_page),
        cmocka_unit_test(text_deeper_than_libxml2_goes_by_itself_is_found),
        cmocka_unit_test(a_page_cut_anywhere_is_read_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
