"""Newsletters through the mailbox plugin, from a real IMAP server."""
import json
import unittest

from mail_servers import DOVECOT, Imap
from support import EntenteTest


def mail(number, title, date="Tue, 05 Mar 2024 10:15:00 +0200", body="The body."):
    return ("From: Press <press@news.mod.example>\nSubject: %s\nDate: %s\nMessage-ID: <%s@mod.example>\n"
            "Content-Type: text/plain; charset=utf-8\n\n%s\n" % (title, date, number, body))


DIGEST = """From: Alerts <alerts@alerts.example>
Subject: Alert: joint exercises
Date: Tue, 05 Mar 2024 10:15:00 +0200
Message-ID: <alert-1@alerts.example>
Content-Type: text/html; charset=utf-8

<table><tr><td><a href="https://www.google.com/url?sa=t&amp;url=https://one.example/a">UZB KAZ pact signed in the capital</a>
<div>The two ministers signed the pact on Monday and spoke of a beginning.</div></td></tr>
<tr><td><a href="https://www.google.com/url?sa=t&amp;url=https://two.example/b">Parliament approves the sale of radars</a>
<div>The sale of six radars was approved by a large majority on Tuesday.</div></td></tr></table>
<p><a href="https://alerts.example/u">Unsubscribe</a></p>
"""


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

    def test_a_digest_becomes_an_item_for_each_of_its_articles(self):
        self.serve(tls=False)
        self.imap.put(DIGEST)
        self.imap.put(mail(2, "A plain letter"))
        self.mailbox("password = secret", "tls = no")
        for _ in range(2):  # and no more by a second fetch
            run = self.run_once()
            self.assertEqual(run.status, 0, run.log)
            listed = [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]
            items = {item["title"]: item for item in listed}
            self.assertEqual(len(listed), 3)
            self.assertEqual(items["UZB KAZ pact signed in the capital"]["url"], "https://one.example/a")
            self.assertEqual(items["UZB KAZ pact signed in the capital"]["publisher"], "one.example")
            self.assertEqual(items["Parliament approves the sale of radars"]["publisher"], "two.example")
            self.assertIn("by a large majority", items["Parliament approves the sale of radars"]["body"])
            self.assertEqual(items["Parliament approves the sale of radars"]["published"], "2024-03-05T08:15:00Z")
            self.assertIn("A plain letter", items)
            self.assertEqual(len(self.alerts()), 1)

    def test_a_digest_stays_one_item_where_that_is_wanted(self):
        self.serve(tls=False)
        self.imap.put(DIGEST)
        self.mailbox("password = secret", "tls = no", "digest = no")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.titles(), ["Alert: joint exercises"])

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
