"""Alerts that are held back, through the real daemon: digests, quiet hours, throttles, groups."""
import email
import email.policy
import json
import time
import unittest

from mail_servers import Smtp, has_smtp
from support import EntenteTest, feed

PAIRS = ("UZB KAZ", "FIN SWE", "UZB TJK", "RUS BLR", "FIN EST", "KGZ TJK", "NOR DNK")


class Digest(EntenteTest):
    def setUp(self):
        super().setUp()
        self.bring(5)
        self.server.routes["/hook"] = (200, {}, b"")

    def bring(self, count):
        self.server.routes["/feed"] = feed([("g%d" % i, "%s pact signed" % PAIRS[i], "Text %d." % i) for i in range(count)])

    def hook(self, *watch, sink=(), entente=""):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT,
                       "\n".join(["[watch.pacts]", "when = type = agreement", "to = hook", *watch]),
                       "\n".join(["[sink.hook]", "plugin = webhook", "url = %s/hook" % self.server.url,
                                  "allow_private = yes", *sink]), entente=entente)

    def bodies(self):
        return [json.loads(request.body) for request in self.server.seen("/hook")]

    def held(self):
        run = self.entente("delivery", "list", "--state", "held", "--format", "jsonl")
        return [json.loads(line) for line in run.out.splitlines()]

    def test_a_digest_is_held_over_a_crash_and_sent_once(self):
        self.hook("digest = weekly mon 07:30 Europe/London", "group = region")
        daemon = self.start()
        self.wait_for(lambda: len(self.held()) == 5, "five alerts that are held")
        daemon.kill()
        daemon.wait()
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.bodies(), [])
        rows = self.held()
        self.assertEqual(len(rows), 5)
        self.assertEqual({row["hold"] for row in rows}, {"digest"})
        self.assertEqual(len({row["next"] for row in rows}), 1)
        status = self.entente("status").out
        self.assertRegex(status, r"HELD")
        self.start()
        self.wait_for(lambda: self.log().count("started in") == 2, "the second start")
        self.release()
        self.wait_for(self.bodies, "the digest")
        self.wait_for(lambda: not self.held(), "its settlement")
        [digest] = self.bodies()
        self.assertEqual(digest["hold"], "digest")
        self.assertIn("07:30 Europe/London", digest["window"])
        headings = [alert["heading"] for alert in digest["alerts"]]
        self.assertEqual(headings, ["Central Asia"] * 2 + ["Eastern Europe"] + ["Northern Europe"] * 2)

    def release(self):
        run = self.entente("delivery", "retry", "--sink", "hook", "--state", "held")
        self.assertEqual(run.status, 0, run.log)

    def test_a_rejected_event_is_taken_out_of_its_digest(self):
        self.hook("digest = weekly mon 07:30 Europe/London")
        self.start()
        self.wait_for(lambda: len(self.held()) == 5, "five alerts that are held")
        events = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
        wrong, kept = events[0]["id"], {event["id"] for event in events[1:]}
        self.assertEqual(self.entente("event", "reject", wrong, "--note", "it never was").status, 0)
        self.wait_for(lambda: len(self.held()) == 4, "one that is recalled")
        run = self.entente("delivery", "list", "--state", "recalled", "--format", "jsonl")
        [row] = [json.loads(line) for line in run.out.splitlines()]
        self.assertEqual(row["text"], "its event was rejected")
        refused = self.entente("delivery", "retry", row["id"])
        self.assertNotEqual(refused.status, 0)
        self.assertIn("recalled", refused.log)
        self.release()
        self.wait_for(self.bodies, "the digest")
        [digest] = self.bodies()
        self.assertEqual({alert["event"]["id"] for alert in digest["alerts"]}, kept)
        # The verdict is taken back: it goes out after all.
        [correction] = [json.loads(line) for line in
                        self.entente("event", "corrections", "--format", "jsonl").out.splitlines()]
        self.assertEqual(self.entente("event", "undo", str(correction["number"])).status, 0)
        self.wait_for(lambda: len(self.bodies()) == 2, "the alert of the event that stands again")
        self.assertEqual(self.bodies()[1]["event"]["id"], wrong)

    def test_more_than_the_throttle_allows_comes_in_a_summary(self):
        self.hook(sink=("throttle = 2/1h",))
        self.start()
        self.wait_for(lambda: len(self.bodies()) == 2 and len(self.held()) == 3, "two alerts and three that are held")
        self.release()
        self.wait_for(lambda: len(self.bodies()) == 3, "the summary")
        bodies = self.bodies()
        self.assertNotIn("hold", bodies[0])
        self.assertNotIn("hold", bodies[1])
        self.assertEqual(bodies[2]["hold"], "throttle")
        self.assertEqual(len(bodies[2]["alerts"]), 3)

    def test_a_group_goes_together(self):
        self.hook("group = region", "group_wait = 1h")
        self.start()
        self.wait_for(lambda: len(self.held()) == 5, "five alerts that are held")
        self.release()
        self.wait_for(lambda: len(self.bodies()) == 3, "a message a region")
        self.assertEqual(sorted(len(body.get("alerts", [body])) for body in self.bodies()), [1, 2, 2])

    def test_what_a_throttle_or_a_group_holds_goes_by_itself_when_its_time_is_over(self):
        self.hook("group = region", "group_wait = 2s", sink=("throttle = 2/3s",))
        self.start()
        # How many messages they make depends on how far apart a slow machine finds them.
        told = lambda: sum(len(body.get("alerts", [body])) for body in self.bodies())
        self.wait_for(lambda: told() >= 5, "five alerts")
        self.assertEqual(told(), 5)
        self.wait_for(lambda: not self.held(), "their settlement")

    def test_quiet_hours_that_are_now_hold_and_those_that_are_not_do_not(self):
        hour = time.gmtime().tm_hour
        self.hook("quiet = %02d:00-%02d:30" % ((hour + 23) % 24, (hour + 2) % 24))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.bodies(), [])
        self.assertEqual({row["hold"] for row in self.held()}, {"quiet"})
        self.bring(7)
        self.hook("quiet = %02d:30-%02d:00" % ((hour + 3) % 24, (hour + 22) % 24))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.bodies()), 2)
        self.assertEqual(len(self.held()), 5)

    @unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
    def test_a_digest_as_a_mail_has_its_groups_in_text_and_html(self):
        smtp = Smtp(self.folder)
        self.addCleanup(smtp.close)
        self.configure(self.source("news", "/feed"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = desk\ndigest = daily 07:30\ngroup = region",
                       "\n".join(["[sink.desk]", "plugin = mail", "url = smtp://127.0.0.1:%d" % smtp.port,
                                  "from = alerts@example.org", "to = desk@example.org", "tls = no", "allow_private = yes"]),
                       entente="timezone = Asia/Tashkent")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(smtp.mails(), [])
        self.assertEqual(self.entente("delivery", "retry", "--sink", "desk", "--state", "held").status, 0)
        self.assertEqual(self.run_once().status, 0)
        [sent] = smtp.mails()
        mail = email.message_from_string(sent["message"], policy=email.policy.default)
        self.assertRegex(mail["Subject"], r"^Digest of \d+ \w+ \d{4}, 07:30 Asia/Tashkent: 5 alerts$")
        text = mail.get_body(("plain",)).get_content()
        self.assertIn("== Central Asia (2)", text)
        self.assertIn("== Northern Europe (2)", text)
        self.assertEqual(text.count("agreement/framework signed"), 5)
        self.assertIn("<h2>Eastern Europe (1)</h2>", mail.get_body(("html",)).get_content())

    def test_what_is_wrong_in_them_is_told_at_its_place(self):
        self.hook("digest = daily 7:30", sink=("quiet = 22:00-07:00 Europe/Londn", "throttle = often"),
                  entente="timezone = Mars/Olympus")
        out = self.entente("check").out
        for text in ("digest: '7:30': a time of day such as 07:30", "quiet: there is no time zone 'Europe/Londn'",
                     "throttle: 'often': a number of messages in a time", "timezone: there is no time zone 'Mars/Olympus'"):
            self.assertIn(text, out)
        self.assertIn("digest = daily 7:30\n", out)


if __name__ == "__main__":
    unittest.main()
