"""The program of exec inside the limits of its instance: it does its work, and what it must not do it cannot."""
import json
import unittest

from support import EntenteTest, feed

PAIRS = ("UZB KAZ", "FIN SWE", "RUS BLR")

# Told on standard error, which goes to the log.
SCRIPT = """#!/bin/sh
cat >/dev/null
tell() { if "$@" >/dev/null 2>&1; then echo "$* done" >&2; else echo "$* refused" >&2; fi; }
%s
"""


class Confined(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("g%d" % i, "%s pact signed" % pair, "Text.") for i, pair in enumerate(PAIRS)])

    def sink(self, script, *lines):
        folder = self.folder / "programs"
        folder.mkdir()
        program = folder / "handle"
        program.write_text(SCRIPT % script)
        program.chmod(0o755)
        self.configure(self.source("news", "/feed", "interval = 1h"), self.PACT,
                       "[watch.pacts]\nwhen = type = agreement\nto = prog",
                       "\n".join(["[sink.prog]", "plugin = exec", "command = %s" % program, "mode = once", *lines]))

    def states(self):
        run = self.entente("delivery", "list", "--format", "jsonl")
        return [json.loads(line)["state"] for line in run.out.splitlines()]

    def test_a_script_works_in_a_sandbox_and_reaches_nothing_else(self):
        other = self.folder / "other"
        other.write_text("kept")
        self.sink("tell cat /etc/passwd; tell cp /bin/true %s; tell cat $0; tell touch $TMPDIR/seen; "
                  "tell /usr/bin/python3 -c 'import socket; socket.socket()'" % other, "isolate = sandbox", "sandbox = required")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.states(), ["delivered"] * len(PAIRS))
        for told in ("cat /etc/passwd refused", "cp /bin/true %s refused" % other, "handle done", "/seen done",
                     "socket.socket() refused"):
            self.assertIn(told, run.log)
        self.assertEqual(other.read_text(), "kept")

    def test_a_process_of_its_own_has_all_else(self):
        self.sink("tell cat /etc/passwd", "isolate = process")
        run = self.run_once()
        self.assertEqual(self.states(), ["delivered"] * len(PAIRS), run.log)
        self.assertIn("cat /etc/passwd done", run.log)

    def test_a_fork_bomb_costs_the_program(self):
        self.sink("while :; do sleep 30 & done", "isolate = sandbox", "processes_max = 16", "timeout = 60s")
        self.start()
        self.wait_for_log("the program was ended: it started ")
        self.assertIn("processes, and may have 16", self.log())

    def test_memory_past_its_limit_costs_the_program(self):
        self.sink("/usr/bin/python3 -c 'import time; x = b\"x\" * (300 << 20); time.sleep(60)'", "isolate = process",
                  "memory_max = 100M", "timeout = 90s")
        self.start()
        self.wait_for_log("memory_max is 100 MiB")

    def test_limits_without_isolation_are_told_to_do_nothing(self):
        self.sink("true", "processes_max = 3")
        run = self.entente("check")
        self.assertIn("processes_max has no effect", run.out + run.log)


if __name__ == "__main__":
    unittest.main()
