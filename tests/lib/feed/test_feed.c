#include "lib/base/buffer.h"
#include "lib/base/calendar.h"
#include "lib/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static struct feed *parse_at(const char *document, const char *url)
{
    struct error error = ERROR_INIT;
    struct feed *feed = feed_parse(document, strlen(document), &(struct feed_request){.url = url}, &error);
    if (!feed)
        fail_msg("not read: %s", error.text);
    return feed;
}

static struct feed *parse(const char *document)
{
    return parse_at(document, NULL);
}

static void assert_time(const struct feed_time *time, const char *expected)
{
    char text[CALENDAR_TEXT_SIZE];
    assert_true(time->known);
    calendar_print(text, time->date.time);
    assert_string_equal(text, expected);
}

static void rss_2_is_read_with_all_its_fields(void **state)
{
    (void)state;
    struct feed *feed = parse(
        "<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
        " xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>"
        "<title>Defence &amp; Diplomacy</title><link>https://example.org/</link><description>&lt;p&gt;A "
        "feed.&lt;/p&gt;</description>"
        "<language>en-gb</language><ttl>15</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</"
        "sy:updateFrequency>"
        "<skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
        "<image><title>Logo</title><link>https://example.org/logo</link></image>"
        "<item><title>First &lt;i&gt;item&lt;/i&gt;</title><link>https://example.org/1?utm_source=rss</link>"
        "<guid isPermaLink='false'>id-1</guid><pubDate>Mon, 25 Sep 2006 10:00:00 +0200</pubDate><dc:creator>Jane "
        "Doe</dc:creator>"
        "<description>Short</description><content:encoded><![CDATA[<p>Long</p><p>text</p>]]></content:encoded>"
        "<category>Arms</category><category>arms</category><enclosure url='https://example.org/a.mp3' "
        "type='audio/mpeg' length='12'/>"
        "</item></channel></rss>");
    assert_int_equal(feed->format, FEED_RSS);
    assert_int_equal(feed->repairs, 0);
    assert_string_equal(feed->title, "Defence & Diplomacy");
    assert_string_equal(feed->link, "https://example.org/");
    assert_string_equal(feed->description, "A feed.");
    assert_string_equal(feed->language, "en-gb");
    assert_int_equal(feed->ttl_minutes, 15);
    assert_int_equal(feed->update_seconds, 1800);
    assert_int_equal(feed->skip_hours, 1u | 1u << 23);
    assert_int_equal(feed->skip_days, 1);
    assert_int_equal(feed->entry_count, 1);
    const struct feed_entry *entry = feed->entries;
    assert_string_equal(entry->title, "First item");
    assert_string_equal(entry->id, "id-1");
    assert_string_equal(entry->link, "https://example.org/1?utm_source=rss");
    assert_string_equal(entry->canonical, "https://example.org/1");
    assert_time(&entry->published, "2006-09-25T08:00:00Z");
    assert_int_equal(entry->published.date.offset_minutes, 120);
    assert_false(entry->updated.known);
    assert_string_equal(entry->author, "Jane Doe");
    assert_string_equal(entry->summary, "Short");
    assert_string_equal(entry->content, "Long\n\ntext");
    assert_string_equal(entry->categories->text, "Arms");
    assert_null(entry->categories->next);
    assert_string_equal(entry->enclosures->url, "https://example.org/a.mp3");
    assert_int_equal(entry->enclosures->length, 12);
    feed_destroy(feed);
}

