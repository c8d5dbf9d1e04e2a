"""Tests of @NAME@: `make check` runs them."""
import pathlib
import unittest

from entente_program import trial

PLUGIN = pathlib.Path(__file__).with_name("@NAME@.py")


def item(title):
    return {"type": "item", "record": {"title": title}}


class Transform(unittest.TestCase):
    def test_only_what_holds_the_word_goes_on(self):
        [(_, one), (_, other)] = trial(PLUGIN, "transform", {"word": "patrol"}, item("Two patrol boats"), item("Rain"))
        self.assertEqual((one["result"], one.get("pass")), ("ok", True))
        self.assertEqual((other["result"], other.get("pass")), ("ok", None))


unittest.main()
