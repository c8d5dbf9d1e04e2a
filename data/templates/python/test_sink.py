"""Tests of @NAME@: `make check` runs them."""
import pathlib
import tempfile
import unittest

from entente_program import trial

PLUGIN = pathlib.Path(__file__).with_name("@NAME@.py")


ONE = {"type": "delivery", "record": {"delivery": "d1", "headline": "FIRST"}}
DIGEST = {"type": "delivery", "record": {"delivery": "d2", "alerts": [{"headline": "SECOND"}, {"headline": "THIRD"}]}}


class Sink(unittest.TestCase):
    def test_each_alert_is_a_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "alerts.txt")
            results = [result["result"] for _, result in trial(PLUGIN, "sink", {"path": str(path)}, ONE, DIGEST)]
            self.assertEqual(results, ["ok", "ok"])
            self.assertEqual(path.read_text().splitlines(), ["d1 FIRST", "d2 SECOND", "d2 THIRD"])

    def test_what_cannot_be_written_is_tried_again(self):
        [(_, result)] = trial(PLUGIN, "sink", {"path": "/nowhere/alerts.txt"}, ONE)
        self.assertEqual(result["result"], "retry")


unittest.main()
