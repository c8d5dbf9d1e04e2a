#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/feed/opml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct opml *parse(const char *text)
{
    struct error error = ERROR_INIT;
    struct opml *opml = opml_parse(text, strlen(text), &error);
    if (!opml)
        fail_msg("%s", error.text);
    return opml;
}

static void nested_outlines_are_groups(void **state)
{
    (void)state;
    struct opml *opml = parse("<?xml version='1.0'?><opml version='2.0'><head><title>Mine</title></head><body>"
                              "<outline text='Asia'><outline title='Central/East'>"
                              "<outline text='One &amp; all' xmlUrl='https://one.example/?a=1&amp;b=2'/></outline>"
                              "<outline text='t' title='Two' xmlUrl='https://two.example/' htmlUrl='https://p/'"
                              " language='en'/></outline>"
                              "<outline text='Three' xmlUrl='https://three.example/'></outline></body></opml>");
    const struct opml_feed *feed = opml->feeds;
    assert_int_equal(opml->count, 3);
    assert_string_equal(opml->title, "Mine");
    assert_string_equal(feed->url, "https://one.example/?a=1&b=2");
    assert_string_equal(feed->title, "One & all");
    assert_string_equal(feed->group, "Asia/Central-East");
    feed = feed->next;
    assert_string_equal(feed->title, "Two");
    assert_string_equal(feed->group, "Asia");
    assert_string_equal(feed->page, "https://p/");
    assert_string_equal(feed->language, "en");
    feed = feed->next;
    assert_string_equal(feed->group, "");
    assert_false(opml->is_truncated);
    opml_destroy(opml);
}

static void feeds_may_stand_within_feeds(void **state)
{
    (void)state;
    struct opml *opml = parse("<opml><outline text='a' xmlUrl='http://a/'><outline text='b' xmlUrl='http://b/'/>"
                              "</outline><outline text='c' xmlUrl='http://c/'/></opml>");
    assert_int_equal(opml->count, 3);
    assert_string_equal(opml->feeds->next->group, "");
    opml_destroy(opml);
}

static void broken_files_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    struct opml *opml = parse("junk<OPML><body><outline TEXT=Group><outline XMLURL=http://a.example/ text=\"caf\xe9\">");
    assert_int_equal(opml->count, 1);
    assert_string_equal(opml->feeds->title, "caf\xc3\xa9");
    assert_string_equal(opml->feeds->group, "Group");
    assert_true(opml->is_truncated);
    opml_destroy(opml);
}

static void declared_entities_stay_what_they_are(void **state)
{
    (void)state;
    struct opml *opml = parse("<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y '&x;&x;'>]>"
                              "<opml><outline text='&y;' xmlUrl='http://a.example/'/></opml>");
    assert_string_equal(opml->feeds->title, "&y;");
    opml_destroy(opml);
}

static void what_is_no_opml_is_told(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    assert_null(opml_parse("<html></html>", 13, &error));
    assert_string_equal(error.text, "it is no OPML: there is no <opml> element in it");
    assert_null(opml_parse("", 0, &error));
}

static void limits_are_told(void **state)
{
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    (void)state;
    buffer_append_text(&text, "<opml>");
    for (int i = 0; i < 100001; i++)
        buffer_printf(&text, "<outline xmlUrl='http://a/%d'/>", i);
    assert_null(opml_parse(text.bytes, text.size, &error));
    assert_string_equal(error.text, "it names more than 100000 feeds");
    buffer_clear(&text);
    while (text.size <= 16u * 1024 * 1024)
        buffer_append_text(&text, "<opml>                                                          ");
    assert_null(opml_parse(text.bytes, text.size, &error));
    assert_non_null(strstr(error.text, "more than the 16777216 that are read"));
    buffer_free(&text);
}

static void depth_costs_nothing(void **state)
{
    struct buffer text = BUFFER_INIT;
    (void)state;
    buffer_append_text(&text, "<opml>");
    for (int i = 0; i < 100000; i++)
        buffer_append_text(&text, "<outline text='g'>");
    buffer_append_text(&text, "<outline xmlUrl='http://a/'/>");
    struct error error = ERROR_INIT;
    struct opml *opml = opml_parse(text.bytes, text.size, &error);
    assert_int_equal(opml->count, 1);
    opml_destroy(opml);
    buffer_free(&text);
}

static void what_is_written_reads_back(void **state)
{
    static const struct opml_feed feeds[] = {
        {.url = "http://a/?x=1&y=\"2\"", .title = "A < B", .group = ""},
        {.url = "http://b/", .title = "B", .group = "asia"},
        {.url = "http://c/", .title = "C", .group = "asia/central", .language = "ru"},
        {.url = "http://d/", .title = "D", .group = "asia/centre"},
        {.url = "http://e/", .group = "europe/north"},
    };
    struct buffer out = BUFFER_INIT;
    struct opml_writer writer;
    (void)state;
    opml_begin(&writer, &out, "Tom & Jerry");
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++)
        opml_put(&writer, &feeds[i]);
    assert_true(opml_end(&writer));
    struct opml *opml = parse(out.bytes);
    const struct opml_feed *feed = opml->feeds;
    assert_string_equal(opml->title, "Tom & Jerry");
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++, feed = feed->next) {
        assert_string_equal(feed->url, feeds[i].url);
        assert_string_equal(feed->group, feeds[i].group);
        assert_string_equal(feed->title, feeds[i].title ? feeds[i].title : feeds[i].url);
    }
    assert_null(feed);
    opml_destroy(opml);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_outlines_are_groups),
        cmocka_unit_test(feeds_may_stand_within_feeds),
        cmocka_unit_test(broken_files_are_read_as_far_as_they_go),
        cmocka_unit_test(declared_entities_stay_what_they_are),
        cmocka_unit_test(what_is_no_opml_is_told),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(depth_costs_nothing),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
