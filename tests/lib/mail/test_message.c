#include "lib/mail/message.h"
#include "lib/mail/unwrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct mail_message read_message(const char *text)
{
    struct mail_message message = {.has_date = false};
    struct error error = ERROR_INIT;
    if (!mail_message_read(&message, text, strlen(text), &error))
        fail_msg("%s", error.text);
    return message;
}

static void a_plain_mail_gives_its_fields(void **state)
{
    (void)state;
    struct mail_message message =
        read_message("From: Press Office <press@mod.example>\r\n"
                     "Subject: =?utf-8?Q?Fl=C3=A5dbes=C3=B8g?= in May\r\n"
                     "Date: Tue, 05 Mar 2024 10:15:00 +0200\r\n"
                     "Message-ID: <a1@mod.example>\r\n"
                     "List-Id: Releases <releases.mod.example>\r\n"
                     "Archived-At: <https://mod.example/r/1>\r\n"
                     "Content-Language: EN-gb\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                     "Two frigates call at the port.\r\n\r\nThey stay three days.\r\n-- \r\nPress office\r\n");
    assert_string_equal(message.sender_name.bytes, "Press Office");
    assert_string_equal(message.sender_address.bytes, "press@mod.example");
    assert_string_equal(message.subject.bytes, "Flådbesøg in May");
    assert_string_equal(message.message_id.bytes, "a1@mod.example");
    assert_string_equal(message.list_id.bytes, "releases.mod.example");
    assert_string_equal(message.archive_url.bytes, "https://mod.example/r/1");
    assert_string_equal(message.language.bytes, "en");
    assert_true(message.has_date);
    assert_int_equal(message.date, 1709626500000);
    assert_int_equal(message.offset_minutes, 120);
    assert_non_null(strstr(message.body.bytes, "Two frigates call at the port.\n"));
    assert_null(strstr(message.body.bytes, "Press office"));
    mail_message_clear(&message);
}

static void html_is_read_where_the_plain_part_only_points_to_it(void **state)
{
    (void)state;
    struct mail_message message = read_message(
        "From: a@b.example\nSubject: Digest\nMIME-Version: 1.0\n"
        "Content-Type: multipart/alternative; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nView this mail in your browser.\n"
        "--x\nContent-Type: text/html; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<html><head><style>p{}</style></head><body><p>Polish and Czech engineers built a bridge at =A3=F3d=BC, the "
        "ministry said.</p><p>It was the third time that they trained together this year.</p></body></html>\n--x--\n");
    assert_non_null(strstr(message.body.bytes, "bridge at Łódź, the"));
    assert_null(strstr(message.body.bytes, "browser"));
    assert_null(strstr(message.body.bytes, "p{}"));
    mail_message_clear(&message);
}

static void plain_text_is_preferred_and_attachments_are_passed_over(void **state)
{
    (void)state;
    struct mail_message message = read_message(
        "Subject: Note\nContent-Type: multipart/mixed; boundary=m\n\n"
        "--m\nContent-Type: multipart/alternative; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nThe plain words.\n"
        "--x\nContent-Type: text/html\n\n<p>The plain words.</p>\n--x--\n"
        "--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nSecret table\n--m--\n");
    assert_string_equal(message.body.bytes, "The plain words.");
    mail_message_clear(&message);
}

static void a_forwarded_mail_gives_its_text(void **state)
{
    (void)state;
    struct mail_message message =
        read_message("Subject: Fwd\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\n"
                     "Subject: Inner\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n"
                     "8NLJ18XU\n--m--\n");
    assert_string_equal(message.body.bytes, "Привет");
    mail_message_clear(&message);
}

static void an_empty_part_is_no_text(void **state)
{
    (void)state;
    struct mail_message message = read_message("Subject: Note\nContent-Type: text/plain\n\n");
    assert_int_equal(message.body.size, 0);
    mail_message_clear(&message);
}

static void a_date_that_cannot_be_read_is_none(void **state)
{
    (void)state;
    struct mail_message message = read_message("Subject: S\nDate: yesterday or so\n\nText.\n");
    assert_false(message.has_date);
    mail_message_clear(&message);
}

static void what_holds_no_text_is_an_error(void **state)
{
    (void)state;
    struct mail_message message = {.has_date = false};
    struct error error = ERROR_INIT;
    assert_false(mail_message_read(&message, "", 0, &error));
    mail_message_clear(&message);
    assert_false(mail_message_read(&message, "From: a@b.example\n\n", 19, &error));
    mail_message_clear(&message);
}

static void deep_nesting_ends(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, "Subject: Deep\n");
    for (int i = 0; i < 20000; i++)
        buffer_printf(&text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    buffer_append_text(&text, "Content-Type: text/plain\n\nBottom.\n");
    struct mail_message message = read_message(text.bytes);
    assert_string_equal(message.subject.bytes, "Deep");
    mail_message_clear(&message);
    buffer_free(&text);
}

static void assert_unwrapped(const char *text, bool is_flowed, const char *expected)
{
    struct buffer out = BUFFER_INIT;
    mail_unwrap(&out, text, strlen(text), is_flowed);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void full_lines_are_joined_and_lists_are_not(void **state)
{
    (void)state;
    assert_unwrapped("The two navies began their yearly exercise off the coast on\nMonday, the ministry said.\n\nNext.",
                     false,
                     "The two navies began their yearly exercise off the coast on Monday, the ministry said.\n\nNext.");
    assert_unwrapped("These are the things that the two ministers have talked about:\n* ships\n* drills", false,
                     "These are the things that the two ministers have talked about:\n* ships\n* drills");
    assert_unwrapped("Short\nlines stay", false, "Short\nlines stay");
    assert_unwrapped("Flowed \ntext\nends", true, "Flowed text\nends");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_mail_gives_its_fields),
        cmocka_unit_test(html_is_read_where_the_plain_part_only_points_to_it),
        cmocka_unit_test(plain_text_is_preferred_and_attachments_are_passed_over),
        cmocka_unit_test(a_forwarded_mail_gives_its_text),
        cmocka_unit_test(an_empty_part_is_no_text),
        cmocka_unit_test(a_date_that_cannot_be_read_is_none),
        cmocka_unit_test(what_holds_no_text_is_an_error),
        cmocka_unit_test(deep_nesting_ends),
        cmocka_unit_test(full_lines_are_joined_and_lists_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
