"""Watches as people use them: rules that look at many events, what keeps from alerting, and what is done about alerts."""
import json
import time
import unittest

from support import EntenteTest, feed

DAY = 86400
STATES = ("AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL", "ITA", "LVA")


class Watches(EntenteTest):
    def bring(self, *items):
        """(guid, headline, days ago)"""
        now = int(time.time())
        self.server.routes["/feed"] = feed([(guid, headline, "Text of %s." % guid, now - ago * DAY)
                                            for guid, headline, ago in items])

    def rules(self, *sections):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT, *sections)

    def rows(self, *arguments):
        run = self.entente(*arguments, "--format", "jsonl")
        self.assertEqual(run.status, 0, run.log)
        return [json.loads(line) for line in run.out.splitlines()]

    def act(self, *arguments):
        run = self.entente("alert", *arguments)
        self.assertEqual(run.status, 0, run.log)
        return run.out

    # ---- age ----

    def test_old_news_are_taken_in_silence_once_the_archive_is_founded(self):
        self.rules("[watch.pacts]\nwhen = type = agreement\nto = out\nmax_age = 7d")
        self.bring(("a", "UZB KAZ pact signed", 400))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), 1)  # an empty archive is filled, however old its items are
        self.bring(("b", "FIN SWE pact signed", 8), ("c", "FRA DEU pact signed", 6))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), 2)
        self.assertEqual(len(self.rows("events")), 3)
        old = [event["id"] for event in self.rows("events") if "FIN" in str(event["actors"])][0]
        run = self.entente("watch", "explain", old, "pacts")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("published 8 days before it was fetched, which is more than max_age", run.out)

    # ---- rules ----

    def test_groups_and_macros_of_the_configuration_are_known_to_watch_and_trial(self):
        self.rules("[group.neighbours]\nmembers = UZB, KAZ, central_asia", "[macro.signed]\nis = type = agreement",
                   "[watch.near]\nwhen = macro.signed and dyad(neighbours, neighbours)\nto = out")
        self.bring(("a", "UZB KAZ pact signed", 1), ("b", "FIN SWE pact signed", 1))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), 1)
        run = self.entente("watch", "test", "--when", "macro.signed and not actor = neighbours")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("FIN", run.out)
        self.assertIn("yes  all of", run.out)
        self.assertIn("1 alert from 2 revisions", run.log)
        self.assertEqual(len(self.rows("events", "--when", "macro.signed and actor = neighbours")), 1)
        self.assertEqual(self.entente("events", "--when", "spike(3, 30d)").status, 2)
        run = self.entente("watch", "test", "--when", "macro.singed")
        self.assertEqual(run.status, 2)
        self.assertIn("did you mean signed?", run.log)

    def test_an_explanation_is_nested_as_the_rule_and_says_what_was_found(self):
        self.rules(self.WATCH)
        self.bring(("a", "UZB KAZ pact signed", 1))
        self.assertEqual(self.run_once().status, 0)
        event = self.rows("events")[0]["id"]
        run = self.entente("watch", "explain", event, "--when", "type = agreement and (actor = FIN or money > 5 M EUR)")
        self.assertEqual(run.status, 1, run.log)
        for line in ("The rule does not match", "no   all of", "yes    type = agreement: agreement", "no     one of",
                     "no       actor = FIN: ", "no       money > 5 M EUR: not stated"):
            self.assertIn(line, run.out)
        run = self.entente("watch", "explain", event[:10], "pacts", "--format", "json")
        self.assertEqual(run.status, 0, run.log)
        told = json.loads(run.out)
        self.assertTrue(told["matches"])
        self.assertEqual(told["why"], [{"depth": 0, "matched": True, "term": "type = agreement", "found": "agreement"}])
        self.assertEqual(self.entente("watch", "explain", "ffffffffff", "pacts").status, 2)

    def test_an_imported_baseline_tells_a_first_from_what_was_known(self):
        self.rules("[watch.first]\nwhen = first_dyad(2y)\nto = out")
        self.bring(("a", "UZB KAZ pact signed", 1), ("b", "FIN SWE pact signed", 1))
        known = self.folder / "known.csv"
        known.write_text("a,b,type,first,last\nUZB,KAX,,,\n")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.alerts(), [])  # a young archive knows of no first
        run = self.entente("baseline", "import", known)
        self.assertEqual(run.status, 2)
        self.assertIn("known.csv:2:5: 'KAX' is no party", run.log)
        known.write_text("a,b,type,first,last\nKAZ,UZB,agreement,1998,%s\n" % time.strftime("%Y"))
        run = self.entente("baseline", "import", known)
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(run.out, "1 known pair imported.\n")
        run = self.entente("watch", "test", "first")
        self.assertIn("1 alert from 2 revisions", run.log)
        self.assertIn("FIN and SWE: nothing before", run.out)
        self.bring(("c", "FRA DEU pact signed", 0))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(len(self.rows("events", "--when", "first_dyad(2y)")), 2)

    def test_a_spike_is_one_alert_that_says_what_was_expected(self):
        """Two pacts in each of twelve months, and ten within a day: other firms' news keep the feed going."""
        self.rules("[watch.wave]\nwhen = type = agreement and spike(2, 30d)\nto = out\nmax_age = 36500d")
        pairs = iter((left, right) for left in STATES for right in STATES if left < right)
        items = [("n%d" % day, "Nothing happened on day %d" % day, day) for day in range(1, 395)]
        items += [("m%d" % day, "%s %s pact signed" % next(pairs), day) for day in range(5, 395, 15)]
        self.bring(*items)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.alerts(), [])
        self.bring(*[("s%d" % number, "%s %s pact signed" % next(pairs), 0) for number in range(12)])
        self.assertEqual(self.run_once().status, 0)
        alerts = self.alerts()
        self.assertEqual(len(alerts), 1)
        self.assertEqual(alerts[0]["reason"], "spike")
        self.assertRegex(alerts[0]["headline"], r"^spike: \d+ in 30 days against 2\.\d expected; the latest: ")
        run = self.entente("watch", "test", "wave")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("1 alert from", run.log)
        self.assertRegex(run.out, r"spike\(2, 30d\): \d+ in 30 days against 2\.\d expected")

    # ---- alerts ----

    def test_what_is_done_about_an_alert_is_kept_with_who_and_why(self):
        self.rules(self.WATCH)
        self.bring(("a", "UZB KAZ pact signed", 1), ("b", "FIN SWE pact signed", 1))
        self.assertEqual(self.run_once().status, 0)
        first, second = [alert["id"] for alert in self.rows("alert", "list")]
        self.assertIn("It is acknowledged.", self.act("ack", first[:8], "--author", "ada", "--note", "on my desk"))
        self.act("note", first, "--note", "asked the embassy")
        self.act("resolve", first)
        self.assertEqual({row["id"]: row["state"] for row in self.rows("alert", "list")},
                         {first: "resolved", second: "new"})
        self.assertEqual(len(self.rows("alerts", "--state", "resolved")), 1)
        run = self.entente("alert", "ack", first)
        self.assertEqual(run.status, 2)
        self.assertIn("is resolved; 'entente alert reopen' comes first", run.log)
        shown = self.act("show", first[:8])
        for text in ("acknowledge by ada: on my desk", "asked the embassy", "resolve by ", "resolved"):
            self.assertIn(text, shown)
        told = json.loads(self.act("show", first, "--format", "json"))
        self.assertEqual([act["act"] for act in told["acts"]], ["acknowledge", "note", "resolve"])
        self.act("reopen", first)
        self.assertEqual(self.entente("alert", "show", "ffffff").status, 2)
        self.assertEqual(self.entente("alert", "note", first).status, 2)

    def test_a_running_daemon_mutes_and_keeps_what_it_would_have_sent(self):
        self.rules("[watch.pacts]\nwhen = type = agreement\nto = out\non = new, sources",
                   self.source("other", "/other", "interval = 1s", "interval_min = 1s"))
        self.server.routes["/other"] = feed([])
        self.bring(("a", "UZB KAZ pact signed", 0))
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the first alert")
        first = self.rows("alert", "list")[0]["id"]
        self.assertIn("It is muted until ", self.act("mute", first, "--note", "enough"))
        self.act("mute", "--watch", "nothing", "--until", "forever")
        self.assertEqual(len(self.rows("alert", "mutes")), 2)
        self.bring(("a", "UZB KAZ pact signed", 0), ("b", "FIN SWE pact signed", 0))
        self.wait_for(lambda: len(self.alerts()) == 2, "the alert of another event")
        self.act("mute", "--watch", "pacts", "--until", "1h")
        self.bring(("a", "UZB KAZ pact signed", 0), ("b", "FIN SWE pact signed", 0), ("c", "FRA DEU pact signed", 0))
        self.wait_for(lambda: len(self.rows("alert", "list", "--state", "muted")) == 2, "the muted alert")
        self.act("unmute", "--watch", "pacts")
        self.assertEqual([row["state"] for row in self.rows("alert", "list")], ["new", "new", "muted"])
        self.bring(*[(guid, "%s pact signed" % pair, 0) for guid, pair in
                     (("a", "UZB KAZ"), ("b", "FIN SWE"), ("c", "FRA DEU"), ("d", "ITA ESP"))])
        self.wait_for(lambda: len(self.alerts()) == 3, "the alert after the mute")
        self.assertEqual(self.entente("alert", "unmute", "--watch", "pacts").status, 2)
        self.assertEqual(self.entente("alert", "mute", first, "--until", "yesterday").status, 2)


if __name__ == "__main__":
    unittest.main()