static void atom_says_what_its_texts_are(void **state)
{
    (void)state;
    struct feed *feed = parse(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en' xml:base='https://example.org/blog/'>"
        "<title type='html'>A &lt;b&gt;bold&lt;/b&gt; &amp;amp; plain title</title><link rel='self' "
        "href='feed.atom'/><link href='.'/>"
        "<link rel='hub' href='https://hub.example.org/'/><author><name>Jane "
        "Doe</name><email>jane@example.org</email></author>"
        "<entry><title type='text'>1 &lt; 2 &amp;amp; &lt;b&gt;</title><id>urn:1</id><link rel='alternate' href='one'/>"
        "<updated>2006-09-25T10:00:00Z</updated><published>2006-09-24T10:00:00-05:00</published>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One "
        "<em>two</em></p><title>x</title><p>&lt;three&gt;</p></div></content>"
        "<category term='t' "
        "label='T'/><source><title>Other</title><author><name>Someone</name></author></source></entry>"
        "<entry xml:base='/other/'><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a<br/>b</div></title>"
        "<link href='two'/><content type='text/html' mode='base64' "
        "xmlns='http://purl.org/atom/ns#'>PHA+eDwvcD4=</content></entry></feed>");
    assert_int_equal(feed->format, FEED_ATOM);
    assert_string_equal(feed->title, "A bold & plain title");
    assert_string_equal(feed->language, "en");
    assert_string_equal(feed->link, "https://example.org/blog/");
    assert_string_equal(feed->self, "https://example.org/blog/feed.atom");
    assert_string_equal(feed->hub, "https://hub.example.org/");
    const struct feed_entry *entry = feed->entries;
    assert_string_equal(entry->title, "1 < 2 &amp; <b>");
    assert_string_equal(entry->link, "https://example.org/blog/one");
    assert_time(&entry->published, "2006-09-24T15:00:00Z");
    assert_time(&entry->updated, "2006-09-25T10:00:00Z");
    assert_string_equal(entry->content, "One two\n\nx\n\n<three>");
    assert_string_equal(entry->author, "Someone");
    entry = entry->next;
    assert_string_equal(entry->title, "a b");
    assert_string_equal(entry->link, "https://example.org/other/two");
    assert_string_equal(entry->content, "x");
    assert_string_equal(entry->author, "Jane Doe");
    assert_string_equal(entry->byline, "Jane Doe (jane@example.org)");
    feed_destroy(feed);
}

static void rdf_items_stand_beside_the_channel(void **state)
{
    (void)state;
    struct feed *feed = parse("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
                              "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
                              "<channel "
                              "rdf:about='https://example.org/'><title>News</title><link>https://example.org/</"
                              "link><items><rdf:Seq><rdf:li rdf:resource='x'/></rdf:Seq></items></channel>"
                              "<image><title>Logo</title></image>"
                              "<item "
                              "rdf:about='https://example.org/1'><title>One</title><dc:date>2006-09-25T10:00+02:00</"
                              "dc:date><dc:subject>Arms</dc:subject></item></rdf:RDF>");
    assert_int_equal(feed->format, FEED_RDF);
    assert_string_equal(feed->title, "News");
    assert_int_equal(feed->entry_count, 1);
    assert_string_equal(feed->entries->id, "https://example.org/1");
    assert_string_equal(feed->entries->link, "https://example.org/1");
    assert_time(&feed->entries->published, "2006-09-25T08:00:00Z");
    assert_string_equal(feed->entries->categories->text, "Arms");
    feed_destroy(feed);
}

static void json_feed_is_read_in_both_versions(void **state)
{
    (void)state;
    struct feed *feed =
        parse("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\",\"home_page_url\":\"https://"
              "example.org/\",\"authors\":[{\"name\":\"A\"},{\"name\":\"B\"}],"
              "\"items\":[{\"id\":7,\"url\":\"/x\",\"content_html\":\"<p>a</p><p>b</"
              "p>\",\"date_published\":\"2006-09-25T10:00:00Z\",\"tags\":[\"t\"],"
              "\"attachments\":[{\"url\":\"https://example.org/a\",\"mime_type\":\"audio/mpeg\",\"size_in_bytes\":5}]},"
              "{\"id\":\"2\",\"content_text\":\"1 < 2\",\"author\":{\"name\":\"C\"}},17]}");
    assert_int_equal(feed->format, FEED_JSON);
    assert_int_equal(feed->entry_count, 2);
    assert_string_equal(feed->entries->id, "7");
    assert_string_equal(feed->entries->link, "https://example.org/x");
    assert_string_equal(feed->entries->content, "a\n\nb");
    assert_string_equal(feed->entries->author, "A, B");
    assert_int_equal(feed->entries->enclosures->length, 5);
    assert_string_equal(feed->entries->next->content, "1 < 2");
    assert_string_equal(feed->entries->next->author, "C");
    feed_destroy(feed);
}

