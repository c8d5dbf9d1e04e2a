"""entented as a daemon: stopping, reloading, dying and coming back."""
import itertools
import json
import re
import shutil
import signal
import subprocess
import time
import unittest

from support import BUILD, ENTENTED, EntenteTest, feed


class Daemon(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.server.routes["/two"] = feed([("b", "FRA DEU pact signed", "Two.")])

    def stop(self, process, limit=20):
        begun = time.monotonic()
        process.terminate()
        status = process.wait(timeout=30)
        self.assertLess(time.monotonic() - begun, limit, self.log())
        return status

    def test_a_parked_sink_does_not_hold_up_a_single_run(self):
        self.server.routes["/one"] = feed([("1", "UZB KAZ pact signed", "Body.")])
        self.configure(self.source("one", "/one"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = hook, out",
                       "[sink.hook]\nplugin = webhook\nurl = %s/hook" % self.server.url)
        begun = time.monotonic()
        run = self.run_once()
        self.assertLess(time.monotonic() - begun, 55, run.log)
        self.assertEqual(run.status, 1, run.log)
        self.assertEqual(len(self.alerts()), 1)

    def test_the_manual_page_knows_every_option(self):
        usage = subprocess.run([ENTENTED, "--help"], capture_output=True, text=True, check=True).stdout
        page = (BUILD / "etc" / "entented.8").read_text().replace("\\-", "-")
        options = set(re.findall(r"--[a-z]+", usage))
        self.assertGreater(len(options), 3)
        for option in options:
            self.assertIn(option, page)
        shown = subprocess.run(["man", "--warnings", "-l", BUILD / "etc" / "entented.8"], capture_output=True, text=True)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn("kill -9", shown.stdout)

    def test_sigterm_ends_it_cleanly(self):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the alert")
        self.assertEqual(self.stop(process), 0, self.log())
        self.assertIn("stopped", self.log())
        self.assertFalse((self.folder / "state" / "control.sock").exists())

    def test_sigterm_ends_it_while_a_server_keeps_it_waiting(self):
        def never(handler, request):
            time.sleep(60)

        self.server.routes["/slow"] = never
        self.configure(self.source("slow", "/slow"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(lambda: self.server.seen("/slow"), "the request")
        self.assertEqual(self.stop(process), 0, self.log())

    def test_status_is_served_while_it_runs(self):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the alert")
        run = self.entente("status", "--format", "json")
        self.assertEqual(run.status, 0, run.log)
        status = json.loads(run.out)
        self.assertTrue(status["running"])
        self.assertEqual(status["daemon"]["pid"], process.pid)
        rows = status["sources"] + status["processors"] + status["sinks"]
        states = {row["name"]: row["state"] for row in rows if "state" in row}
        self.assertEqual(states, {"source.one": "running", "classifier.pact": "running", "out": "running"})

    def reload(self, process, text):
        before = self.log().count("reload")
        self.config.write_text(text)
        process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: self.log().count("reload") > before, "the word of the reload")

    def test_a_reload_adds_and_removes_instances(self):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the first alert")
        self.reload(process, self.config.read_text().replace(self.source("one", "/one"), self.source("two", "/two")))
        self.wait_for(lambda: len(self.alerts()) == 2, "the second alert")
        self.assertIn("removed source.one", self.log())
        self.assertIn("added source.two", self.log())
        self.assertNotIn("sink.out", self.log().split("reloaded:")[1].splitlines()[0])
        self.assertEqual(self.stop(process), 0)

    def test_a_reload_that_is_wrong_changes_nothing(self):
        self.configure(self.source("one", "/one", "interval = 1s"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the alert")
        good = self.config.read_text()
        self.reload(process, good + "[source.two]\nplugin = feed\nurll = http://127.0.0.1/\n")
        self.assertIn("reload refused, the former configuration goes on", self.log())
        self.assertIn("urll", self.log())
        seen = len(self.server.seen("/one"))
        self.wait_for(lambda: len(self.server.seen("/one")) > seen, "another fetch by the former configuration")
        self.reload(process, good)
        self.assertIn("nothing has changed", self.log())
        self.assertEqual(len(self.alerts()), 1)

    def test_a_new_watch_begins_at_the_present_unless_told_otherwise(self):
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(self.alerts, "the alert")
        self.reload(process, self.config.read_text() + "[watch.late]\nwhen = type = agreement\nto = out\n"
                    "[watch.archive]\nwhen = type = agreement\nto = out\nfrom = archive\n")
        self.wait_for(lambda: len(self.alerts()) == 2, "the alert of the watch over the archive")
        time.sleep(0.5)
        self.assertEqual([alert["watch"] for alert in self.alerts()], ["pacts", "archive"])

    def outcome(self):
        """Items, events and alerts, without what differs from run to run."""
        def rows(command, *keys):
            listed = [json.loads(line) for line in self.entente(command, "--format", "jsonl").out.splitlines()]
            return sorted(json.dumps([row.get(key) for key in keys]) for row in listed)

        alerts = sorted((alert["watch"], alert["delivery"], alert["event"]["id"]) for alert in self.alerts())
        return rows("items", "id", "version", "title"), rows("events", "id", "actors", "sources"), alerts

    def test_what_was_killed_ends_as_what_was_not(self):
        codes = ["".join(letters) for letters in itertools.product("ABCDEFG", repeat=3)]
        items = [("i%d" % i, "%s %s pact %d" % (codes[i], codes[-1 - i], i), "Body %d. " % i * 50) for i in range(150)]
        self.server.routes["/one"] = feed(items)
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH)
        self.assertEqual(self.run_once().status, 0)
        undisturbed = self.outcome()
        self.assertEqual(len(undisturbed[2]), 150)
        shutil.rmtree(self.folder / "state")
        self.alerts_path.unlink()
        for delay in (0.1, 0.2, 0.25, 0.3, 0.4, 0.6):
            process = self.start()
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.outcome(), undisturbed)

    def test_an_item_that_kills_the_daemon_twice_is_left_out_and_the_rest_goes_on(self):
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One."), ("k", "CRASH now", "Deadly."),
                                           ("b", "FRA DEU pact signed", "Two.")])
        # Where plugins run elsewhere the daemon lives: test_isolation.py.
        self.configure(self.source("one", "/one"), self.PACT, self.WATCH, entente="isolate = none")
        deaths = 0
        for _ in range(10):
            run = self.run_once()
            if run.status in (-signal.SIGABRT, 128 + signal.SIGABRT):
                deaths += 1
                continue
            break
        self.assertGreaterEqual(deaths, 2)
        # Sanitizers take the signal, so that nobody knows whose fault it was, and there are more attempts.
        self.assertLessEqual(deaths, 8)
        self.assertEqual(len(self.alerts()), 2, run.log)
        letters = self.entente("dead-letters", "list", "--format", "jsonl")
        self.assertEqual(len(letters.out.splitlines()), 1, letters.log)

    def test_a_source_that_fails_is_told_once_and_again_when_it_works(self):
        self.server.routes["/one"] = (500, {}, b"")
        self.configure(self.source("one", "/one", "interval = 1s", "interval_max = 1s"), self.PACT, self.WATCH)
        process = self.start()
        self.wait_for(lambda: len(self.server.seen("/one")) >= 3, "three fetches")
        self.assertEqual(self.log().count("the server answers 500"), 1, self.log())
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.wait_for(self.alerts, "the alert")
        self.wait_for_log("source.one: works again")
        self.assertEqual(self.stop(process), 0)

    def test_help_and_version_and_wrong_usage(self):
        import subprocess
        entented = BUILD / "entented"
        text = subprocess.run([entented, "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertIn("--once", text)
        self.assertIn("Example", text)
        self.assertRegex(subprocess.run([entented, "--version"], stdout=subprocess.PIPE).stdout.decode(), r"^entented \d")
        self.assertEqual(subprocess.run([entented, "--wrong"], stderr=subprocess.DEVNULL).returncode, 2)
        self.assertEqual(subprocess.run([entented, "-c", "/nowhere.ini"], stderr=subprocess.DEVNULL).returncode, 2)


if __name__ == "__main__":
    unittest.main()
