"""entente recode: the archive through another lexicon, seen first, then applied, with the daemon up and down."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

from support import ENTENTE, EntenteTest, feed

OLD, NEW = "# nothing\nstate FRA | Gallia\n", "state FRA | Gallia\nverb sell | flog~ | gate=yes\nremove verb | lease\n"


class Recode(EntenteTest):
    def setUp(self):
        super().setUp()
        self.words = self.folder / "words"
        self.words.mkdir()
        self.write(OLD)

    def write(self, text):
        (self.words / "own.txt").write_text(text)

    def prepare(self, extra=(), more=""):
        """An archive coded by the old words: one item for each of the ways in which the new ones differ, and more."""
        items = [("gain", "Spain flogs 30 tanks to Chile", "Spain flogged 30 tanks to Chile."),
                 ("lose", "Italy leases 12 helicopters to Peru", "Italy leased 12 helicopters to Peru."),
                 ("same", "Norway sells tanks to Oman", "Norway sold 12 tanks to Oman.")]
        self.server.routes["/one"] = feed(items + list(extra))
        self.configure(self.source("one", "/one"), "[classifier.coder]\nplugin = coder\nlexicon = words",
                       "[watch.arms]\nwhen = type = arms_transfer\nto = out" + more)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def recode(self, *arguments, status=0):
        run = self.entente("recode", *arguments)
        self.assertEqual(run.status, status, run.log)
        return run.out

    def events(self):
        return {(row["type"], tuple(sorted(actor["id"] for actor in row["actors"]))): row
                for row in map(json.loads, self.entente("events", "--format", "jsonl").out.splitlines())}

    KEYS = [("arms_transfer", ("CHL", "ESP")), ("arms_transfer", ("ITA", "PER")), ("arms_transfer", ("NOR", "OMN"))]

    def test_a_dry_run_shows_the_difference_and_changes_nothing(self):
        self.prepare()
        before = self.events()
        self.assertNotIn(self.KEYS[0], before)
        self.assertIn(self.KEYS[1], before)
        self.assertRegex(self.recode(), r"(?s)all +2 +2 +0 +0 +0\n.*Nothing is changed")
        self.write(NEW)
        told = json.loads(self.recode("--format", "json", "--list"))
        self.assertEqual(told["types"]["arms_transfer"],
                         {"before": 2, "after": 2, "gained": 1, "lost": 1, "changed": 0})
        self.assertEqual((told["items"], told["items_changed"], told["applied"]), (3, 2, False))
        kinds = {row["events"][0]["kind"]: row["title"] for row in told["differences"]}
        self.assertEqual(kinds, {"gained": "Spain flogs 30 tanks to Chile", "lost": "Italy leases 12 helicopters to Peru"})
        text = self.recode("--list")
        self.assertRegex(text, r"\+ arms_transfer[^\n]*ESP supplier, CHL recipient")
        self.assertRegex(text, r"- arms_transfer[^\n]*ITA supplier, PER recipient")
        self.assertEqual(self.events(), before)
        # Filters, and other words than the configuration's.
        self.assertEqual(json.loads(self.recode("--format", "json", "--where", "actor = ITA"))["items"], 1)
        self.assertEqual(json.loads(self.recode("--format", "json", "--source", "two"))["items"], 0)
        self.assertEqual(json.loads(self.recode("--format", "json", "--until", "2020"))["items"], 0)
        other = self.folder / "other"
        other.mkdir()
        (other / "x.txt").write_text("remove verb sell |\n")
        told = json.loads(self.recode("--format", "json", "--lexicon", str(other)))
        self.assertGreaterEqual(told["types"]["arms_transfer"]["lost"], 1)
        self.assertIn("--lexicon is for looking", self.entente("recode", "--apply", "--lexicon", str(other)).log)

    def check_applied(self, alerts):
        events = self.events()
        self.assertIn(self.KEYS[0], events)
        self.assertNotIn(self.KEYS[1], events)
        self.assertIn(self.KEYS[2], events)
        self.assertRegex(self.recode(), r"all +2 +2 +0 +0 +0")
        self.assertEqual(len(self.alerts()), alerts)

    def test_without_a_daemon_it_is_applied_under_the_lock_and_nobody_is_alerted(self):
        self.prepare()
        self.assertEqual(len(self.alerts()), 2)
        self.write(NEW)
        self.assertIn("Applied", self.recode("--apply"))
        self.check_applied(2)
        # Nor does the daemon that comes after it.
        self.assertEqual(self.run_once().status, 0)
        self.check_applied(2)
        history = self.entente("event", "show", self.events()[self.KEYS[0]]["id"]).out
        self.assertIn("recode", history)
        store = sqlite3.connect(self.folder / "state" / "entente.db")
        self.assertEqual(store.execute("SELECT count(*) FROM recode_item").fetchone()[0], 0)

    def test_a_watch_that_asks_for_it_is_alerted(self):
        self.prepare(more="\non = new, recode")
        self.write(NEW)
        self.recode("--apply")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual([alert["reason"] for alert in self.alerts()].count("recode"), 2)  # the one that came and the one that went

    def test_a_detector_is_shown_it_and_alerts_only_where_it_asks_for_it(self):
        detector = "\n\n[detector.%s]\nplugin = sentry\nmax_age = 36500d\nwhen = actor = ESP\n%sto = out"
        self.prepare(more=detector % ("quiet", "") + detector % ("asked", "on = recode\n"))
        before = len(self.alerts())
        self.write(NEW)
        self.recode("--apply")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual([alert["watch"] for alert in self.alerts()[before:]], ["detector.asked"])
        store = sqlite3.connect(self.folder / "state" / "entente.db")
        self.assertEqual(sorted(store.execute("SELECT instance FROM kv WHERE instance LIKE 'detector.%'")),
                         [("detector.asked",), ("detector.quiet",)])

    def test_with_a_daemon_it_is_applied_by_it_and_news_goes_on(self):
        self.prepare()
        process = self.start()
        self.wait_for(lambda: (self.folder / "state" / "control.sock").exists(), "the control socket")
        self.write(NEW)
        self.assertEqual(self.entente("reload").status, 0)
        self.assertIn("Applied", self.recode("--apply"))
        self.wait_for(lambda: self.KEYS[0] in self.events(), "the event that was gained")
        self.wait_for(lambda: self.KEYS[1] not in self.events(), "the end of the event that was lost")
        self.server.routes["/one"] = feed([("news", "Greece flogs 5 tanks to Qatar", "Greece flogged 5 tanks to Qatar.")])
        self.assertEqual(self.entente("fetch", "one").status, 0)
        self.wait_for(lambda: len(self.alerts()) == 3, "the alert of the news")
        self.assertIn("the archive was recoded by codebook-", self.log())
        self.assertEqual(list((self.folder / "state").glob("recode-*")), [])
        self.refuse_batches()
        process.terminate()
        self.assertEqual(process.wait(timeout=30), 0)
        self.assertEqual(len(self.alerts()), 3)

    def refuse_batches(self):
        """What is no batch is refused with its reason, and the daemon goes on."""
        state = self.folder / "state"
        head = {"classifier": "classifier.coder", "cursor": 1, "items": [{"item": 1, "reports": [64]}]}
        for name, content in (("recode-1", b"not a batch\n"), ("recode-2", b"\0" * 100), ("recode-3", b""),
                              ("recode-4", json.dumps(head).encode() + b"\n" + b"x" * 64),
                              ("recode-5", b'{"classifier":"source.x"}\n'), ("../state/recode-1", None),
                              ("entente.db", None), ("recode-none", None)):
            if content is not None:
                (state / name).write_bytes(content)
            link = socket.socket(socket.AF_UNIX)
            link.connect(str(state / "control.sock"))
            link.sendall(json.dumps({"command": "recode", "target": name}).encode() + b"\n")
            answer = json.loads(link.makefile().readline())
            link.close()
            self.assertFalse(answer["ok"], name)
            self.assertGreater(len(answer["error"]), 10)
            if content is not None:
                (state / name).unlink()

    def test_a_run_that_is_killed_goes_on_to_the_same_end(self):
        states = ["France", "Spain", "Italy", "Norway", "Sweden", "Finland", "Denmark", "Poland", "Greece", "Portugal",
                  "Romania", "Bulgaria", "Hungary", "Austria", "Belgium", "Croatia", "Slovenia", "Albania", "Egypt",
                  "Morocco", "Tunisia", "Kenya", "Ghana", "Senegal", "Brazil", "Peru", "Ecuador", "Bolivia"]
        pairs = [(a, b) for a in states for b in states if a < b]
        # As much as takes long enough to be killed in: the coder is some ten times slower with the sanitizers' checks.
        filler = "Other words fill the rest of this text. " * (20 if os.environ.get("ENT_SANITIZE") else 200)
        many = [("m%d" % i, "%s flogs %d tanks to %s" % (a, i % 50 + 2, b), "%s flogged %d tanks to %s. " %
                 (a, i % 50 + 2, b) + filler) for i, (a, b) in enumerate(pairs)]
        self.prepare(many)
        self.write(NEW)
        path = self.folder / "state" / "entente.db"

        def cursor():
            store = sqlite3.connect(path)
            row = store.execute("SELECT cursor, finished FROM recode").fetchone()
            store.close()
            return row or (0, 0)

        killed = 0
        for _ in range(3):
            before = cursor()
            process = subprocess.Popen([ENTENTE, "-c", self.config, "recode", "--apply"], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            end = time.monotonic() + 20
            while time.monotonic() < end and cursor()[0] <= before[0] and process.poll() is None:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += not cursor()[1]
            if cursor()[1]:
                break
        self.assertGreaterEqual(killed, 1)
        out = self.recode("--apply")
        self.assertIn("went on where an earlier run ended", out)
        self.assertTrue(cursor()[1])
        told = json.loads(self.recode("--format", "json"))
        self.assertEqual(told["items_changed"], 0)
        self.assertEqual(told["items"], len(many) + 3)
        self.assertEqual(told["types"]["arms_transfer"]["before"], len(many) + 2)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), 2)

    def test_what_is_wrong_is_told(self):
        self.prepare()
        self.assertIn("no classifier pact", self.entente("recode", "--classifier", "pact").log)
        self.assertIn("--where", self.entente("recode", "--where", "typ = x").log)
        self.write("verb sell | vend~ | gat=yes\n")
        run = self.entente("recode")
        self.assertEqual(run.status, 2)
        self.assertIn("own.txt:1:21", run.log)


if __name__ == "__main__":
    unittest.main()