static void nearly_json_is_mended(void **state)
{
    (void)state;
    struct feed *feed = parse("{\"version\":\"https://jsonfeed.org/version/1\", // note\n\"title\":\"a\tb\\x "
                              "\\ud800\",\"items\":[{\"id\":\"1\",\"title\":\"one\",},"
                              "{\"id\":123456789012345678901234567890},{\"id\":\"3\",\"title\":\"cut");
    assert_true(feed->repairs & FEED_REPAIR_JSON);
    assert_string_equal(feed->title, "a bx �");
    assert_int_equal(feed->entry_count, 3);
    assert_string_equal(feed->entries->title, "one");
    feed_destroy(feed);
}

static void broken_xml_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<b>Notice</b>: junk <?xml version='1.0'?><rss><channel><title>R&D &eacute;</title>"
              "<item><title>One</title><description>a<br>b <img src=x> c & "
              "d</description><foo><link>https://example.org/1</link></item>"
              "<item><title>Two<link>https://example.org/2</link>"
              "<item><title>Three</title><hr><dc:creator>Jane</dc:creator><link>https://example.org/3</link></item>"
              "</channel></rss><br/>PHP error");
    assert_int_equal(feed->entry_count, 3);
    assert_string_equal(feed->title, "R&D é");
    const struct feed_entry *entry = feed->entries;
    assert_string_equal(entry->title, "One");
    assert_string_equal(entry->summary, "a\nb c & d");
    assert_string_equal(entry->link, "https://example.org/1");
    entry = entry->next;
    assert_string_equal(entry->title, "Two");
    assert_string_equal(entry->link, "https://example.org/2");
    entry = entry->next;
    assert_string_equal(entry->title, "Three");
    assert_string_equal(entry->author, "Jane");
    assert_string_equal(entry->link, "https://example.org/3");
    unsigned expected = FEED_REPAIR_JUNK | FEED_REPAIR_TAGS | FEED_REPAIR_TEXT | FEED_REPAIR_NAMESPACE;
    assert_int_equal(feed->repairs & expected, expected);
    feed_destroy(feed);
}

static void unclosed_unknown_elements_hide_no_entries(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<rss><channel><meta a='b'><foo><bar><meta><x:y><title>t</title><item><title>one</title><baz></item>"
              "<foo><item><title>two</title></item></channel></rss>");
    assert_int_equal(feed->entry_count, 2);
    assert_string_equal(feed->title, "t");
    assert_string_equal(feed->entries->title, "one");
    assert_string_equal(feed->entries->next->title, "two");
    feed_destroy(feed);
    feed = parse("<rss><channel><foo><item><title>one</title></item>");
    assert_int_equal(feed->entry_count, 1);
    feed_destroy(feed);
}

static void prefixes_of_atom_and_xhtml_may_be_any(void **state)
{
    (void)state;
    struct feed *feed = parse(
        "<?pi a > b ?><n:feed xmlns:n='http://www.w3.org/2005/Atom' xmlns:h='http://www.w3.org/1999/xhtml'><n:entry>"
        "<n:title>t</n:title><n:content "
        "type='xhtml'><h:div><h:p>a</h:p><h:p>b</h:p></h:div></n:content></n:entry></n:feed>");
    assert_int_equal(feed->repairs, 0);
    assert_string_equal(feed->entries->title, "t");
    assert_string_equal(feed->entries->content, "a\n\nb");
    feed_destroy(feed);
}

