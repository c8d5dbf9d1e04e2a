#include "lib/mail/compose.h"
#include "lib/mail/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const to[] = {"Désk <desk@example.org>", "two@example.org"};

static const struct mail_draft draft = {.from = "Entente <alerts@example.org>",
                                        .to = to,
                                        .to_count = 2,
                                        .subject = "Flådebesøg: DNK → EST",
                                        .text = "Line one, ünïcode.\n.\nFrom here\n",
                                        .html = "<p>Line one, ünïcode.</p>",
                                        .message_id = "0123456789abcdef@example.org",
                                        .thread_id = "event-1@example.org",
                                        .date = 1709626500000};

static void a_draft_becomes_the_mail_that_it_says(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct mail_message message = {.has_date = false};
    assert_true(mail_compose(&draft, &out, &error));
    assert_true(mail_message_read(&message, out.bytes, out.size, &error));
    assert_string_equal(message.subject.bytes, draft.subject);
    assert_string_equal(message.message_id.bytes, draft.message_id);
    assert_string_equal(message.sender_address.bytes, "alerts@example.org");
    assert_int_equal(message.date, draft.date);
    assert_non_null(strstr(message.body.bytes, "Line one, ünïcode."));
    assert_non_null(strstr(out.bytes, "References: <event-1@example.org>\r\n"));
    assert_non_null(strstr(out.bytes, "text/html"));
    for (const char *c = out.bytes; *c; c++)
        assert_true(*c != '\n' || c[-1] == '\r');
    mail_message_clear(&message);
    buffer_free(&out);
}

static void the_same_draft_gives_the_same_bytes(void **state)
{
    (void)state;
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    struct error error = ERROR_INIT;
    assert_true(mail_compose(&draft, &first, &error));
    assert_true(mail_compose(&draft, &second, &error));
    assert_string_equal(first.bytes, second.bytes);
    buffer_free(&first);
    buffer_free(&second);
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "nobody", "a@b.example, c@d.example", "@example.org",
                                      "a@b.example\r\nBcc: x@y.example"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer out = BUFFER_INIT;
        struct error error = ERROR_INIT;
        struct mail_draft other = draft;
        other.from = bad[i];
        assert_false(mail_compose(&other, &out, &error));
        buffer_free(&out);
    }
}

static void a_subject_cannot_add_headers(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct mail_draft other = draft;
    other.subject = "One\r\nBcc: x@y.example";
    assert_true(mail_compose(&other, &out, &error));
    assert_null(strstr(out.bytes, "\nBcc:"));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_becomes_the_mail_that_it_says),
        cmocka_unit_test(the_same_draft_gives_the_same_bytes),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_subject_cannot_add_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
