"""Detectors in the daemon: events in, findings out, alerts with the keys of a watch; and what becomes of those that fail."""
import json
import os
import signal
import sqlite3
import time
import unittest

from support import EntenteTest, feed

SENTRY = "[detector.post]\nplugin = sentry\nmax_age = 36500d\nto = out\nallow_private = yes\n"


class Detectors(EntenteTest):
    def serve(self, *titles, path="/feed", **more):
        self.server.routes[path] = feed([("%s-%d" % (path, number), title, "Body %d of %s." % (number, path))
                                         for number, title in enumerate(titles)], **more)

    def configure_with(self, detector, *sections, **more):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT, detector, *sections,
                       **more)

    def run_well(self):
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        return run

    def findings(self):
        return [(alert["watch"], alert["reason"], alert["finding"]["text"]) for alert in self.alerts()]

    def numbers(self):
        return [alert["finding"]["text"] for alert in self.alerts()]

    def database(self, sql):
        base = sqlite3.connect("file:%s?mode=ro" % (self.folder / "state" / "entente.db"), uri=True)
        try:
            return base.execute(sql).fetchall()
        finally:
            base.close()

    def rows(self, *arguments):
        run = self.entente(*arguments, "--format", "jsonl")
        self.assertEqual(run.status, 0, run.log)
        return [json.loads(line) for line in run.out.splitlines()]

    # ---- findings become alerts

    def test_findings_become_alerts_with_their_event(self):
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed", "Football results")
        self.configure_with(SENTRY)
        self.run_well()
        self.assertEqual(self.findings(), [("detector.post", "seen", "number 1"), ("detector.post", "seen", "number 2")])
        alert = self.alerts()[0]
        self.assertEqual(alert["finding"]["events"], [alert["event"]["id"]])
        self.assertEqual(alert["finding"]["kind"], "seen")
        self.assertIn("seen: number 1; the latest: ", alert["headline"])
        listed = self.rows("alert", "list")
        self.assertEqual(sorted(row["watch"] for row in listed), ["detector.post"] * 2)
        self.assertEqual(len(self.rows("alert", "list", "--watch", "detector.post")), 2)
        shown = self.entente("alert", "show", alert["id"])
        self.assertIn("detector.post (seen)", shown.out)
        self.assertIn("number 1", shown.out)

    def test_a_second_run_finds_nothing_new(self):
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.configure_with(SENTRY)
        self.run_well()
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1", "number 2"])

    def test_one_id_is_one_alert(self):
        self.serve("UZB KAZ pact TWICE")
        self.configure_with(SENTRY)
        self.run_well()
        self.assertEqual(self.numbers(), ["once"])

    def test_the_rule_chooses_what_is_shown(self):
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed", "NOR UZB pact signed")
        self.configure_with(SENTRY + "when = actor = UZB\n")
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1", "number 2"])
        parties = {actor["id"] for alert in self.alerts() for actor in alert["event"]["actors"]}
        self.assertEqual(parties, {"UZB", "KAZ", "NOR"})

    def test_old_news_alerts_where_a_first_run_fills_the_archive_and_not_after(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with("[detector.post]\nplugin = sentry\nto = out")
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])

    def test_old_news_is_shown_and_alerts_nobody(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with("[detector.post]\nplugin = sentry\nto = out")
        process = self.start()
        self.wait_for_log(" started in ")
        self.wait_for(lambda: self.database("SELECT 1 FROM kv WHERE instance='detector.post'"), "the detector's count")
        process.terminate()
        process.wait()
        self.assertEqual(self.database("SELECT count(*) FROM alert"), [(0,)])

    def test_mutes_and_digests_are_those_of_a_watch(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with(SENTRY)
        self.run_well()
        run = self.entente("alert", "mute", "--watch", "detector.post", "--until", "2099-01-01")
        self.assertEqual(run.status, 0, run.log)
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])
        self.assertEqual({row["state"] for row in self.rows("alert", "list")}, {"new", "muted"})
        self.assertEqual(self.entente("alert", "unmute", "--watch", "detector.post").status, 0)
        self.configure_with(SENTRY + "digest = daily 07:30 Europe/London\n")
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed", "NOR SWE pact signed")
        run = self.run_well()
        self.assertIn("waits for a digest", run.log)
        self.assertNotIn("number 3", self.numbers())

    # ---- where it starts

    def test_a_new_detector_starts_at_the_present_unless_it_asks_for_the_archive(self):
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.configure_with("")
        self.run_well()
        self.configure_with(SENTRY, SENTRY.replace("detector.post", "detector.deep") + "from = archive\n")
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed", "NOR SWE pact signed")
        self.run_well()
        self.assertEqual(sorted(self.findings()),
                         [("detector.deep", "seen", "number %d" % number) for number in (1, 2, 3)] +
                         [("detector.post", "seen", "number 1")])

    def test_what_came_while_it_was_off_is_shown_when_it_is_on_again(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with(SENTRY)
        self.run_well()
        self.configure_with(SENTRY + "enabled = no\n")
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])
        self.configure_with(SENTRY)
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1", "number 2"])

    # ---- changes

    def test_corrections_alert_nobody_unless_on_names_them(self):
        self.serve("UZB KAZ pact signed")
        twin = "[detector.%s]\nplugin = sentry\nmax_age = 36500d\nkind = %s\nwhen = status = cancelled\n%s\nto = out"
        self.configure_with(twin % ("quiet", "quiet", ""), twin % ("asked", "asked", "on = new, correction"))
        self.run_well()
        self.assertEqual(self.alerts(), [])
        event = self.rows("events")[0]["id"]
        run = self.entente("event", "set", event, "status=cancelled")
        self.assertEqual(run.status, 0, run.log)
        self.run_well()
        self.assertEqual(self.findings(), [("detector.asked", "asked", "number 1")])
        # The other one was shown it too.
        self.assertEqual(self.database("SELECT count(*) FROM kv WHERE instance='detector.quiet'"), [(1,)])

    def test_another_source_is_a_revision_and_no_second_alert(self):
        self.serve("UZB KAZ pact signed")
        self.serve("UZB KAZ pact concluded", path="/other")
        self.configure_with(SENTRY)
        self.run_well()
        self.configure_with(SENTRY, self.source("other", "/other", "publisher = other.example"))
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])
        self.assertEqual(len(self.rows("alert", "list")), 1)
        (value,), = self.database("SELECT value FROM kv WHERE instance='detector.post'")
        self.assertGreaterEqual(int(bytes(value)), 2)

    # ---- failures

    def test_a_refused_event_goes_to_the_dead_letters_and_may_be_handed_out_again(self):
        self.serve("UZB KAZ pact REJECT", "FRA DEU pact signed")
        self.configure_with(SENTRY)
        self.run_once()
        self.assertEqual(self.numbers(), ["number 1"])
        letters = self.rows("dead-letters", "list")
        self.assertEqual([(row["instance"], row["kind"], row["text"]) for row in letters],
                         [("detector.post", "event", "the title asks for it")])
        self.assertEqual(letters[0]["record"] in {row["id"] for row in self.rows("events")}, True)
        self.assertEqual(self.entente("dead-letters", "retry", str(letters[0]["id"])).status, 0)
        self.run_once()
        self.assertEqual(self.database("SELECT attempts FROM dead_letter"), [(1,)])

    def test_a_finding_without_a_text_is_refused_with_words(self):
        self.serve("UZB KAZ pact WORDLESS", "FRA DEU pact signed")
        self.configure_with(SENTRY)
        run = self.run_once()
        self.assertIn("a finding needs a text", run.log)
        self.assertEqual(self.numbers(), ["number 1"])
        self.assertIn("a finding needs a text", self.rows("dead-letters", "list")[0]["text"])

    def test_an_event_that_is_not_finished_is_handed_out_again(self):
        self.serve("UZB KAZ pact RETRY", "FRA DEU pact signed")
        self.configure_with(SENTRY + "deadline = 3s\n")
        self.run_once()
        self.assertEqual(self.numbers(), ["number 1"])
        (attempts, text), = self.database("SELECT attempts, text FROM dead_letter")
        self.assertGreater(attempts, 1)
        self.assertIn("the title asks for it", text)

    def test_a_broken_instance_is_made_anew_and_the_event_is_given_up_after_two_deaths(self):
        self.serve("UZB KAZ pact FATAL", "FRA DEU pact signed")
        self.configure_with(SENTRY)
        run = self.run_once()
        self.assertIn("created anew", run.log)
        self.assertEqual(self.numbers(), ["number 1"])
        self.assertEqual(len(self.rows("dead-letters", "list")), 1)

    def test_config_parks_it_and_a_run_says_so(self):
        self.serve("UZB KAZ pact CONFIG")
        self.configure_with(SENTRY)
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assertIn("detector.post is parked: the title asks for it".replace(" is parked", ""),
                      run.log.replace("detector.post: is parked", "detector.post"))

    def test_an_answer_settles_the_event_that_asked(self):
        self.serve("UZB KAZ pact ASK", "FRA DEU pact signed")
        self.server.routes["/opinion"] = (200, {"Content-Type": "text/plain"}, b"a matter of weight")
        self.configure_with(SENTRY + "url = %s/opinion\n" % self.server.url)
        self.run_well()
        self.assertEqual(sorted(self.numbers()), ["a matter of weight", "number 1"])
        asked, = [alert for alert in self.alerts() if alert["finding"]["text"] == "a matter of weight"]
        self.assertEqual(sorted(actor["id"] for actor in asked["event"]["actors"]), ["KAZ", "UZB"])
        self.assertEqual(self.database("SELECT count(*) FROM pending"), [(0,)])

    def test_an_event_whose_callback_kills_the_daemon_twice_by_itself_is_given_up(self):
        self.serve("NOR SWE pact signed", "UZB KAZ pact CRASH", "FRA DEU pact signed")
        self.configure_with(SENTRY + "isolate = none\n")
        deaths = 0
        while self.run_once().status < 0:
            deaths += 1
            self.assertLess(deaths, 8)
        self.assertGreater(deaths, 1)
        self.assertEqual(sorted(self.numbers()), ["number 1", "number 2"])
        letters = self.rows("dead-letters", "list")
        self.assertEqual(len(letters), 1)
        self.assertIn("died while doing so", letters[0]["text"])

    def test_in_a_process_of_its_own_it_finds_the_same_and_a_crash_is_its_own(self):
        for isolate in ("process", "sandbox"):
            with self.subTest(isolate=isolate):
                self.serve("NOR SWE pact signed", "UZB KAZ pact CRASH", "FRA DEU pact signed", "POL ITA pact ASK")
                self.server.routes["/opinion"] = (200, {"Content-Type": "text/plain"}, b"a matter of weight")
                self.alerts_path = self.folder / (isolate + ".jsonl")
                self.configure_with(SENTRY.replace("detector.post", "detector." + isolate) +
                                    "from = archive\nisolate = %s\nurl = %s/opinion\n" % (isolate, self.server.url))
                run = self.run_once(timeout=240)
                self.assertGreaterEqual(run.status, 0, run.log)
                self.assertEqual(sorted(self.numbers()), ["a matter of weight", "number 1", "number 2"])
                letters = [row for row in self.rows("dead-letters", "list") if row["instance"] == "detector." + isolate]
                self.assertEqual([row["kind"] for row in letters], ["event"])

    def test_a_detector_that_cannot_be_created_keeps_its_place(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with(SENTRY.replace("sentry", "no-such-plugin"))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assertIn("events wait until it can work", run.log)
        self.configure_with(SENTRY)
        self.run_well()
        self.assertEqual(self.numbers(), ["number 1"])

    # ---- a running daemon

    def test_a_reload_adds_changes_and_removes_it(self):
        self.serve("UZB KAZ pact signed")
        self.configure_with("")
        self.start()
        self.wait_for_log(" started in ")
        self.wait_for(lambda: self.rows("events"), "an event")
        self.configure_with(SENTRY)
        self.assertIn("detector.post", self.entente("reload").out)
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed")
        self.wait_for(lambda: self.numbers() == ["number 1"], "the finding about what came after")
        self.configure_with(SENTRY + "when = actor = NOR\n")
        self.assertEqual(self.entente("reload").status, 0)
        self.serve("UZB KAZ pact signed", "FRA DEU pact renewed", "UZB TKM pact signed", "NOR SWE pact signed")
        self.wait_for(lambda: self.numbers() == ["number 1", "number 2"], "the finding that the rule lets through")
        status = json.loads(self.entente("status", "--format", "json").out)
        row, = [row for row in status["detectors"] if row["name"] == "detector.post"]
        self.assertEqual((row["behind"], row["alerts"], row["waiting"], row["state"]), (0, 2, 0, "running"))
        self.assertIn("DETECTOR", self.entente("status").out)
        self.configure_with("")
        self.assertEqual(self.entente("reload").status, 0)
        status = json.loads(self.entente("status", "--format", "json").out)
        self.assertEqual([row["state"] for row in status["detectors"]], ["not configured"])

    def test_kills_change_nothing_in_what_is_found(self):
        """A detector's state, its cursor and its alerts become durable together: each event has its own number."""
        states = ["UZB", "KAZ", "FRA", "DEU", "NOR", "SWE", "POL", "ITA", "ESP", "PRT", "GRC", "TUR", "IND", "JPN", "BRA",
                  "CHL", "PER", "KEN", "GHA", "EGY"]
        titles = ["%s %s pact signed" % (one, other) for index, one in enumerate(states) for other in states[index + 1:]]
        self.serve(*titles)
        self.configure_with(SENTRY + "batch = 3\n")
        delays = [0.15 + 0.045 * step for step in range(12)]
        for delay in delays:
            process = self.start()
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.run_well()
        alerts = self.rows("alert", "list", "--limit", "1000")
        self.assertEqual(len(alerts), len(titles))
        numbers = {int(row["finding"]["text"].split()[1]) for row in alerts}
        self.assertEqual(numbers, set(range(1, len(titles) + 1)))
        (value,), = self.database("SELECT value FROM kv WHERE instance='detector.post'")
        self.assertEqual(int(bytes(value)), len(titles))
        self.assertEqual({alert["id"] for alert in self.alerts()}, {row["id"] for row in alerts})
        self.assertEqual(self.database("SELECT count(*) FROM dead_letter"), [(0,)])
        self.assertEqual(self.database("SELECT count(*) FROM pending"), [(0,)])

    def test_partners_tells_of_many_suppliers_in_a_short_time(self):
        day, start = 86400, 1717200000
        suppliers = ["Russia", "China", "Turkey", "France"]
        self.server.routes["/feed"] = feed(
            [("p%d" % number, "%s to supply helicopters to Uzbekistan" % name,
              "%s will supply %d helicopters to Uzbekistan under a contract signed in Tashkent on Monday, the Uzbek Defence "
              "Ministry said." % (name, 4 + 3 * number), start + 9 * day * number) for number, name in enumerate(suppliers)])
        self.configure(self.source("news", "/feed"), "[classifier.coder]\nplugin = coder",
                       "[detector.partners]\nplugin = partners\nmax_age = 36500d\nwhen = type = arms_transfer\nleast = 3\nto = out, feed",
                       "[sink.feed]\nplugin = atom\npath = %s" % (self.folder / "alerts.atom"))
        self.run_well()
        # In which order the first three came is the desk's.
        self.assertEqual(len(self.alerts()), 2)
        self.assertEqual(self.findings()[-1],
                         ("detector.partners", "partners", "UZB has had 4 suppliers within 180 days: CHN, FRA, RUS, TUR"))
        self.assertEqual(len(self.alerts()[1]["finding"]["events"]), 4)
        # A finding is news, whatever the event at which it was found.
        document = (self.folder / "alerts.atom").read_text()
        self.assertIn("<title>partners: UZB has had", document)
        self.assertNotIn("Update:", document)

    # ---- check

    def test_check_says_what_is_wrong_with_its_keys(self):
        cases = [("to = nobody\n", "to: there is no [sink.nobody]"),
                 ("when = actor = UZZ\n", "when: "),
                 ("when = type = agreement and spike(2, 30d)\n", "spike() and silence() are for watches"),
                 ("on = weather\n", "weather"),
                 ("digest = sometimes\n", "digest"),
                 ("from = never\n", "never")]
        for line, words in cases:
            text = "[detector.post]\nplugin = sentry\n" + line
            self.configure_with(text)
            run = self.entente("check")
            self.assertNotEqual(run.status, 0, line)
            self.assertIn(words, run.out + run.log, line)
        self.configure_with(SENTRY, "[watch.detector.post]\nwhen = type = agreement\nto = out")
        self.assertIn("taken by the alerts of detectors", self.entente("check").log + self.entente("check").out)
        self.configure_with(SENTRY)
        run = self.entente("check")
        self.assertEqual(run.status, 0, run.out + run.log)


if __name__ == "__main__":
    unittest.main()