static void people_are_named_and_not_without_end(void **state)
{
    (void)state;
    struct feed *feed = parse("<feed "
                              "xmlns='http://www.w3.org/2005/Atom'><entry><author><name>A</name></"
                              "author><author><name>B</name><email>b@c.org</email></author></entry></feed>");
    assert_string_equal(feed->entries->author, "A, B");
    assert_string_equal(feed->entries->byline, "A, B (b@c.org)");
    feed_destroy(feed);
    feed = parse("<rss><channel><item><author>b@c.org (Jane "
                 "Doe)</author></item><item><author>b@c.org</author><creator>x</creator></item></channel></rss>");
    assert_string_equal(feed->entries->author, "Jane Doe");
    assert_string_equal(feed->entries->next->author, "b@c.org");
    feed_destroy(feed);
}

static void a_truncated_document_keeps_its_whole_entries_and_marks_the_last(void **state)
{
    (void)state;
    struct feed *feed = parse("<rss><channel><title>t</title><item><title>whole</title></item><item><title>half</"
                              "title><description><![CDATA[cut he");
    assert_true(feed->repairs & FEED_REPAIR_TRUNCATED);
    assert_int_equal(feed->entry_count, 2);
    assert_string_equal(feed->entries->title, "whole");
    assert_false(feed->entries->incomplete);
    assert_string_equal(feed->entries->next->title, "half");
    assert_true(feed->entries->next->incomplete);
    feed_destroy(feed);
}

static void extensions_do_not_pass_for_the_feeds_own_elements(void **state)
{
    (void)state;
    struct feed *feed = parse("<rss xmlns:x='urn:x' "
                              "xmlns:atom='http://www.w3.org/2005/Atom'><channel><x:item><title>no</title></"
                              "x:item><atom:link rel='self' href='https://example.org/feed'/>"
                              "<link>https://example.org/</link><item><x:title>no</x:title><x:wrap><title>no</title></"
                              "x:wrap><title>yes</title></item></channel></rss>");
    assert_int_equal(feed->entry_count, 1);
    assert_string_equal(feed->entries->title, "yes");
    assert_string_equal(feed->link, "https://example.org/");
    assert_string_equal(feed->self, "https://example.org/feed");
    feed_destroy(feed);
}

static void relative_links_of_rss_are_relative_to_the_site(void **state)
{
    (void)state;
    const char *document =
        "<rss><channel><link>/</link><item><link>news/1.html</link></item><item><link>javascript:alert(1)</"
        "link><guid>https://example.org/g</guid></item></channel></rss>";
    struct feed *feed = parse_at(document, "https://example.org/feeds/all.xml");
    assert_string_equal(feed->link, "https://example.org/");
    assert_string_equal(feed->entries->link, "https://example.org/news/1.html");
    assert_string_equal(feed->entries->next->link, "https://example.org/g");
    feed_destroy(feed);
}

static void of_several_links_of_an_rss_item_the_last_stands(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><item><link>https://example.org/1</link>"
              "<link>https://example.org/2</link><atom:link href='https://example.org/3'/><link/></item>"
              "<item><link rel='self' href='https://example.org/4'/><link "
              "href='https://example.org/5'/></item></channel></rss>");
    assert_string_equal(feed->entries->link, "https://example.org/2");
    assert_string_equal(feed->entries->next->link, "https://example.org/5");
    feed_destroy(feed);
}

