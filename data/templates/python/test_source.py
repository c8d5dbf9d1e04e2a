"""Tests of @NAME@: `make check` runs them."""
import pathlib
import tempfile
import unittest

from entente_program import trial

PLUGIN = pathlib.Path(__file__).with_name("@NAME@.py")


class Source(unittest.TestCase):
    def test_each_new_line_becomes_an_item_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "news.txt")
            path.write_text("First\n\nSecond\nunfinis")
            [(items, result)] = trial(PLUGIN, "source", {"path": str(path)}, {"type": "fetch"})
            self.assertEqual(items, [{"title": "First"}, {"title": "Second"}])
            path.write_text("First\n\nSecond\nunfinished\n")
            [(items, result)] = trial(PLUGIN, "source", {"path": str(path)}, {"type": "fetch"}, state=result["state"])
            self.assertEqual((items, result["result"]), ([{"title": "unfinished"}], "ok"))

    def test_a_file_that_is_not_there_is_tried_again(self):
        [(items, result)] = trial(PLUGIN, "source", {"path": "/nowhere/news.txt"}, {"type": "fetch"})
        self.assertEqual((items, result["result"]), ([], "retry"))


unittest.main()
