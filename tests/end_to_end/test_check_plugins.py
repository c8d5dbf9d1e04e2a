"""What a plugin itself says of its options is told by entente check at its section; one that crashes, hangs or ends there
costs its own process."""
import os
import time
import unittest

from support import EntenteTest

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0"


class CheckPluginsTest(EntenteTest):
    def check(self, *moods, isolate=None):
        lines = ["isolate = " + isolate] if isolate else []
        self.configure(*("\n".join(["[classifier.m%d]" % i, "plugin = moody", "check = " + mood, *lines])
                         for i, mood in enumerate(moods)), self.WATCH)
        begun = time.monotonic()
        run = self.entente("check")
        return run, time.monotonic() - begun

    def place(self, number):
        lines = self.config.read_text().splitlines()
        return "%s:%d:" % (self.config, lines.index("[classifier.m%d]" % number) + 1)

    def test_what_is_taken_is_fine(self):
        run, _ = self.check("ok", "ok", "ok")
        self.assertEqual(run.status, 0, run.out)
        self.assertIn("is fine", run.out)

    def test_each_is_told_at_its_section(self):
        for isolate in (None, "process", "sandbox"):
            run, took = self.check("refuse", "ok", "crash", "exit", "ok", "hang", isolate=isolate)
            self.assertEqual(run.status, 1, run.out)
            self.assertLess(took, 40)
            for number, told in ((0, "check: was asked to refuse"), (2, "crashed"), (3, "ended"), (5, "stopped")):
                line = next((line for line in run.out.splitlines() if line.startswith(self.place(number))), None)
                self.assertIsNotNone(line, run.out)
                self.assertIn("classifier.m%d: " % number, line)
                self.assertIn(told, line)
            self.assertEqual(run.out.count(": error: "), 4, run.out)

    def test_sinks_that_reach_out_may_be_in_a_sandbox(self):
        sinks = ("[sink.first]\nplugin = syslog", "[sink.second]\nplugin = mqtt\nurl = mqtt://127.0.0.1:1883")
        for isolate in ("process", "sandbox"):
            self.configure(*sinks, entente="isolate = " + isolate)
            run = self.entente("check")
            self.assertEqual(run.status, 0, run.out)


if __name__ == "__main__":
    unittest.main()