static void an_ampersand_escaped_twice_is_told_by_the_evidence_of_all_titles(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<rss><channel><title>x</title><item><title>Arms &amp;amp; aid</title></item><item><title>A&amp;#8217;s "
              "&lt;b&gt;bold&lt;/b&gt;</title></item></channel></rss>");
    assert_string_equal(feed->entries->title, "Arms & aid");
    assert_string_equal(feed->entries->next->title, "A’s bold");
    feed_destroy(feed);
    feed = parse("<rss><channel><title>x</title><item><title>How to write &amp;amp; in "
                 "HTML</title></item><item><title>R&amp;D &amp;amp; more</title></item></channel></rss>");
    assert_string_equal(feed->entries->title, "How to write &amp; in HTML");
    assert_string_equal(feed->entries->next->title, "R&D &amp; more");
    feed_destroy(feed);
}

static void relative_links_of_atom_are_relative_to_the_document_unless_a_service_delivers_it(void **state)
{
    (void)state;
    const char *document = "<feed xmlns='http://www.w3.org/2005/Atom'><link href='https://example.org/'/><entry><link "
                           "href='one'/></entry></feed>";
    struct feed *feed = parse_at(document, "https://example.org/blog/feed.atom");
    assert_string_equal(feed->entries->link, "https://example.org/blog/one");
    feed_destroy(feed);
    feed = parse_at(document, "https://feeds.example.net/x/feed.atom");
    assert_string_equal(feed->entries->link, "https://example.org/one");
    feed_destroy(feed);
}

static void an_unreadable_date_is_none_and_is_counted(void **state)
{
    (void)state;
    struct feed *feed = parse("<rss><channel><item><pubDate>soon</pubDate></item></channel></rss>");
    assert_false(feed->entries->published.known);
    assert_string_equal(feed->entries->published.raw, "soon");
    assert_int_equal(feed->dates_unreadable, 1);
    feed_destroy(feed);
}

static void entities_of_a_dtd_are_never_expanded(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
              "<rss><channel><title>&b;&f;</title></channel></rss>");
    assert_string_equal(feed->title, "&b;&f;");
    feed_destroy(feed);
}

