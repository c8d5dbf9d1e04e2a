"""A source or sink whose process dies in `fetch`, `deliver` or `respond`: what it had read or sent is done again, an alert at which it
dies twice is a dead letter, and nothing else is lost or done twice by more than that death."""
import json
import os
import unittest

from mail_servers import Smtp, has_smtp
from support import EntenteTest, feed

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0:handle_abort=0"

PAIRS = ["UZB KAZ", "FRA DEU", "POL NOR", "JPN BRA", "KEN CHL"]
TITLES = ["%s pact signed" % pair for pair in PAIRS]


class Deaths(EntenteTest):
    isolate = "process"

    def setUp(self):
        super().setUp()
        self.deadly = self.folder / "deadly"
        self.deadly.write_text("")
        self.posted = []
        self.server.routes["/lines"] = (200, {"Content-Type": "text/plain"}, "\n".join(TITLES).encode())
        self.server.routes["/feed"] = feed([("g%d" % i, title, "Text.") for i, title in enumerate(TITLES)])
        self.server.routes["/post"] = self.take_post

    def take_post(self, handler, request):
        self.posted.append(request.body.decode())
        return (200, {}, b"")

    def courier(self, title, url, where):
        return "\n".join(["[%s]" % title, "plugin = courier", "url = " + url, "allow_private = yes", "isolate = " + self.isolate,
                          "crash_in = " + where, "as_long_as = %s" % self.deadly])

    def begin(self, *sections, where):
        self.configure(*sections, self.PACT)
        self.process = self.start()
        self.wait_for_log("crashed (SIGABRT) in " + where)

    def letters(self):
        return [json.loads(line) for line in self.entente("dead-letters", "list", "--format", "jsonl").out.splitlines()]

    # ---- sources ----

    def source_that_dies(self, where):
        self.begin(self.courier("source.lines", self.server.url + "/lines", where) + "\ninterval = 1s\ninterval_min = 1s",
                   self.WATCH, where=where)
        self.deadly.unlink()
        self.wait_for(lambda: len(self.alerts()) >= len(PAIRS), "an alert for each line")
        self.assertEqual(len({alert["event"]["id"] for alert in self.alerts()}), len(PAIRS))
        self.assertEqual(len(self.alerts()), len(PAIRS))
        self.assertEqual(len(self.entente("items", "--format", "jsonl").out.splitlines()), len(PAIRS))
        self.assertEqual(self.letters(), [])
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def test_a_source_that_dies_in_fetch_fetches_again(self):
        self.source_that_dies("fetch")

    def test_of_a_source_that_dies_in_respond_after_emitting_each_item_comes_once(self):
        self.source_that_dies("respond")

    def test_a_source_that_goes_on_dying_in_respond_is_left_alone_though_its_fetches_go_well(self):
        self.begin(self.courier("source.lines", self.server.url + "/lines", "respond")
                   + "\ninterval = 1s\ninterval_min = 1s\ndeaths_max = 3", self.WATCH, where="respond")
        self.wait_for_log("its process has died 3 times in a row", 90)
        self.assertEqual(self.alerts(), [])
        self.assertIsNone(self.process.poll(), "the daemon lives")

    # ---- sinks ----

    WATCH_BOTH = "[watch.pacts]\nwhen = type = agreement\nto = out, desk"

    def sink(self, where, url=None):
        return (self.source("one", "/feed", "interval = 1h"), self.courier("sink.desk", url or self.server.url + "/post", where),
                self.WATCH_BOTH)

    def delivered(self):
        return [row["delivered"] for row in json.loads(self.entente("status", "--format", "json").out)["sinks"]
                if row["name"] == "desk"][0]

    def assert_all_delivered(self, sent):
        self.wait_for(lambda: self.delivered() == len(PAIRS), "all deliveries")
        self.assertEqual(self.letters(), [])
        self.assertEqual(len(self.alerts()), len(PAIRS))
        self.assertEqual(len(set(sent())), len(PAIRS), sent())
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def test_a_sink_that_dies_in_deliver_delivers_again(self):
        self.begin(*self.sink("deliver"), where="deliver")
        self.deadly.unlink()
        self.assert_all_delivered(lambda: self.posted)
        self.assertEqual(len(self.posted), len(PAIRS))

    def test_a_sink_that_dies_in_respond_sends_again_what_was_not_settled(self):
        self.begin(*self.sink("respond"), where="respond")
        self.deadly.unlink()
        self.assert_all_delivered(lambda: self.posted)

    def test_an_alert_at_whose_answer_it_dies_twice_is_a_dead_letter(self):
        self.begin(*self.sink("respond"), where="respond")
        letters = self.wait_for(self.letters, "a dead letter", 90)
        self.assertIn("respond", json.dumps(letters))
        self.assertEqual({letter["instance"] for letter in letters}, {"sink.desk"})
        self.deadly.unlink()
        self.wait_for(lambda: self.delivered() + len(self.letters()) == len(PAIRS), "the others", 90)
        self.assertEqual(len(self.alerts()), len(PAIRS))
        self.assertIsNone(self.process.poll(), "the daemon lives")

    @unittest.skipUnless(has_smtp(), "no SMTP server on this machine")
    def test_a_mailer_that_dies_in_respond_sends_again_what_was_not_settled(self):
        smtp = Smtp(self.folder)
        self.addCleanup(smtp.close)
        self.begin(*self.sink("respond", "smtp://127.0.0.1:%d" % smtp.port), where="respond")
        self.deadly.unlink()
        self.assert_all_delivered(lambda: [mail["message"].splitlines()[0] for mail in smtp.mails()])


class DeathsInSandbox(Deaths):
    isolate = "sandbox"


if __name__ == "__main__":
    unittest.main()
