"""A plugin's object that is replaced while its instance is at work: `entente reload` and SIGHUP check the new one beside the old one
and hand over, with each item done once; a new one that is no good leaves the old one at work."""
import json
import os
import signal
import socket
import unittest

from support import TEST_PLUGINS, EntenteTest, feed

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0:handle_abort=0"

STATES = ["UZB", "KAZ", "FRA", "DEU", "POL", "NOR", "JPN", "BRA", "KEN", "CHL", "FIN", "SWE", "PER", "MEX", "IND", "VNM"]
PAIRS = [(first, second) for first in STATES for second in STATES if first < second]


class ReloadObjects(EntenteTest):
    isolate = "process"

    def setUp(self):
        super().setUp()
        self.object = self.folder / "own.so"
        self.count = 0
        self.rename("first")

    def bring(self, more):
        self.count += more
        items = [("g%d" % i, "%s %s pact signed" % PAIRS[i], "Text.") for i in range(self.count)]
        self.server.routes["/feed"] = feed(items)

    def rename(self, build):
        """As a package manager does: another file under the same name."""
        fresh = self.folder / "own.so.new"
        fresh.write_bytes(self.bytes_of(build))
        os.rename(fresh, self.object)

    @staticmethod
    def bytes_of(build):
        return build if isinstance(build, bytes) else (TEST_PLUGINS / ("pact_%s.so" % build)).read_bytes()

    def begin(self, *lines, items=3, isolate=None):
        self.lines, self.isolated = lines, isolate or self.isolate
        self.bring(items)
        self.write()
        self.process = self.start()
        self.wait_for_log("at work is 1.0, the first was 1.0")

    def write(self, *more):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"),
                       "\n".join(["[classifier.own]", "plugin = %s" % self.object, "isolate = " + self.isolated, "batch = 1",
                                  *self.lines, *more]), self.WATCH)

    def wait_for_all(self):
        self.wait_for(lambda: len(self.alerts()) >= self.count, "an alert for each item", 120)
        self.assertEqual(len(self.alerts()), self.count)
        self.assertEqual(len({alert["event"]["id"] for alert in self.alerts()}), self.count)
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def status(self):
        return json.loads(self.entente("status", "--format", "json").out)

    def row(self):
        return [row for row in self.status()["processors"] if row["name"] == "classifier.own"][0]

    def refused(self, build, *told, name=("own",)):
        """The old one goes on, in its old process."""
        before = self.row()
        self.rename(build)
        run = self.entente("reload", *name)
        self.assertEqual(run.status, 2, run.out + run.log)
        for text in (*told, "the former configuration goes on"):
            self.assertIn(text, run.log)
        self.bring(3)
        self.wait_for_all()
        after = self.row()
        self.assertEqual((after["version"], after["process"], after["since"], after["state"]),
                         ("1.0", before["process"], before["since"], "running"))
        self.assertNotIn("at work is 2.0", self.log())

    # ---- good ones ----

    def take_up(self, reload):
        self.begin(items=60)
        before = self.row()
        self.assertNotIn("replaced", before)
        self.rename("second")
        self.assertIn("'entente reload' takes the new one up", self.entente("status").out)
        reload()
        self.wait_for_log("at work is 2.0, the first was 1.0")
        self.bring(5)
        self.wait_for_all()
        after = self.row()
        self.assertEqual(after["version"], "2.0")
        self.assertNotEqual(after["process"], before["process"])
        self.assertGreater(after["since"], before["since"])
        self.assertNotIn("replaced", after)
        self.assertIn("plugin pact 2.0 in the place of 1.0", self.log())
        self.assertEqual([row["version"] for row in self.status()["processes"] if row["plugin"] == "pact"], ["2.0"])
        self.assertFalse(os.path.exists("/proc/%d" % before["process"]))

    def by_name(self):
        run = self.entente("reload", "own")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("pact 2.0 in the place of 1.0", run.out)

    def test_a_new_one_takes_over_with_work_under_way(self):
        self.take_up(self.by_name)

    def test_a_plain_reload_takes_it_up_as_well(self):
        self.take_up(lambda: self.process.send_signal(signal.SIGHUP))

    def test_one_after_the_other_under_load_loses_and_doubles_nothing(self):
        self.begin(items=100)
        for turn in range(6):
            self.rename("first" if turn % 2 else "second")
            run = self.entente("reload", "classifier.own")
            self.assertEqual(run.status, 0, run.log)
        self.wait_for_all()
        self.assertEqual(self.entente("dead-letters", "list", "--format", "jsonl").out, "")

    def test_overwritten_in_place_it_is_taken_up(self):
        """Its pages change under the old one, which may die of that; what is written there is taken up by the reload only."""
        self.begin()
        self.wait_for_all()
        with open(self.object, "r+b") as file:
            file.truncate(0)
            file.write(self.bytes_of("second"))
        self.bring(3)
        run = self.entente("reload", "own")
        self.assertEqual(run.status, 0, run.log + self.log())
        self.wait_for_log("at work is 2.0, the first was 1.0")
        self.wait_for_all()

    def test_a_process_that_ends_does_not_come_back_with_an_object_that_nobody_checked(self):
        self.begin()
        self.wait_for_all()
        self.rename("second")
        os.kill(self.row()["process"], signal.SIGKILL)
        self.bring(3)
        self.wait_for_log("has changed since it was looked at; 'entente reload' checks the new one")
        self.assertNotIn("at work is 2.0", self.log())
        self.assertEqual(self.entente("reload").status, 0)
        self.wait_for_log("at work is 2.0, the first was 1.0")
        self.wait_for_all()

    def test_by_name_it_gets_a_new_process_though_nothing_has_changed(self):
        self.begin()
        before = self.row()["process"]
        for name in ("own", "classifier.own", "pact"):
            run = self.entente("reload", name)
            self.assertEqual(run.status, 0, run.log)
            self.assertIn("made anew: " + name, run.out)
            after = self.row()["process"]
            self.assertNotEqual(after, before)
            before = after
        self.assertEqual(self.entente("reload").status, 0)
        self.assertEqual(self.row()["process"], before)
        self.bring(3)
        self.wait_for_all()

    def test_a_name_that_nothing_has_is_told_with_the_nearest(self):
        self.begin()
        run = self.entente("reload", "classifier.owm")
        self.assertEqual(run.status, 2)
        self.assertIn("did you mean 'classifier.own'?", run.log)

    def test_in_the_daemon_itself_it_needs_a_restart_and_is_told_so(self):
        self.begin(isolate="none")
        self.rename("second")
        self.assertIn("needs a restart", self.entente("status").out)
        run = self.entente("reload")
        self.assertEqual(run.status, 0, run.log)
        self.assertIn("classifier.own needs a restart of entented", run.out)
        run = self.entente("reload", "own")
        self.assertEqual(run.status, 2, run.out)
        self.assertIn("restart entented to use the new one", run.log)
        self.bring(3)
        self.wait_for_all()
        self.assertEqual(self.row()["version"], "1.0")

    def test_systemd_bears_a_reload_that_takes_longer_than_its_watchdog(self):
        """What checks the new one may take minutes, and the thread that tells the watchdog waits for it."""
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(told.close)
        told.bind(str(self.folder / "notify"))
        told.settimeout(30)
        for name, value in (("NOTIFY_SOCKET", str(self.folder / "notify")), ("WATCHDOG_USEC", "60000000")):
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
        self.begin()
        began = self.receive(told, "READY=1", "without libsystemd")
        if began is None:
            self.skipTest("built without libsystemd")
        self.assertIn("EXTEND_TIMEOUT_USEC=3600000000", began)
        self.assertRegex(" ".join(began), r"STATUS=1 source, \d processors?, \d watch")
        self.assertEqual(self.entente("reload", "own").status, 0)
        lines = self.receive(told, "WATCHDOG_USEC=60000000")
        self.assertLess(lines.index("RELOADING=1"), lines.index("WATCHDOG_USEC=3600000000"))
        self.assertIn("READY=1", lines[lines.index("WATCHDOG_USEC=3600000000"):])
        self.assertTrue(any(line.startswith("STATUS=reloaded") for line in lines), lines)

    def receive(self, told, until, otherwise=None):
        lines = []
        while until not in lines:
            try:
                lines += told.recv(4096).decode().splitlines()
            except TimeoutError:
                if otherwise:
                    return None
                self.fail("%s was not told but %s" % (until, lines))
        return lines

    # ---- bad ones ----

    def test_one_that_crashes_in_create(self):
        self.begin()
        self.refused("crash_in_create", "crashed (SIGABRT) in create")

    def test_one_whose_check_fails(self):
        self.begin()
        self.refused("fail_in_check", "not on this machine")

    def test_one_that_crashes_in_start(self):
        self.begin()
        self.refused("crash_in_start", "crashed (SIGABRT) in start")

    def test_one_whose_start_fails(self):
        self.begin()
        self.refused("fail_in_start", "cannot be started (RETRY): cannot reach what it needs")

    def test_one_that_hangs_in_start(self):
        self.begin("hang_after = 1s")
        self.refused("hang_in_start", "did not return in time")

    def test_one_that_lacks_an_option_that_is_set(self):
        self.begin("tone = loud")
        self.refused("lacks_option", "tone")

    def test_one_that_wants_an_option_more_is_taken_up_when_it_has_it(self):
        self.begin()
        self.refused("wants_option", "shade")
        self.write("shade = dark")
        self.assertEqual(self.entente("reload").status, 0, self.log())
        self.bring(2)
        self.wait_for_log("at work is 2.0, the first was 1.0")
        self.wait_for_all()

    def test_one_of_an_older_interface(self):
        self.begin()
        self.refused((TEST_PLUGINS / "wrong_major.so").read_bytes(), "interface", name=())

    def test_one_that_is_cut_short(self):
        self.begin()
        self.refused(self.bytes_of("second")[:5000], "truncated", name=())


class ReloadObjectsInSandbox(ReloadObjects):
    isolate = "sandbox"


if __name__ == "__main__":
    unittest.main()
