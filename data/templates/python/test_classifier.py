"""Tests of @NAME@: `make check` runs them."""
import pathlib
import unittest

from entente_program import trial

PLUGIN = pathlib.Path(__file__).with_name("@NAME@.py")


OPTIONS = {"word": "patrol", "actors": ["NOR", "MDA"]}


def item(body):
    return {"type": "item", "record": {"title": "T", "body": body}}


class Classifier(unittest.TestCase):
    def test_the_phrase_makes_a_report_with_evidence(self):
        body = "Dé: two patrol boats"
        [(reports, result), (none, _)] = trial(PLUGIN, "classifier", OPTIONS, item(body), item("Rain"))
        self.assertEqual((len(reports), result["result"], none), (1, "ok", []))
        self.assertEqual([actor["id"] for actor in reports[0]["actors"]], ["NOR", "MDA"])
        evidence = reports[0]["evidence"][0]
        self.assertEqual(body.encode()[evidence["start"]:evidence["end"]].decode(), evidence["quote"])


unittest.main()
