"""A plugin that crashes, hangs, leaks, floods, lies or breaks out costs its own process: each record of everybody else is done
once, the one that killed twice is a dead letter, and what the sandbox refuses stands in the log."""
import json
import os
import pathlib
import time
import unittest

from support import EntenteTest, feed

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0"

STATES = ["UZB", "KAZ", "FRA", "DEU", "POL", "NOR", "JPN", "BRA", "KEN", "CHL"]
PACTS = [(first, second) for first in STATES for second in STATES if first < second][:40]


def stat_of(folder):
    return (folder / "stat").read_text().rsplit(")", 1)[1].split()


def runners_of(daemon):
    """The processes that host plugins."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if int(stat_of(folder)[1]) == daemon and b"\0host\0" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, IndexError):
            continue
    return found


def is_alive(process):
    try:
        return stat_of(pathlib.Path("/proc", str(process)))[0] != "Z"
    except OSError:
        return False


def ticks_of(process):
    """Seconds of processor time."""
    fields = stat_of(pathlib.Path("/proc", str(process)))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class HostileTest(EntenteTest):
    isolate = "sandbox"

    def run_with(self, verb, *lines, body="It is.", isolate=None):
        """A daemon that reads forty good items with a hostile one in their middle."""
        items = [("item-%d" % i, "%s %s pact signed" % pair, "Number %d." % i) for i, pair in enumerate(PACTS)]
        items.insert(20, ("hostile", "HOSTILE " + verb, body))
        self.server.routes["/one"] = feed(items)
        hostile = ["[classifier.hostile]", "plugin = hostile", "isolate = " + (isolate or self.isolate), *lines]
        self.configure(self.source("one", "/one", "interval = 1h"), self.PACT, "\n".join(hostile), self.WATCH)
        return self.start()

    def dead_letters(self):
        out = self.entente("dead-letters", "list", "--format", "jsonl").out
        return [json.loads(line) for line in out.splitlines()]

    def assert_all_done(self):
        self.wait_for(lambda: len(self.alerts()) >= len(PACTS), "an alert for each pact", 90)
        self.assertEqual(len(self.alerts()), len(PACTS))
        self.assertEqual(len({alert["event"]["id"] for alert in self.alerts()}), len(PACTS))
        rows = self.entente("items", "--format", "jsonl", "--limit", "1000").out.splitlines()
        self.assertEqual(len(rows), len(PACTS) + 1)

    def kills(self, verb, *lines, told, **more):
        """The record that does it is a dead letter after its second death; all others are done."""
        process = self.run_with(verb, *lines, **more)
        letters = self.wait_for(self.dead_letters, "a dead letter", 90)
        self.assertEqual(len(letters), 1, letters)
        self.assertIn(told, json.dumps(letters) + self.log())
        self.assert_all_done()
        self.assertIsNone(process.poll(), "the daemon lives")

    def refuses(self, verb, *told, **more):
        """It goes on living; the attempt failed."""
        process = self.run_with(verb, **more)
        self.wait_for_log(verb + ": ")
        self.assertIn(verb + ": refused (", self.log())
        for text in told:
            self.wait_for_log(text)
        self.assert_all_done()
        self.assertEqual(self.dead_letters(), [])
        self.assertIsNone(process.poll(), "the daemon lives")

    # ---- ends ----

    def test_a_crash(self):
        self.kills("crash", told="crashed (SIGSEGV) in classify")

    def test_abort(self):
        self.kills("abort", told="crashed (SIGABRT) in classify")

    def test_a_stack_overflow(self):
        self.kills("overflow", told="crashed (SIGSEGV) in classify")

    def test_a_crash_in_a_thread_of_its_own(self):
        self.kills("crash-elsewhere", told="crashed (SIGSEGV)")

    def test_exit(self):
        self.kills("exit", told="a plugin must not call exit")

    # ---- hangs ----

    def test_a_hang(self):
        self.kills("hang", "hang_after = 1s", told="did not return in time")

    def test_an_endless_loop(self):
        self.kills("spin", "hang_after = 1s", told="did not return in time")

    def test_one_that_stops_itself(self):
        self.kills("stop", "hang_after = 1s", told="did not return in time")

    def outlives_nobody(self, isolate):
        """It has its runner's thread sleep for ever, asks to be spared, and ends with a daemon that is killed all the same."""
        process = self.run_with("deafen", isolate=isolate)
        self.wait_for_log("deafen: it is deaf")
        runners = runners_of(process.pid)
        self.assertGreater(len(runners), 0)
        process.kill()
        process.wait()
        self.wait_for(lambda: not any(is_alive(runner) for runner in runners), "the end of every runner", 10)

    def test_one_in_a_process_that_would_not_see_the_end_of_the_daemon(self):
        self.outlives_nobody("process")

    def test_one_in_a_sandbox_that_would_not_see_the_end_of_the_daemon(self):
        self.outlives_nobody("sandbox")

    def test_as_many_that_hang_as_there_are_threads_hold_up_nobody_else(self):
        hanging = ["[source.hang%d]\nplugin = stillborn\nanswer = hang\nhang_after = 1h\nisolate = %s" % (i, self.isolate)
                   for i in range(3)]
        self.server.routes["/two"] = feed([("item", "UZB KAZ pact signed", "It is.")])
        self.configure(*hanging, self.source("two", "/two", "interval = 1s", "interval_min = 1s"), self.PACT, self.WATCH,
                       entente="threads = 2")
        process = self.start()
        self.wait_for(lambda: len(self.server.seen("/two")) > 3, "fetches of another source")
        self.wait_for(self.alerts, "the alert of what it brings")
        process.terminate()
        self.assertEqual(len([line for line in self.log().splitlines() if "it lives" in line]), 3)

    # ---- takes too much ----

    def test_a_memory_leak(self):
        self.kills("leak", "memory_max = 128M", told="memory_max is 128 MiB")

    def test_more_than_its_share_of_a_core(self):
        process = self.run_with("spin", "cpu_max = 0.1", "hang_after = 1h")
        runner = self.wait_for(lambda: self.runner_of("hostile"), "a runner")
        self.wait_for(lambda: ticks_of(runner) > 0.2, "work in it")
        began, before = time.monotonic(), ticks_of(runner)
        time.sleep(3)
        # Thrice its share, for a machine that has other things to do than to look at it; unheld it had all of a core.
        self.assertLess(ticks_of(runner) - before, 0.3 * (time.monotonic() - began))
        self.assertIsNone(process.poll(), "the daemon lives")

    def test_a_descriptor_leak(self):
        self.refuses("leak-descriptors", "Too many open files")

    def test_a_flood_of_records(self):
        self.refuses("flood", "a record that the plugin emits is not taken")

    def test_a_fork_bomb(self):
        self.refuses("multiply", "Operation not permitted")

    # ---- lies ----

    def test_garbage_on_the_socket(self):
        self.kills("garbage", "hang_after = 20s", told="stopped: ")

    def test_a_socket_that_is_closed(self):
        # Whether the process ends by itself when it finds its socket closed, or is stopped, is a matter of who is first.
        self.kills("hang-up", "hang_after = 2s", told="classify")

    # ---- breaks out ----

    def test_files_of_the_system(self):
        self.refuses("passwd", "Permission denied")

    def test_files_that_no_option_names(self):
        other = self.folder / "other"
        other.write_text("kept")
        self.refuses("read", "Permission denied", body=str(other))

    def test_writing_outside(self):
        other = self.folder / "other"
        other.write_text("kept")
        self.refuses("write", "Permission denied", body=str(other))
        self.assertEqual(other.read_text(), "kept")

    def test_a_connection(self):
        self.refuses("connect", "plugin hostile: the sandbox refused socket(): it opens no socket")

    def test_another_program(self):
        self.refuses("shell", "plugin hostile: the sandbox refused execve(): it runs no program")

    def test_looking_into_the_daemon(self):
        self.refuses("trace", "plugin hostile: the sandbox refused ptrace()")

    def test_killing_the_daemon(self):
        self.refuses("kill", "Operation not permitted")

    # ---- in a process of its own ----

    def test_a_process_of_its_own_makes_no_other(self):
        self.refuses("multiply", "Operation not permitted", isolate="process")

    def test_a_process_of_its_own_crashes_alone(self):
        self.kills("crash", told="crashed (SIGSEGV) in classify", isolate="process")


if __name__ == "__main__":
    unittest.main()
