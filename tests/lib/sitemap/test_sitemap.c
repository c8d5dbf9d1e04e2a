#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/sitemap/sitemap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#define HEAD                                                                                                           \
    "<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "               \
    "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' xmlns:image='http://x.example/image'>"

static struct sitemap read_bytes(const char *bytes, size_t size)
{
    struct sitemap sitemap;
    struct error error = ERROR_INIT;
    struct feed *feed = sitemap_create_feed();
    assert_non_null(feed);
    struct sitemap_request request = {.url = "https://www.example.org/sitemap.xml"};
    if (!sitemap_read(&sitemap, feed, bytes, size, &request, &error))
        fail_msg("not read: %s", error.text);
    return sitemap;
}

static struct sitemap read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void a_news_sitemap_gives_titles_dates_and_languages(void **state)
{
    (void)state;
    struct sitemap sitemap = read_text(
        HEAD "<url><loc>https://www.example.org/a?x=1&amp;y=2</loc><news:news><news:publication><news:name>The "
             "Example</news:name><news:language>en</news:language></news:publication><news:publication_date>"
             "2026-05-14T10:00:00+02:00</news:publication_date><news:title>Kenya &amp; Norway sign</news:title>"
             "<news:keywords>kenya, norway</news:keywords></news:news><image:image><image:loc>https://i.example/1.jpg"
             "</image:loc><image:title>Not this</image:title></image:image></url>"
             "<url><loc>/b</loc><lastmod>2026-05-13</lastmod></url></urlset>");
    struct feed_entry *entry = sitemap.feed->entries;
    char text[CALENDAR_TEXT_SIZE];
    assert_int_equal(sitemap.feed->entry_count, 2);
    assert_string_equal(entry->link, "https://www.example.org/a?x=1&y=2");
    assert_string_equal(entry->title, "Kenya & Norway sign");
    assert_string_equal(entry->language, "en");
    assert_string_equal(entry->categories->next->text, "norway");
    assert_true(entry->published.known);
    calendar_print(text, entry->published.date.time);
    assert_string_equal(text, "2026-05-14T08:00:00Z");
    assert_string_equal(entry->next->link, "https://www.example.org/b");
    assert_null(entry->next->title);
    assert_true(entry->next->updated.known);
    feed_destroy(sitemap.feed);
}

static void an_index_gives_its_sitemaps_and_no_pages(void **state)
{
    (void)state;
    struct sitemap sitemap =
        read_text("<sitemapindex><sitemap><loc>https://www.example.org/s1.xml.gz</loc><lastmod>"
                  "2026-05-14</lastmod></sitemap><sitemap><loc>s2.xml</loc></sitemap></sitemapindex>");
    assert_int_equal(sitemap.child_count, 2);
    assert_int_equal(sitemap.feed->entry_count, 0);
    assert_string_equal(sitemap.children->url, "https://www.example.org/s1.xml.gz");
    assert_true(sitemap.children->modified.known);
    assert_string_equal(sitemap.children->next->url, "https://www.example.org/s2.xml");
    feed_destroy(sitemap.feed);
}

static void robots_txt_and_lists_of_addresses_are_read(void **state)
{
    (void)state;
    struct sitemap sitemap = read_text("User-agent: *\nDisallow: /x\nSitemap: https://www.example.org/news.xml\r\n");
    assert_int_equal(sitemap.child_count, 1);
    assert_string_equal(sitemap.children->url, "https://www.example.org/news.xml");
    feed_destroy(sitemap.feed);
    sitemap = read_text("https://www.example.org/1\nhttps://www.example.org/2\njavascript:alert(1)\n");
    assert_int_equal(sitemap.feed->entry_count, 2);
    feed_destroy(sitemap.feed);
}

static void packed_sitemaps_are_unpacked(void **state)
{
    (void)state;
    static const char text[] = HEAD "<url><loc>https://www.example.org/a</loc></url></urlset>";
    unsigned char packed[1000];
    z_stream stream = {.avail_in = sizeof text - 1,
                       .next_in = (unsigned char *)(uintptr_t)text,
                       .avail_out = sizeof packed,
                       .next_out = packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = sizeof packed - stream.avail_out;
    deflateEnd(&stream);
    struct sitemap sitemap = read_bytes((const char *)packed, size);
    assert_int_equal(sitemap.feed->entry_count, 1);
    feed_destroy(sitemap.feed);
}

static void what_unpacks_past_the_limit_is_an_error(void **state)
{
    (void)state;
    static char zeroes[1 << 20];
    unsigned char packed[8192];
    z_stream stream = {
        .avail_in = sizeof zeroes, .next_in = (unsigned char *)zeroes, .avail_out = sizeof packed, .next_out = packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = sizeof packed - stream.avail_out;
    deflateEnd(&stream);
    struct sitemap sitemap;
    struct error error = ERROR_INIT;
    struct feed *feed = sitemap_create_feed();
    struct sitemap_request request = {.limits = {.document = 100000}};
    assert_false(sitemap_read(&sitemap, feed, (const char *)packed, size, &request, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    feed_destroy(feed);
}

static void broken_sitemaps_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    struct sitemap sitemap =
        read_text("<urlset><url><loc>https://www.example.org/a</loc><url><loc>"
                  "https://www.example.org/b?x&y</loc></url><url><loc><![CDATA[https://www."
                  "example.org/c]]></loc><lastmod>yesterday</lastmod></url><url><loc>https://www.e");
    assert_int_equal(sitemap.feed->entry_count, 3);
    assert_int_equal(sitemap.feed->dates_unreadable, 1);
    feed_destroy(sitemap.feed);
}

static void more_pages_than_allowed_are_counted_and_dropped(void **state)
{
    (void)state;
    struct sitemap sitemap;
    struct error error = ERROR_INIT;
    struct feed *feed = sitemap_create_feed();
    struct buffer text = BUFFER_INIT;
    struct sitemap_request request = {.limits = {.entries = 10}};
    buffer_append_text(&text, "<urlset>");
    for (int i = 0; i < 25; i++)
        buffer_printf(&text, "<url><loc>https://www.example.org/%d</loc></url>", i);
    assert_true(sitemap_read(&sitemap, feed, text.bytes, text.size, &request, &error));
    assert_int_equal(feed->entry_count, 10);
    assert_int_equal(sitemap.dropped, 15);
    buffer_free(&text);
    feed_destroy(feed);
}

static void a_page_is_no_sitemap(void **state)
{
    (void)state;
    struct sitemap sitemap;
    struct error error = ERROR_INIT;
    struct feed *feed = sitemap_create_feed();
    struct sitemap_request request = {.url = ""};
    assert_false(sitemap_read(&sitemap, feed, "<html><p>no</p></html>", 22, &request, &error));
    assert_non_null(strstr(error.text, "no sitemap"));
    feed_destroy(feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_news_sitemap_gives_titles_dates_and_languages),
        cmocka_unit_test(an_index_gives_its_sitemaps_and_no_pages),
        cmocka_unit_test(robots_txt_and_lists_of_addresses_are_read),
        cmocka_unit_test(packed_sitemaps_are_unpacked),
        cmocka_unit_test(what_unpacks_past_the_limit_is_an_error),
        cmocka_unit_test(broken_sitemaps_are_read_as_far_as_they_go),
        cmocka_unit_test(more_pages_than_allowed_are_counted_and_dropped),
        cmocka_unit_test(a_page_is_no_sitemap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
