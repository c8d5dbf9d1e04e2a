"""Tests of @NAME@: `make check` runs them."""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("@NAME@.py")
specification = importlib.util.spec_from_file_location("program", PROGRAM)
program = importlib.util.module_from_spec(specification)
specification.loader.exec_module(program)
ONE = {"delivery": "d1", "headline": "FIRST"}
DIGEST = {"delivery": "d2", "alerts": [{"headline": "SECOND"}, {"headline": "THIRD"}]}


class Sink(unittest.TestCase):
    def test_each_alert_is_a_line(self):
        self.assertEqual(program.lines(ONE), ["d1 FIRST"])
        self.assertEqual(program.lines(DIGEST), ["d2 SECOND", "d2 THIRD"])

    def test_each_line_is_answered(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, str(PROGRAM), folder + "/alerts.txt"], capture_output=True, text=True,
                                  input=json.dumps(ONE) + "\n" + json.dumps(DIGEST) + "\n", timeout=60, check=True)
            answers = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual([(answer["delivery"], answer["result"]) for answer in answers], [("d1", "ok"), ("d2", "ok")])
            self.assertEqual(pathlib.Path(folder, "alerts.txt").read_text().splitlines(), ["d1 FIRST", "d2 SECOND", "d2 THIRD"])

    def test_what_cannot_be_written_is_tried_again(self):
        self.assertEqual(program.handle(ONE, "/nowhere/alerts.txt")["result"], "retry")


unittest.main()
