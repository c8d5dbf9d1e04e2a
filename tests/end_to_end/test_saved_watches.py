"""Watches that people save: with a daemon and without one, what is refused, and that the configuration has them."""
import stat
import time
import unittest

from support import EntenteTest, feed


class SavedWatches(EntenteTest):
    def setUp(self):
        super().setUp()
        self.saved = self.folder / "state" / "watches.d"
        self.configure(self.source("news", "/feed"), self.PACT, "[group.near]\nmembers = UZB, KAZ",
                       "[watch.visits]\nwhen = type = visit\nto = out")
        self.items = []
        self.bring()

    def bring(self, *items):
        now = int(time.time())
        self.items += [(guid, headline, "Text of %s." % guid, now - 3600) for guid, headline in items]
        self.server.routes["/feed"] = feed(self.items)

    def fetch(self, *items):
        self.bring(*items)
        run = self.entente("fetch", "news")
        self.assertEqual(run.status, 0, run.log)

    def done(self, *arguments):
        run = self.entente("watch", *arguments)
        self.assertEqual(run.status, 0, run.log)
        return run

    def refused(self, *arguments):
        run = self.entente("watch", *arguments)
        self.assertEqual(run.status, 2, run.out)
        return run.log

    def raised(self, watch):
        return [alert["event"]["actors"][0]["id"] for alert in self.alerts() if alert["watch"] == watch]

    def wait_for_events(self, count):
        self.wait_for(lambda: len(self.entente("events", "--format", "jsonl").out.splitlines()) == count, "%d events" % count)

    def test_one_is_saved_fires_is_changed_and_removed_while_the_daemon_runs(self):
        self.bring(("a", "UZB KAZ pact signed"))
        self.start()
        self.wait_for_events(1)
        run = self.done("save", "pacts", "--when", "type = agreement and actor in (near, FIN)", "--to", "out", "--author", "ada")
        self.assertIn("added watch.pacts", run.out)
        text = (self.saved / "pacts.ini").read_text()
        self.assertRegex(text, r"^# Saved by ada at 20\d\d-\d\d-\d\dT[^\n]*\n\[watch\.pacts\]\n")
        self.assertEqual(stat.S_IMODE(self.saved.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.saved / "pacts.ini").stat().st_mode), 0o600)
        self.assertIn("for ada: watch-save pacts", self.log())
        self.fetch(("b", "FIN SWE pact signed"), ("c", "FRA DEU pact signed"))
        self.wait_for_events(3)
        self.wait_for(lambda: self.raised("pacts"), "the alert")
        self.assertIn("changed watch.pacts", self.done("save", "pacts", "--when", "actor = DEU", "--to", "out").out)
        self.fetch(("d", "EST DEU pact signed"))
        self.wait_for(lambda: len(self.raised("pacts")) == 2, "the second alert")
        # It began at the present, and the changed rule looked at nothing that was before it.
        self.assertEqual(sorted(self.raised("pacts")), ["EST", "FIN"])
        self.assertIn("removed watch.pacts", self.done("remove", "pacts").out)
        self.assertFalse((self.saved / "pacts.ini").exists())
        self.fetch(("e", "LVA DEU pact signed"))
        self.wait_for_events(5)
        # A later one of the same name does not make up for what was while it was not there.
        self.done("save", "pacts", "--when", "type = agreement", "--to", "out")
        self.fetch(("f", "ITA GRC pact signed"))
        self.wait_for(lambda: len(self.raised("pacts")) == 3, "the third alert")
        self.assertEqual(sorted(self.raised("pacts")), ["EST", "FIN", "ITA"])

    def test_what_is_wrong_is_told_at_its_place_and_nothing_is_written(self):
        self.start()
        self.wait_for_log("started in")
        for is_running in (True, False):
            if not is_running:
                self.processes[0].terminate()
                self.assertEqual(self.processes[0].wait(timeout=60), 0, self.log())
            rule = "type = agreement"
            for arguments, texts in [
                (("pacts", "--when", "type = agrement"), ("when, character 8 ('agrement')", "agreement")),
                (("pacts", "--when", "text ~ 'ä' and tpye = visit"), ("character 16 ('tpye')", "type")),
                (("pacts", "--when", "type ="), ("when, character 7",)),
                (("pacts", "--when", rule, "--to", "out,uot"), ("to, word 2: 'uot'", "did you mean 'out'")),
                (("pacts", "--when", rule, "--on", "nwe"), ("on, word 1: 'nwe'", "did you mean 'new'")),
                (("Pacts", "--when", rule), ("name, character 1",)), (("a/b", "--when", rule), ("name, character 2",)),
                (("..", "--when", rule), ("name, character 1",)), (("health", "--when", rule), ("'health' is taken",)),
                (("x" * 61, "--when", rule), ("longer than 60",)),
                (("visits", "--when", rule), ("[watch.visits]", "entente.ini:")),
            ]:
                log = self.refused("save", *arguments)
                for text in texts:
                    self.assertIn(text, log, arguments)
            self.assertIn("give the rule", self.refused("save", "pacts"))
            self.assertIn("no saved watch 'pacts'", self.refused("remove", "pacts"))
            self.assertIn("entente.ini:", self.refused("remove", "visits"))
            self.assertEqual(list(self.saved.glob("*")) if self.saved.exists() else [], [])

    def test_without_a_daemon_the_file_is_written_and_the_next_start_has_it(self):
        run = self.done("save", "pacts", "--when", "type = agreement", "--to", "out", "--on", "new,status")
        self.assertIn("at the next start", run.log)
        self.assertIn("on = new, status", (self.saved / "pacts.ini").read_text())
        self.bring(("a", "UZB KAZ pact signed"))
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.raised("pacts"), ["UZB"])
        self.assertIn("1 alert", self.entente("watch", "test", "pacts").log)
        self.assertEqual(self.entente("check").status, 0)
        self.done("remove", "pacts")
        self.assertIn("no [watch.pacts]", self.entente("watch", "test", "pacts").log)

    def test_a_watch_of_the_files_is_not_shadowed_and_a_broken_file_is_told_by_check(self):
        self.done("save", "pacts", "--when", "type = agreement", "--to", "out")
        with self.config.open("a") as file:
            file.write("[watch.pacts]\nwhen = type = visit\nto = out\n")
        run = self.entente("check")
        self.assertNotEqual(run.status, 0)
        self.assertIn("[watch.pacts] is there already", run.out + run.log)
        self.configure(self.source("news", "/feed"), self.PACT)
        (self.saved / "other.ini").write_text("[watch.other]\nwhen = type = agrement\n[sink.evil]\nplugin = exec\n")
        run = self.entente("check")
        self.assertIn("other.ini:1", (run.out + run.log).replace("other.ini:2", "other.ini:1"))
        self.assertIn("[sink.evil] cannot stand among saved watches", run.out + run.log)
        (self.saved / "other.ini").unlink()
        self.assertEqual(self.entente("check").status, 0)

    def test_what_is_not_said_stays_as_it_is_be_it_added_by_hand(self):
        self.done("save", "pacts", "--when", "type = agreement", "--to", "out", "--set", "digest=daily 07:30", "--set", "max_age=9d")
        path = self.saved / "pacts.ini"
        path.write_text(path.read_text() + "quiet = 22:00-07:00\nof_later_days = \"a # b\"\n")
        self.done("save", "pacts", "--when", "type = visit", "--set", "max_age=")
        self.assertEqual(path.read_text().splitlines()[1:], ["[watch.pacts]", "when = type = visit", "to = out", "digest = daily 07:30",
                                                             "quiet = 22:00-07:00", 'of_later_days = "a # b"'])
        before = path.read_text()
        for given, text in (("digest=daily 25:00", "digest, character 7"), ("nonesuch=1", "'nonesuch' is no key"), ("when_file=/etc/passwd", "is no key"),
                            ("digest", "write KEY=VALUE"), ("max_age=soon", "max_age, character 1")):
            self.assertIn(text, self.refused("save", "pacts", "--when", "type = visit", "--set", given))
        self.assertEqual(path.read_text(), before)
        self.done("save", "pacts", "--when", "type = visit", "--to", "")
        self.assertNotIn("to =", path.read_text())

    def test_a_reload_that_is_refused_for_another_reason_is_told(self):
        self.start()
        self.wait_for_log("started in")
        with self.config.open("a") as file:
            file.write("[watch.bad]\nwhen = tpye = visit\nto = out\n")
        log = self.refused("save", "pacts", "--when", "type = agreement", "--to", "out")
        self.assertIn("the watch is saved: reload refused", log)
        self.assertTrue((self.saved / "pacts.ini").exists())

    def test_a_long_rule_is_read_back_as_it_was(self):
        rule = "type = agreement and (%s) # the end" % " or ".join("text ~ 'it''s  \"no %d\"'" % i for i in range(200))
        self.done("save", "long", "--when", rule, "--to", "out")
        text = (self.saved / "long.ini").read_text()
        self.assertLess(max(map(len, text.splitlines())), 1023)
        self.assertEqual(self.entente("check").status, 0, self.entente("check").log)
        self.bring(("a", "UZB KAZ pact signed"))
        self.assertEqual(self.run_once().status, 0)
        self.assertIn("control character", self.refused("save", "long", "--when", "text ~ 'a\nb'"))


if __name__ == "__main__":
    unittest.main()
