"""Alerts as mails, to a real SMTP server."""
import email
import email.policy
import unittest

from mail_servers import Smtp, certificate, has_smtp
from support import EntenteTest, feed


@unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
class Mail(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])

    def serve(self, *arguments):
        self.smtp = Smtp(self.folder, *arguments)
        self.addCleanup(self.smtp.close)

    def desk(self, *lines, host="127.0.0.1", on="", entente=""):
        self.configure(self.source("news", "/feed"), self.PACT, "[watch.pacts]\nwhen = type = agreement\nto = desk\n" + on,
                       "\n".join(["[sink.desk]", "plugin = mail", "url = smtp://%s:%d" % (host, self.smtp.port),
                                  "from = Entente <alerts@example.org>", "to = desk@example.org, two@example.org",
                                  "allow_private = yes", *lines]), entente=entente)

    def mails(self):
        return [email.message_from_string(mail["message"], policy=email.policy.default) for mail in self.smtp.mails()]

    def test_an_alert_is_a_mail_with_text_and_html(self):
        self.serve()
        self.desk("tls = no")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        [sent] = self.smtp.mails()
        self.assertEqual(sent["from"], "alerts@example.org")
        self.assertEqual(sent["to"], ["desk@example.org", "two@example.org"])
        [mail] = self.mails()
        self.assertEqual(mail["Subject"], "UZB, KAZ: agreement/framework signed (confirmed, 1 source)")
        text = mail.get_body(("plain",)).get_content()
        self.assertIn("https://example.org/a", text)
        self.assertIn('"UZB KAZ pact signed"', text)
        self.assertIn('<a href="https://example.org/a">', mail.get_body(("html",)).get_content())
        self.run_once()
        self.assertEqual(len(self.smtp.mails()), 1)

    def test_tls_and_log_in(self):
        cert, key = certificate(self.folder)
        self.serve("--tls", cert, key, "--user", "entente", "secret")
        self.desk("user = entente", "password = secret", "ca_file = %s" % cert, host="localhost")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertTrue(self.smtp.mails()[0]["tls"])
        self.assertTrue(self.smtp.mails()[0]["user"])

    def test_a_wrong_password_is_told_and_the_alert_waits(self):
        cert, key = certificate(self.folder)
        self.serve("--tls", cert, key, "--user", "entente", "secret")
        self.desk("user = entente", "password = mistake", "ca_file = %s" % cert, host="localhost", entente="once_deadline = 10s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the server refuses user and password")
        self.assertNotIn("mistake", run.log)
        self.desk("user = entente", "password = secret", "ca_file = %s" % cert, host="localhost")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.smtp.mails()), 1)

    def test_nothing_goes_out_in_the_clear_unless_asked_for(self):
        self.serve()
        self.desk(entente="once_deadline = 5s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the server offers no TLS")
        self.assertEqual(self.smtp.mails(), [])

    def test_a_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail(self):
        self.serve("--answers", "drop,451,250")
        self.desk("tls = no")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        mails = self.smtp.mails()
        self.assertEqual(len(mails), 2)
        self.assertEqual(mails[0]["message"], mails[1]["message"])
        self.assertEqual(len({mail["Message-ID"] for mail in self.mails()}), 1)

    def test_a_mail_that_is_refused_for_good_is_a_dead_letter(self):
        self.serve("--answers", "554")
        self.desk("tls = no")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "554 as the test wants it")
        self.assertIn("desk", self.entente("dead-letters", "list").out)

    def test_one_wrong_recipient_does_not_keep_the_mail_from_the_others(self):
        self.serve("--refuse", "two@example.org")
        self.desk("tls = no")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "sent, but not to all: 550 5.1.1 nobody of that name here")
        self.assertEqual(self.smtp.mails()[0]["to"], ["desk@example.org"])

    def test_templates_are_the_operators(self):
        (self.folder / "text").write_text("{{#alerts}}\n* {{actors}} {{kind}}\n{{/alerts}}\n")
        self.serve()
        self.desk("tls = no", "html = no", "subject = '[watch {{watch}}] {{headline}}'", "text_template = %s" % (self.folder / "text"))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        [mail] = self.mails()
        self.assertTrue(mail["Subject"].startswith("[watch pacts] UZB, KAZ"), mail["Subject"])
        self.assertEqual(mail.get_content().replace("\r\n", "\n"), "* UZB, KAZ agreement/framework\n")

    def test_a_fault_in_a_template_or_an_address_is_told_at_its_place(self):
        (self.folder / "text").write_text("one\n{{#alerts}}\n")
        self.serve()
        self.desk("tls = no", "text_template = %s" % (self.folder / "text"), entente="once_deadline = 3s")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "text: line 3, column 1: a section is never closed")
        self.desk("tls = no", entente="once_deadline = 3s")
        self.config.write_text(self.config.read_text().replace("two@example.org", "two"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, 'to: "two" is no mail address')


if __name__ == "__main__":
    unittest.main()
