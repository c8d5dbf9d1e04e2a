"""The sink jsonl: rotation, and repeats that it drops, also behind a rotation and in the middle of a digest."""
import json
import sqlite3
import unittest
from datetime import datetime

from support import EntenteTest, feed

STATES = ("UZB", "KAZ", "FIN", "SWE", "RUS", "BLR", "KEN", "UGA", "NOR", "DNK", "PER", "CHL", "IND", "VNM", "POL", "ROU")
PAIRS = [(a, b) for i, a in enumerate(STATES) for b in STATES[i + 1:]]


class Jsonl(EntenteTest):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "log.jsonl"

    def sink(self, *lines, watch=()):
        self.configure(self.source("news", "/feed", "interval = 1s", "interval_min = 1s"), self.PACT,
                       "\n".join(["[watch.pacts]", "when = type = agreement", "to = log", *watch]),
                       "\n".join(["[sink.log]", "plugin = jsonl", "path = %s" % self.path, *lines]))

    def bring(self, first, last):
        self.server.routes["/feed"] = feed([("g%d" % i, "%s %s pact signed" % PAIRS[i], "Text.") for i in range(first, last)])

    def run_good(self):
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def files(self):
        return sorted(path.name for path in self.folder.glob("log.jsonl*"))

    def lines(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def all_lines(self):
        return [line for name in self.files() for line in self.lines(name)]

    def forget_settlements(self, where="1"):
        """As if the process had died before the store noted what was written."""
        base = sqlite3.connect(self.folder / "state" / "entente.db")
        with base:
            base.execute("UPDATE delivery SET state=CASE WHEN carrier<>0 THEN 3 ELSE 0 END, settled=NULL WHERE " + where)
            base.execute("DELETE FROM delivery_attempt")
        base.close()

    def test_files_are_moved_by_size_and_the_newest_are_kept(self):
        self.sink("rotate_size = 4k", "keep = 3")
        for start in range(0, 40, 5):
            self.bring(start, start + 5)
            self.run_good()
        self.assertEqual(self.files(), ["log.jsonl", "log.jsonl.1", "log.jsonl.2", "log.jsonl.3"])
        newest = [line["created"] for name in ("log.jsonl.3", "log.jsonl.2", "log.jsonl.1", "log.jsonl") for line in self.lines(name)]
        # A whole second is written without a fraction, so the texts themselves do not sort.
        self.assertEqual(newest, sorted(newest, key=datetime.fromisoformat))
        ids = [line["delivery"] for line in self.all_lines()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_nothing_is_lost_between_files(self):
        self.sink("rotate_size = 2k", "keep = 100", "batch = 1")
        self.bring(0, 40)
        self.run_good()
        self.assertGreater(len(self.files()), 5)
        self.assertEqual(len({line["delivery"] for line in self.all_lines()}), 40)

    def test_files_are_moved_by_age(self):
        self.sink("rotate_after = 1s")
        self.bring(0, 2)
        self.run_good()
        self.bring(2, 4)
        self.wait_for(lambda: self.run_once().status == 0 and "log.jsonl.1" in self.files() or self.bring(*self.next_pair()),
                      "the second file")

    def next_pair(self):
        self.at = getattr(self, "at", 4) + 1
        return self.at, self.at + 1

    def test_what_comes_again_is_not_written_again_behind_a_rotation(self):
        self.sink("rotate_size = 1k", "batch = 10")
        self.bring(0, 10)
        self.run_good()
        self.forget_settlements()
        self.bring(10, 12)
        self.run_good()
        self.assertIn("log.jsonl.1", self.files())
        self.assertEqual(len(self.all_lines()), 12)
        self.assertEqual(len({line["delivery"] for line in self.all_lines()}), 12)
        # Also when it is the file before that holds it, and this one is fresh.
        self.forget_settlements()
        self.run_good()
        self.assertEqual(len(self.all_lines()), 12)

    def test_nor_is_it_behind_several_rotations(self):
        self.sink("rotate_size = 1", "batch = 1")
        self.bring(0, 5)
        self.run_good()
        self.assertEqual(len(self.files()), 5)
        (self.folder / "log.jsonl.2").rename(self.folder / "log.jsonl.5")  # the gap of a crash within a rotation
        self.forget_settlements()
        self.run_good()
        self.assertEqual(len(self.all_lines()), 5)

    def test_of_a_digest_that_was_half_written_the_rest_is_written(self):
        self.sink(watch=("digest = weekly mon 07:30",))
        self.bring(0, 8)
        self.run_good()
        self.entente("delivery", "retry", "--sink", "log", "--state", "held")
        self.run_good()
        whole = self.path.read_text()
        self.assertEqual(len(whole.splitlines()), 8)
        for cut in (len(whole) // 2, whole.index("\n") + 1, whole.rindex("\n", 0, -1) + 1, 10, 0):
            self.path.write_text(whole[:cut])
            self.forget_settlements()
            self.run_good()
            self.assertEqual(self.path.read_text(), whole)

    def test_a_template_makes_the_line_and_repeats_are_known_all_the_same(self):
        template = self.folder / "line.json"
        template.write_text('{\n "text": "{{headline}}",\n "who": [{{#event.actors}}"{{id}}", {{/event.actors}}""],'
                            ' "count": {{count}}\n}\n')
        self.sink("template = %s" % template, watch=("digest = weekly mon 07:30",))
        self.bring(0, 3)
        self.run_good()
        for _ in range(2):
            self.entente("delivery", "retry", "--sink", "log", "--state", "held,pending")
            self.run_good()
            lines = self.all_lines()
            self.assertEqual(len(lines), 3)
            self.forget_settlements()
        self.assertEqual([list(line) for line in lines], [["delivery", "text", "who", "count"]] * 3)
        self.assertEqual({tuple(sorted(line["who"])) for line in lines}, {("", *sorted(PAIRS[i])) for i in range(3)})
        for line in lines:
            self.assertTrue(all(actor in line["text"] for actor in line["who"]), line)
        self.assertEqual(len({line["text"] for line in lines}), 3)

    def test_a_template_that_makes_no_object_is_told_and_nothing_is_lost(self):
        template = self.folder / "line.json"
        self.sink("template = %s" % template, "retry_min = 1s", "retry_max = 1s", "give_up = 1m")
        self.bring(0, 2)
        for wrong, words in (('{"text": {{headline}}}', "makes no JSON"), ('["{{headline}}"]', "no JSON object"),
                             ('{"delivery": "{{headline}}"}', "by itself")):
            template.write_text(wrong)
            self.run_once()
            self.assertIn(words, self.entente("delivery", "list").out + self.log())
        template.write_text('{"text": "{{headline}}"}')
        self.entente("delivery", "retry", "--sink", "log", "--state", "pending,dead")
        self.run_good()
        self.assertEqual(len(self.all_lines()), 2)

    def test_a_gap_that_a_crash_left_loses_no_file(self):
        self.sink("rotate_size = 1k", "keep = 3")
        (self.folder / "log.jsonl.1").write_text("one\n")
        (self.folder / "log.jsonl.3").write_text("three\n")
        for start in range(0, 4, 2):
            self.bring(start, start + 2)
            self.run_good()
        self.assertEqual((self.folder / "log.jsonl.2").read_text(), "one\n")
        self.assertEqual((self.folder / "log.jsonl.3").read_text(), "three\n")


if __name__ == "__main__":
    unittest.main()
