"""Plugins in other processes: the results are those of plugins in the daemon, whatever happens to the processes."""
import json
import os
import random
import signal
import time
import unittest

import support
import test_kill
from support import feed

FEEDS, ITEMS_A_FEED, KILLS = 12, 100, 50


def runners_of(process):
    """The runners that a daemon has now."""
    found = []
    try:
        for task in os.listdir("/proc/%d/task" % process.pid):
            with open("/proc/%d/task/%s/children" % (process.pid, task)) as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return sorted(found)


class IsolationTest(support.EntenteTest):
    database, settle = test_kill.KillTest.database, test_kill.KillTest.settle

    def serve(self):
        random_ = random.Random(20261129)
        for number in range(FEEDS):
            test_kill.corpus.STATES = test_kill.PAIRS[number]
            items = []
            for item in range(ITEMS_A_FEED):
                made = test_kill.corpus.item(number * ITEMS_A_FEED + item, random_)
                items.append(("item-%d-%d" % (number, item), made["title"], made["body"],
                              1700000000 + (number * ITEMS_A_FEED + item) * 60))
            self.server.routes["/feed-%d.xml" % number] = feed(items, ETag='"%d"' % number)

    def configure_in(self, folder, isolate):
        self.folder = self.folder_of_test / folder
        self.folder.mkdir()
        self.alerts_path = self.folder / "alerts.jsonl"
        self.config = self.folder / "entente.ini"
        sources = [self.source("feed%d" % number, "/feed-%d.xml" % number, "interval = 1h") for number in range(FEEDS)]
        self.configure(*sources, "[classifier.coder]\nplugin = coder\nworkers = 2\nbatch = 8",
                       "[watch.all]\nwhen = confidence >= 0\nto = out", entente="isolate = " + isolate)

    def results(self):
        """What the articles led to. That items waited, or that a plugin was left alone, is told by alerts of its own, and hangs
        on when it is killed: of these, `health`."""
        rows = test_kill.KillTest.results(self)
        self.health = [alert for alert in rows["alerts"] if alert["watch"] == "health"]
        rows["alerts"] = [alert for alert in rows["alerts"] if alert["watch"] != "health"]
        return rows

    def compare(self, wanted):
        got = self.results()
        for kind in wanted:
            self.assertEqual(len(got[kind]), len(wanted[kind]), kind)
            self.assertEqual(got[kind], wanted[kind], kind)
        self.assertEqual(self.database("SELECT count(*) FROM dead_letter"), [(0,)])
        self.assertEqual(self.database("SELECT count(*) FROM delivery WHERE state<>1"), [(0,)])
        self.assertEqual(len({alert["id"] for alert in self.alerts()}), len(wanted["alerts"]))

    def undisturbed(self):
        self.folder_of_test = self.folder
        self.serve()
        self.configure_in("none", "none")
        self.settle()
        wanted = self.results()
        self.assertEqual(self.health, [])
        self.assertEqual(len(wanted["items"]), FEEDS * ITEMS_A_FEED)
        self.assertGreater(len(wanted["alerts"]), 50)
        return wanted

    def test_results_are_the_same_wherever_plugins_run(self):
        wanted = self.undisturbed()
        for isolate in ("process", "sandbox", "auto"):
            with self.subTest(isolate=isolate):
                self.configure_in(isolate, isolate)
                self.settle()
                self.compare(wanted)
                self.assertEqual(self.health, [])

    def test_killing_the_runners_fifty_times_changes_nothing_in_the_result(self):
        wanted = self.undisturbed()
        seed = int(os.environ.get("ENT_KILL_SEED", random.randrange(1 << 30)))
        print("kills by ENT_KILL_SEED=%d" % seed)
        random_ = random.Random(seed)
        self.configure_in("killed", "process")
        daemon = self.start()
        killed, end = 0, time.monotonic() + 300
        while killed < KILLS and time.monotonic() < end:
            # Some come to work before they die: one that never does is started again ever later, until it is left alone.
            time.sleep(random_.uniform(0.01, 0.08 + 0.5 * self.start_seconds))
            runners = runners_of(daemon)
            if runners:
                try:
                    os.kill(random_.choice(runners), signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass
        self.assertEqual(killed, KILLS)
        self.assertIsNone(daemon.poll(), self.log())
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=60), 0, self.log())
        self.settle()
        self.compare(wanted)

    def test_that_items_wait_makes_an_alert_and_none_of_an_event(self):
        wanted = self.undisturbed()
        self.configure_in("held", "process")
        good, broken = self.config.read_text(), self.folder / "coder.so"
        broken.write_bytes((support.BUILD / "plugins" / "coder.so").read_bytes()[:9000])
        self.config.write_text(good.replace("plugin = coder", "plugin = %s" % broken))
        daemon = self.start()
        self.wait_for(lambda: "wait at classifier.coder" in self.entente("alerts").out, "the alert that items wait")
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=60), 0, self.log())
        self.config.write_text(good)
        self.settle()
        self.compare(wanted)
        self.assertEqual([alert["reason"] for alert in self.health], ["held"])

    def test_an_item_that_kills_twice_is_left_out_and_the_daemon_lives(self):
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One."), ("k", "CRASH now", "Deadly."),
                                           ("b", "FRA DEU pact signed", "Two.")])
        self.configure(self.source("one", "/one"), "[classifier.pact]\nplugin = pact\nisolate = process", self.WATCH)
        run = self.run_once()
        self.assertIn("in classify", run.log)
        self.assertEqual(len(self.alerts()), 2, run.log)
        letters = self.entente("dead-letters", "list", "--format", "jsonl")
        self.assertEqual(len(letters.out.splitlines()), 1, letters.log)

    def test_a_plugin_that_keeps_dying_is_left_alone_with_an_alert_and_others_go_on(self):
        self.server.routes["/one"] = feed([("k%d" % i, "CRASH %d" % i, "Deadly.") for i in range(6)])
        self.server.routes["/two"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("one", "/one"), self.source("two", "/two", "interval = 1s"),
                       "[classifier.pact]\nplugin = pact\nisolate = process\ndeaths_max = 3",
                       "[sink.two]\nplugin = jsonl\nisolate = process\npath = %s" % (self.folder / "two.jsonl"), self.WATCH,
                       entente="health_to = out, two")
        daemon = self.start()
        alert = self.wait_for(lambda: [a for a in self.alerts() if "left alone" in a["headline"]], "the alert")[0]
        self.assertIn("classifier.pact", alert["headline"])
        self.assertIn("its process has died 3 times in a row", alert["headline"])
        self.wait_for(lambda: (self.folder / "two.jsonl").exists(), "the other sink")
        before = len(self.server.seen("/two"))
        self.wait_for(lambda: len(self.server.seen("/two")) > before + 1, "further fetches")
        status = self.entente("status", "--format", "json").out
        self.assertIn('"parked"', status)
        self.assertIn('"restarts"', status)
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=60), 0, self.log())

    def test_auto_puts_in_a_sandbox_what_reads_foreign_bytes_and_apart_what_did_not_come_with_the_daemon(self):
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, entente="isolate = auto")
        daemon = self.start()
        self.wait_for(self.alerts, "the alert")
        status = json.loads(self.entente("status", "--format", "json").out)
        where = {row["name"]: row["isolation"] for kind in ("sources", "processors", "sinks") for row in status[kind]
                 if "isolation" in row}
        self.assertEqual(where, {"source.one": "sandbox", "classifier.pact": "process", "out": "none"})
        self.assertEqual({row["plugin"] for row in status["processes"]}, {"feed", "pact"})
        # Where memory is out the kernel takes one of them, and not the daemon.
        for process in [row["process"] for row in status["processes"]]:
            with open("/proc/%d/oom_score_adj" % process) as first, open("/proc/%d/oom_score_adj" % daemon.pid) as last:
                self.assertGreater(int(first.read()), int(last.read()))
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=60), 0, self.log())

    def test_no_runner_outlives_the_daemon(self):
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, entente="isolate = process")
        for end in (signal.SIGTERM, signal.SIGKILL):
            daemon = self.start()
            self.wait_for(lambda: len(runners_of(daemon)) >= 3, "runners")
            runners = runners_of(daemon)
            daemon.send_signal(end)
            daemon.wait(timeout=60)
            self.wait_for(lambda: not any(os.path.exists("/proc/%d/exe" % runner) and
                                          "entente-runner" in os.readlink("/proc/%d/exe" % runner)
                                          for runner in runners), "the end of the runners")


if __name__ == "__main__":
    unittest.main()