static void assert_refused(const char *document, const char *reason)
{
    struct error error = ERROR_INIT;
    assert_null(feed_parse(document, strlen(document), &(struct feed_request){.url = NULL}, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    if (!strstr(error.text, reason))
        fail_msg("\"%s\" lacks \"%s\"", error.text, reason);
}

static void what_is_no_feed_is_refused_with_the_reason(void **state)
{
    (void)state;
    assert_refused("", "empty");
    assert_refused(" \n", "empty");
    assert_refused("<!DOCTYPE html><html><head><title>x</title></head><body><item>y</item></body></html>", "HTML page");
    assert_refused("<opml><body/></opml>", "<opml>");
    assert_refused("{\"error\":\"no\"}", "no JSON Feed");
    assert_refused("{\"version\" \"x\"", "line 1");
    assert_refused("404 not found", "neither XML");
}

static void limits_hold_and_are_named(void **state)
{
    (void)state;
    const char *document = "<rss><channel><item><title>aaaa</title><category>1</category><category>2</category></"
                           "item><item/><item/></channel></rss>";
    struct error error = ERROR_INIT;
    struct feed_request request = {.limits = {.entries = 1, .text = 3, .categories = 1}};
    struct feed *feed = feed_parse(document, strlen(document), &request, &error);
    assert_non_null(feed);
    assert_int_equal(feed->entry_count, 1);
    assert_int_equal(feed->entries_dropped, 2);
    assert_string_equal(feed->entries->title, "aaa");
    assert_null(feed->entries->categories->next);
    feed_destroy(feed);
    request = (struct feed_request){.limits = {.document = 10}};
    assert_null(feed_parse(document, strlen(document), &request, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_non_null(strstr(error.text, "10"));
    request = (struct feed_request){.limits = {.memory = 500}};
    assert_null(feed_parse(document, strlen(document), &request, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
}

static void html_is_kept_where_it_is_asked_for(void **state)
{
    (void)state;
    const char *document =
        "<rss><channel><item><description>&lt;a href='x'&gt;y&lt;/a&gt;</description></item></channel></rss>";
    struct error error = ERROR_INIT;
    struct feed *feed = feed_parse(document, strlen(document), &(struct feed_request){.keep_html = true}, &error);
    assert_non_null(feed);
    assert_string_equal(feed->entries->content_html, "<a href='x'>y</a>");
    assert_string_equal(feed->entries->summary, "y");
    feed_destroy(feed);
}

/* `count` elements of three names within each other, with `inside` in the innermost. */
static struct feed *parse_nest(size_t count, const char *open, const char *inside, const char *close, struct error *error)
{
    static const char *const names[] = {"a:one", "two", "c3"};
    struct buffer document = BUFFER_INIT;
    buffer_append_text(&document, open);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&document, "<%s>", names[i % 3]);
    buffer_append_text(&document, inside);
    for (size_t i = count; i > 0; i--)
        buffer_printf(&document, "</%s>", names[(i - 1) % 3]);
    buffer_append_text(&document, close);
    struct feed_request request = {.limits = {.depth = 100}};
    struct feed *feed = feed_parse(document.bytes, document.size, &request, error);
    buffer_free(&document);
    return feed;
}

static void depth_counts_elements_of_all_names_and_not_the_markup_of_a_text(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    const char *item = "<item><title>T</title><description>", *end = "</description></item></channel></rss>";
    assert_null(parse_nest(101, "<rss><channel>", "x", "<item><title>T</title></item></channel></rss>", &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_non_null(strstr(error.text, "deeper within each other than the 100 that max_depth allows"));
    struct feed *feed = parse_nest(99, "<rss><channel>", "<br><br>", "<item><title>T</title></item></channel></rss>", &error);
    assert_non_null(feed);
    assert_int_equal(feed->entry_count, 1);
    feed_destroy(feed);
    char open[100];
    snprintf(open, sizeof open, "<rss><channel>%s", item);
    feed = parse_nest(500, open, "deep text", end, &error);
    assert_non_null(feed);
    assert_string_equal(feed->entries->summary, "deep text");
    feed_destroy(feed);
}

static void keywords_are_categories_and_a_second_summary_is_the_longer_text(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<rss xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>"
              "<itunes:keywords>arms, training ,arms,</itunes:keywords><itunes:category text='News'><itunes:category "
              "text='Law &amp; order'/></itunes:category><description>The longer of the two.</description>"
              "<summary>Short.</summary></item><item><summary>A</summary><description>A</description></item>"
              "</channel></rss>");
    const struct feed_entry *entry = feed->entries;
    assert_string_equal(entry->categories->text, "arms");
    assert_string_equal(entry->categories->next->text, "training");
    assert_string_equal(entry->categories->next->next->text, "News");
    assert_string_equal(entry->categories->next->next->next->text, "Law & order");
    assert_null(entry->categories->next->next->next->next);
    assert_string_equal(entry->summary, "Short.");
    assert_string_equal(entry->content, "The longer of the two.");
    assert_string_equal(entry->next->summary, "A");
    assert_null(entry->next->content);
    feed_destroy(feed);
}

static void links_that_can_be_followed_come_before_others(void **state)
{
    (void)state;
    struct feed *feed = parse("<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='tag:example.org,2006:1'/>"
                              "<link href='https://example.org/1'/></entry>"
                              "<entry><link>https://example.org/text</link><link href='https://example.org/2'/></entry>"
                              "<entry><link href='urn:x:3'/></entry></feed>");
    assert_string_equal(feed->entries->link, "https://example.org/1");
    assert_string_equal(feed->entries->next->link, "https://example.org/2");
    assert_string_equal(feed->entries->next->next->link, "urn:x:3");
    feed_destroy(feed);
    feed = parse("<rss><channel><item><link>https://www.google.com/url?sa=t&amp;url=https://example.org/4%3Futm_source=x</link>"
                 "</item></channel></rss>");
    assert_string_equal(feed->entries->origin, "https://example.org/4?utm_source=x");
    assert_string_equal(feed->entries->canonical, "https://example.org/4");
    feed_destroy(feed);
}

static void a_base_that_is_none_is_passed_over(void **state)
{
    (void)state;
    static const char *const bases[] = {"javascript:alert(1)", "http://[x", "mailto:a@b.example"};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        char document[300];
        snprintf(document, sizeof document,
                 "<feed xmlns='http://www.w3.org/2005/Atom'><entry xml:base='%s'><link href='1'/></entry></feed>", bases[i]);
        struct feed *feed = parse_at(document, "https://example.org/news/feed");
        assert_string_equal(feed->entries->link, "https://example.org/news/1");
        feed_destroy(feed);
    }
}

static void old_and_odd_places_of_text_are_read(void **state)
{
    (void)state;
    struct feed *feed = parse("<CHANNEL HREF='https://example.org/' LASTMOD='2002-11-05T16:55'><TITLE>Old</TITLE>"
                              "<ABSTRACT>A channel.</ABSTRACT><ITEM HREF='https://example.org/1' "
                              "LASTMOD='2002-11-04T10:00'><TITLE>One</TITLE><ABSTRACT>Of one.</ABSTRACT></ITEM></CHANNEL>");
    assert_string_equal(feed->link, "https://example.org/");
    assert_string_equal(feed->description, "A channel.");
    assert_string_equal(feed->entries->link, "https://example.org/1");
    assert_string_equal(feed->entries->summary, "Of one.");
    assert_time(&feed->entries->updated, "2002-11-04T10:00:00Z");
    feed_destroy(feed);
    feed = parse("<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item>"
                 "<media:title type='plain'>1 &lt;b&gt; 2</media:title>"
                 "<div xmlns='http://www.w3.org/1999/xhtml'><p>One.</p><p>Two.</p></div></item></channel></rss>");
    assert_string_equal(feed->entries->title, "1 <b> 2");
    assert_string_equal(feed->entries->content, "One.\n\nTwo.");
    feed_destroy(feed);
}

static void a_document_packed_by_gzip_is_unpacked_within_the_limit(void **state)
{
    (void)state;
    static const char document[] = "<rss><channel><item><title>Packed</title><description>again and again and again and "
                                   "again and again and again and again and again</description></item></channel></rss>";
    unsigned char packed[200];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)document,
                       .avail_in = sizeof document - 1,
                       .next_out = packed,
                       .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = stream.total_out;
    deflateEnd(&stream);
    struct error error = ERROR_INIT;
    struct feed *feed = feed_parse((const char *)packed, size, &(struct feed_request){.url = NULL}, &error);
    assert_non_null(feed);
    assert_string_equal(feed->entries->title, "Packed");
    feed_destroy(feed);
    struct feed_request tight = {.limits = {.document = sizeof document - 2}};
    assert_null(feed_parse((const char *)packed, size, &tight, &error));
    assert_int_equal(error.kind, ERROR_LIMIT);
    assert_non_null(strstr(error.text, "unpacks to more than"));
}

static void what_agencies_add_to_rss_is_read(void **state)
{
    (void)state;
    struct feed *feed =
        parse("<rss xmlns:yandex='http://news.yandex.ru'><channel><item><title>T</title><description>Short.</description>"
              "<yandex:full-text>&lt;p&gt;The whole text.&lt;/p&gt;</yandex:full-text><creator>Jane Doe</creator>"
              "<modified>2006-09-25T10:00:00Z</modified><categories><category>Arms</category><category>Law</category>"
              "</categories></item></channel></rss>");
    const struct feed_entry *entry = feed->entries;
    assert_string_equal(entry->summary, "Short.");
    assert_string_equal(entry->content, "The whole text.");
    assert_string_equal(entry->author, "Jane Doe");
    assert_time(&entry->updated, "2006-09-25T10:00:00Z");
    assert_string_equal(entry->categories->text, "Arms");
    assert_string_equal(entry->categories->next->text, "Law");
    feed_destroy(feed);
}

static void entities_of_plain_text_are_expanded_and_no_others(void **state)
{
    (void)state;
    struct feed *feed = parse("<!DOCTYPE rss [<!ENTITY desk 'the desk'><!ENTITY nb \"&#160;\"><!ENTITY desk 'other'>"
                              "<!ENTITY two '&desk;&desk;'><!ENTITY file SYSTEM 'file:///etc/passwd'><!ENTITY % p 'x'>]>"
                              "<rss><channel><item><title>By &desk;,&nb;&amp; more</title><description>&two; &file; &p; x"
                              "</description></item></channel></rss>");
    assert_string_equal(feed->entries->title, "By the desk, & more");
    assert_string_equal(feed->entries->summary, "&two; &file; &p; x");
    feed_destroy(feed);
    struct buffer document = BUFFER_INIT;
    buffer_append_text(&document, "<!DOCTYPE rss [<!ENTITY a '");
    for (int i = 0; i < 250; i++)
        buffer_append_char(&document, 'a');
    buffer_append_text(&document, "'>]><rss><channel><item><description>");
    for (int i = 0; i < 100000; i++)
        buffer_append_text(&document, "&a;");
    buffer_append_text(&document, "</description></item></channel></rss>");
    struct error error = ERROR_INIT;
    feed = feed_parse(document.bytes, document.size, &(struct feed_request){.url = NULL}, &error);
    assert_non_null(feed);
    assert_true(strlen(feed->entries->summary) < 3 * 100000 + 256 * 1024);
    feed_destroy(feed);
    buffer_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_of_plain_text_are_expanded_and_no_others),
        cmocka_unit_test(what_agencies_add_to_rss_is_read),
        cmocka_unit_test(keywords_are_categories_and_a_second_summary_is_the_longer_text),
        cmocka_unit_test(links_that_can_be_followed_come_before_others),
        cmocka_unit_test(a_base_that_is_none_is_passed_over),
        cmocka_unit_test(old_and_odd_places_of_text_are_read),
        cmocka_unit_test(a_document_packed_by_gzip_is_unpacked_within_the_limit),
        cmocka_unit_test(depth_counts_elements_of_all_names_and_not_the_markup_of_a_text),
        cmocka_unit_test(rss_2_is_read_with_all_its_fields),
        cmocka_unit_test(atom_says_what_its_texts_are),
        cmocka_unit_test(rdf_items_stand_beside_the_channel),
        cmocka_unit_test(json_feed_is_read_in_both_versions),
        cmocka_unit_test(nearly_json_is_mended),
        cmocka_unit_test(broken_xml_is_read_as_far_as_it_goes),
        cmocka_unit_test(unclosed_unknown_elements_hide_no_entries),
        cmocka_unit_test(prefixes_of_atom_and_xhtml_may_be_any),
        cmocka_unit_test(people_are_named_and_not_without_end),
        cmocka_unit_test(a_truncated_document_keeps_its_whole_entries_and_marks_the_last),
        cmocka_unit_test(extensions_do_not_pass_for_the_feeds_own_elements),
        cmocka_unit_test(relative_links_of_rss_are_relative_to_the_site),
        cmocka_unit_test(of_several_links_of_an_rss_item_the_last_stands),
        cmocka_unit_test(an_ampersand_escaped_twice_is_told_by_the_evidence_of_all_titles),
        cmocka_unit_test(relative_links_of_atom_are_relative_to_the_document_unless_a_service_delivers_it),
        cmocka_unit_test(an_unreadable_date_is_none_and_is_counted),
        cmocka_unit_test(entities_of_a_dtd_are_never_expanded),
        cmocka_unit_test(what_is_no_feed_is_refused_with_the_reason),
        cmocka_unit_test(limits_hold_and_are_named),
        cmocka_unit_test(html_is_kept_where_it_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
