#include "lib/base/buffer.h"
#include "lib/mail/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_newsletter_of_linked_headlines_is_a_digest(void **state)
{
    (void)state;
    static const char html[] =
        "<html><head><title>Weekly</title><style>p{color:red}</style></head><body>"
        "<div style='display: none; max-height:0'>Preview that only the list of mails shows, at some length.</div>"
        "<a href='https://news.example/'>The Weekly Review of Defence and Diplomacy</a>"
        "<p><a href='https://news.example/view'>View this email in your browser</a></p>"
        "<table><tr><td><a href='https://news.example/1?utm_source=mail&amp;id=7'><img src='1.jpg'></a></td>"
        "<td><h2><a href=\"https://news.example/1?utm_source=mail&amp;id=7\">Ministers sign a pact on training</a></h2>"
        "<p>The two ministers signed it on Tuesday &amp; spoke of a beginning.</p><p>The first course begins in May, in the "
        "north.</p><a href='https://news.example/1?utm_source=mail&amp;id=7'>Read more</a></td></tr>"
        "<tr><td><h2><a href='https://news.example/2'>Frigate arrives for a joint exercise</a></h2><p>It will stay for ten "
        "days and visit two ports.</p></td></tr>"
        "<tr><td><A HREF='https://news.example/3'>A third story that has a headline and nothing else</A></td></tr></table>"
        "<p>You are receiving this since you subscribed. <a href='https://news.example/u'>Unsubscribe</a></p>"
        "<p>12 Some Street, Some Town, with a postal code and a telephone number</p></body></html>";
    struct mail_digest digest;
    assert_true(mail_digest_read(&digest, html, sizeof html - 1));
    assert_int_equal(digest.count, 3);
    assert_false(digest.is_of_many);
    assert_string_equal(digest.stories[0].title, "Ministers sign a pact on training");
    assert_string_equal(digest.stories[0].url, "https://news.example/1?utm_source=mail&id=7");
    assert_string_equal(digest.stories[0].text, "The two ministers signed it on Tuesday & spoke of a beginning.\n\nThe "
                                                "first course begins in May, in the north.");
    assert_string_equal(digest.stories[1].title, "Frigate arrives for a joint exercise");
    assert_string_equal(digest.stories[2].url, "https://news.example/3");
    assert_null(digest.stories[2].text);
    mail_digest_clear(&digest);
}

static void an_alert_names_the_pages_behind_its_redirector(void **state)
{
    (void)state;
    static const char html[] =
        "<table><tr><td><a href='https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://one.example/a%3Fx%3D1&amp;ct=ga'>"
        "<span>Army and navy open a <b>joint exercise</b></span></a><div>One Times</div><div>Soldiers of two countries "
        "opened a <b>joint exercise</b> on Monday ...</div><a href='https://www.google.com/alerts/feedback?x'>Flag as "
        "irrelevant</a></td></tr><tr><td><a href='https://www.google.com/url?q=http://two.example/b&amp;sa=t'>"
        "Parliament approves the sale of radars</a><div>Two Post</div><div>The sale of six radars was approved by a large "
        "majority.</div></td></tr></table><a href='https://www.google.com/alerts?s=1'>See more results</a>";
    struct mail_digest digest;
    assert_true(mail_digest_read(&digest, html, sizeof html - 1));
    assert_int_equal(digest.count, 2);
    assert_true(digest.is_of_many);
    assert_string_equal(digest.stories[0].url, "https://one.example/a?x=1");
    assert_string_equal(digest.stories[0].title, "Army and navy open a joint exercise");
    assert_string_equal(digest.stories[0].text, "Soldiers of two countries opened a joint exercise on Monday ...");
    assert_string_equal(digest.stories[1].url, "http://two.example/b");
    mail_digest_clear(&digest);
}

static void headings_may_have_their_link_below_the_text(void **state)
{
    (void)state;
    static const char html[] =
        "<h1>The week in defence, by the desk</h1><p>Dear readers, this is what we wrote.</p>"
        "<h2>Ministers sign a pact on training</h2><p>The two ministers signed it on Tuesday.</p>"
        "<a href='https://track.example/1'>Read the story</a><h2>Stories from our partners abroad</h2>"
        "<p><a href='https://track.example/3'>A headline that stands below a section's name</a></p>"
        "<h2>Frigate arrives for a joint exercise</h2><p>It will stay for ten days and visit two ports.</p>"
        "<div><a href='https://track.example/2'>Read the story</a></div>"
        "<h2>What we read ourselves this week</h2><p>A book about ships, which we liked, and nothing else.</p>";
    struct mail_digest digest;
    assert_true(mail_digest_read(&digest, html, sizeof html - 1));
    assert_int_equal(digest.count, 3);
    assert_string_equal(digest.stories[0].title, "Ministers sign a pact on training");
    assert_string_equal(digest.stories[0].url, "https://track.example/1");
    assert_string_equal(digest.stories[1].title, "A headline that stands below a section's name");
    assert_string_equal(digest.stories[0].text, "The two ministers signed it on Tuesday.");
    assert_string_equal(digest.stories[2].url, "https://track.example/2");
    mail_digest_clear(&digest);
}

static void a_letter_that_tells_one_story_is_none(void **state)
{
    (void)state;
    struct buffer html = BUFFER_INIT;
    struct mail_digest digest;
    buffer_append_text(&html, "<h1>Statement on the visit</h1>");
    for (int i = 0; i < 12; i++)
        buffer_printf(&html,
                      "<p>Paragraph %d of the statement says what was agreed, who was there and what is to follow, and "
                      "refers to <a href='https://mod.example/treaty'>the treaty</a>.</p>",
                      i);
    buffer_append_text(&html, "<h3>Related</h3><a href='https://mod.example/a'>An earlier visit of the minister</a><br>"
                              "<a href='https://mod.example/b'>The treaty and what it says</a>");
    assert_false(mail_digest_read(&digest, html.bytes, html.size));
    assert_int_equal(digest.count, 0);
    mail_digest_clear(&digest);
    buffer_clear(&html);
    buffer_append_text(&html, "<h1><a href='https://mod.example/s'>Statement on the visit of the minister</a></h1>");
    for (int i = 0; i < 30; i++)
        buffer_printf(&html, "<p>Paragraph %d of the statement says what was agreed, and what is to follow from it.</p>", i);
    buffer_append_text(&html, "<a href='https://mod.example/a'>An earlier visit of the minister</a><br>"
                              "<a href='https://mod.example/b'>The treaty and what it says</a>");
    assert_false(mail_digest_read(&digest, html.bytes, html.size));
    assert_false(mail_digest_read(&digest, "", 0));
    assert_false(mail_digest_read(&digest, "<p>Dear all,</p><p>see you on Monday.</p>", 41));
    buffer_free(&html);
}

static void many_unclosed_and_hidden_elements_cost_no_more_than_their_bytes(void **state)
{
    (void)state;
    struct buffer html = BUFFER_INIT;
    struct mail_digest digest;
    for (int i = 0; i < 100000; i++)
        buffer_append_text(&html, "<select><div style=display:none><a href=https://x.example/1>");
    assert_false(mail_digest_read(&digest, html.bytes, html.size));
    buffer_free(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newsletter_of_linked_headlines_is_a_digest),
        cmocka_unit_test(an_alert_names_the_pages_behind_its_redirector),
        cmocka_unit_test(headings_may_have_their_link_below_the_text),
        cmocka_unit_test(a_letter_that_tells_one_story_is_none),
        cmocka_unit_test(many_unclosed_and_hidden_elements_cost_no_more_than_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
