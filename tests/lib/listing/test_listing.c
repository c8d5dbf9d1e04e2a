#include "lib/base/buffer.h"
#include "lib/listing/listing.h"
#include "lib/listing/selector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define URL "https://www.example.org/news/"

static const char page[] =
    "<html><head><base href='/news/'></head><body id=top><nav><a href='/'>Home</a></nav><ul class='list news'>"
    "<li class='item first'><h3><a href='1.html'>One</a></h3><time datetime='2026-05-14T10:00:00Z'>x</time></li>"
    "<li class=item><h3><a href='2.html?utm_source=x'>Two</a></h3><span class=date>13 May 2026</span></li>"
    "<li class=item data-kind='press release'><h3><a href='/3.html#part'>Three</a></h3></li>"
    "<li class=item><h3><a href='2.html'>Two again</a></h3></li>"
    "<li class=ad><a href='https://ads.example/x'>Ad</a></li></ul><div class=box><h3>Four</h3><p><a "
    "href='4.html'>more</a>"
    "</p></div></body></html>";

static struct feed *list(const char *links, const char *title, const char *date, struct error *error)
{
    struct listing_request request = {.url = URL, .links = links, .title = title, .date = date};
    return listing_read(page, sizeof page - 1, &request, error);
}

static void check_links(const char *selector, const char *const *links)
{
    struct error error = ERROR_INIT;
    struct feed *feed = list(selector, NULL, NULL, &error);
    if (!feed)
        fail_msg("%s: %s", selector, error.text);
    const struct feed_entry *entry = feed->entries;
    for (; *links; links++, entry = entry->next) {
        if (!entry)
            fail_msg("%s: %s is missing", selector, *links);
        assert_string_equal(entry->link + strlen("https://www.example.org/"), *links);
    }
    if (entry)
        fail_msg("%s: %s is too much", selector, entry->link);
    feed_destroy(feed);
}

#define LINKS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void selectors_choose_links(void **state)
{
    (void)state;
    check_links("ul.news > li.item h3 a", LINKS("news/1.html", "news/2.html?utm_source=x", "3.html"));
    check_links("li.item", LINKS("news/1.html", "news/2.html?utm_source=x", "3.html"));
    check_links("LI.first a", LINKS("news/1.html"));
    check_links("#top .box a", LINKS("news/4.html"));
    check_links("[data-kind~=release] a", LINKS("3.html"));
    check_links("[data-kind^='press'] a, .box a", LINKS("3.html", "news/4.html"));
    check_links("a[href$='.html']", LINKS("news/1.html", "news/2.html", "news/4.html"));
    check_links("a[href*=\"1.h\"]", LINKS("news/1.html"));
    check_links("li:first-child a", LINKS("news/1.html"));
    check_links("li:nth-child(3) a", LINKS("3.html"));
    check_links("li.item:not(.first):not([data-kind]) a", LINKS("news/2.html?utm_source=x"));
    check_links("li.first + li a", LINKS("news/2.html?utm_source=x"));
    check_links("li.first ~ [data-kind] a", LINKS("3.html"));
    check_links("//ul/li[@class='item'][2]//a", LINKS("3.html"));
    check_links("(//a)[2]", LINKS("news/1.html"));
}

static void titles_and_dates_are_looked_for_in_the_box_and_around_the_link(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct feed *feed = list("li.item a", "h3", "time, .date", &error);
    assert_non_null(feed);
    assert_string_equal(feed->entries->title, "One");
    assert_true(feed->entries->published.known);
    assert_true(feed->entries->next->published.known);
    assert_false(feed->entries->next->next->published.known);
    feed_destroy(feed);
    feed = list(".box a", "h3", NULL, &error);
    assert_string_equal(feed->entries->title, "Four");
    feed_destroy(feed);
}

static void a_selector_that_chooses_nothing_is_an_error_with_its_page(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_null(list(".gone a", NULL, NULL, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_non_null(strstr(error.text, ".gone a"));
    assert_non_null(strstr(error.text, URL));
}

static void a_wrong_selector_is_an_error_that_names_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *selector, *told;
    } wrong[] = {{"li >", "character 5"},
                 {"a[href", "character 7"},
                 {"a[href='x]", "quote"},
                 {"li:hover", ":first-child"},
                 {".", "class"},
                 {"", "element's name"},
                 {"a,,b", "character 3"},
                 {"//a[", "not understood"},
                 {"count(//a)", "character 6"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        assert_false(listing_check(wrong[i].selector, &error));
        if (!strstr(error.text, wrong[i].told))
            fail_msg("%s: %s", wrong[i].selector, error.text);
    }
}

static void quotes_in_a_selector_cannot_leave_the_string(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_true(listing_check("a[title=\"it's\"]", &error));
    assert_true(listing_check("a[title='say \"x\"']", &error));
    assert_true(listing_check("a[title=it's\"x]", &error));
}

static void an_xpath_that_never_ends_is_ended(void **state)
{
    (void)state;
    struct buffer html = BUFFER_INIT;
    struct error error = ERROR_INIT;
    for (int i = 0; i < 20000; i++)
        buffer_append_text(&html, "<p><a href=x>y</a></p>");
    struct listing_request request = {
        .url = URL, .links = "//*[count(//*[count(//*[count(//*) > 1]) > 1]) > 1]//a[count(//*[. = //*]) > 5]"};
    assert_null(listing_read(html.bytes, html.size, &request, &error));
    assert_non_null(strstr(error.text, "too long"));
    buffer_free(&html);
}

static void feeds_are_found_in_links_and_anchors(void **state)
{
    (void)state;
    static const char html[] =
        "<head><meta name=generator content='WordPress 6.5'><link rel=alternate type='application/rss+xml' "
        "title='All' href='/feed/'><link rel='alternate' hreflang=fr href='/fr/'><link rel='stylesheet' href='rss.css'>"
        "</head><body><a href='/rss.xml'>RSS</a><a href='/feed/'>again</a><a href='/about'>About</a></body>";
    struct error error = ERROR_INIT;
    struct listing_feeds *feeds = listing_find_feeds(html, sizeof html - 1, URL, "text/html", &error);
    assert_non_null(feeds);
    assert_int_equal(feeds->count, 2);
    assert_string_equal(feeds->first->url, "https://www.example.org/feed/");
    assert_string_equal(feeds->first->title, "All");
    assert_string_equal(feeds->first->next->url, "https://www.example.org/rss.xml");
    assert_string_equal(feeds->generator, "WordPress 6.5");
    listing_free_feeds(feeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors_choose_links),
        cmocka_unit_test(titles_and_dates_are_looked_for_in_the_box_and_around_the_link),
        cmocka_unit_test(a_selector_that_chooses_nothing_is_an_error_with_its_page),
        cmocka_unit_test(a_wrong_selector_is_an_error_that_names_the_place),
        cmocka_unit_test(quotes_in_a_selector_cannot_leave_the_string),
        cmocka_unit_test(an_xpath_that_never_ends_is_ended),
        cmocka_unit_test(feeds_are_found_in_links_and_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
