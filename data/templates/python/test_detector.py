"""Tests of @NAME@: `make check` runs them."""
import pathlib
import unittest

from entente_program import trial

PLUGIN = pathlib.Path(__file__).with_name("@NAME@.py")


def event(number, actor, revision=1):
    return {"type": "event", "record": {"id": "e%d" % number, "revision": revision, "actors": [{"id": actor}]}}


class Detector(unittest.TestCase):
    def test_every_second_event_is_told(self):
        works = [event(1, "NOR"), event(1, "NOR", revision=2), event(2, "SWE"), event(3, "NOR"), event(4, "NOR")]
        told = trial(PLUGIN, "detector", {"actor": "NOR", "every": 2}, *works)
        self.assertEqual([[finding["id"] for finding in findings] for findings, _ in told], [[], [], [], ["NOR 2"], []])
        self.assertEqual(told[-1][1]["state"], 3)


unittest.main()
