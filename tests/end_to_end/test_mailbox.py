"""Newsletters through the mailbox plugin, from a real IMAP server."""
import json
import unittest

from mail_servers import DOVECOT, Imap
from support import EntenteTest


def mail(number, title, date="Tue, 05 Mar 2024 10:15:00 +0200", body="The body."):
    return ("From: Press <press@news.mod.example>\nSubject: %s\nDate: %s\nMessage-ID: <%s@mod.example>\n"
            "Content-Type: text/plain; charset=utf-8\n\n%s\n" % (title, date, number, body))


@unittest.skipUnless(DOVECOT, "dovecot is not installed")
class Mailbox(EntenteTest):
    def serve(self, tls=True):
        self.imap = Imap(tls)
        self.addCleanup(self.imap.close)

    def mailbox(self, *lines, address=None):
        self.configure("\n".join(["[source.press]", "plugin = mailbox", "url = imap://%s" % (address or "localhost:%d" % self.imap.port),
                                  "user = reader", "allow_private = yes", "since = 30000d", *lines]), self.PACT, self.WATCH)

    def titles(self):
        run = self.entente("items", "--format", "jsonl")
        return sorted(json.loads(line)["title"] for line in run.out.splitlines())

    def test_mails_become_items_once_and_stay_unseen(self):
        self.serve()
        for i in range(130):
            self.imap.put(mail(i, "Mail %d" % i if i else "UZB KAZ pact signed"))
        self.mailbox("password = secret", "ca_file = %s" % self.imap.certificate)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.titles()), 130)
        self.assertEqual(self.imap.flags(), [""] * 130)
        self.assertEqual(len(self.alerts()), 1)
        self.imap.put(mail(130, "FRA DEU pact signed"))
        self.imap.put(mail(3, "Mail 3"))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.titles()), 131)
        self.assertEqual(len(self.alerts()), 2)

    def test_a_folder_with_a_name_beyond_ascii_is_read_and_marked_seen(self):
        self.serve(tls=False)
        self.imap.put(mail(1, "In the inbox"))
        self.imap.put(mail(2, "UZB KAZ pact signed"), ".R&AOk-ports")
        self.mailbox("password = secret", "tls = no", "folder = Réports", "mark_seen = yes")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.titles(), ["UZB KAZ pact signed"])
        self.assertEqual(self.imap.flags(), [""])

    def test_a_wrong_password_and_a_server_without_tls_are_told(self):
        self.serve(tls=False)
        self.imap.put(mail(1, "Mail"))
        self.mailbox("password = wrong", "tls = no")
        run = self.run_once()
        self.assert_log(run, "the server refuses user and password")
        self.assertNotIn("wrong", run.log)
        self.mailbox("password = secret")
        run = self.run_once()
        self.assert_log(run, "the server offers no TLS")
        self.assertEqual(self.titles(), [])

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        self.serve()
        self.imap.put(mail(1, "Mail"))
        self.mailbox("password = secret")
        run = self.run_once()
        self.assert_log(run, "certificate")
        self.assertEqual(self.titles(), [])

    def test_a_mail_that_is_too_large_or_broken_is_left_out_and_the_others_go_on(self):
        self.serve(tls=False)
        self.imap.put(mail(1, "Large", body="x" * 200000))
        self.imap.put(b"X-Nothing: here\n\n")
        self.imap.put(mail(2, "UZB KAZ pact signed"))
        self.mailbox("password = secret", "tls = no", "max_body = 100k")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "left out: a mail without subject and text", "larger than")
        self.assertEqual(self.titles(), ["UZB KAZ pact signed"])

    def test_old_mails_are_left_alone_at_first(self):
        self.serve(tls=False)
        self.imap.put(mail(1, "Old", date="Tue, 05 Mar 2019 10:15:00 +0200"))
        self.mailbox("password = secret", "tls = no")
        self.config.write_text(self.config.read_text().replace("since = 30000d", "since = 0d"))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.titles()), 1, "it was received today")

    def test_a_private_address_needs_leave(self):
        self.serve(tls=False)
        self.mailbox("password = secret", "tls = no")
        self.config.write_text(self.config.read_text().replace("allow_private = yes\n", ""))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "allow_private")

    def test_two_ways_to_log_in_are_an_error_of_the_configuration(self):
        self.mailbox("password = secret", "token = secret", address="mail.example.org")
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "password and token exclude each other")


if __name__ == "__main__":
    unittest.main()
