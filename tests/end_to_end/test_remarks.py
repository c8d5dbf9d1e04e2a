"""What a classifier remarks of an item is shown to those behind it, wherever they run."""
import json
import unittest

from support import EntenteTest, feed

GERMAN = "Die Bundeswehr und die Streitkräfte der Niederlande haben am Montag eine gemeinsame Übung begonnen, sagte der Sprecher."
RELEVANT = "The military ties of Norway and Sweden remain close, and more joint exercises may follow, the defence minister said."


class Remarks(EntenteTest):
    def test_the_coder_is_heard(self):
        self.server.routes["/feed"] = feed([("a", "Gemeinsame Übung der Streitkräfte begonnen", GERMAN),
                                             ("b", "Defence ministers speak of cooperation", RELEVANT)])
        (self.folder / "mood").write_text("ok")
        for number, isolate in enumerate(("none", "process", "sandbox")):
            with self.subTest(isolate):
                self.configure(self.source("news", "/feed"), "[classifier.coder]\nplugin = coder",
                               "[classifier.fickle]\nplugin = fickle\nafter = coder\nmood = %s" % (self.folder / "mood"),
                               entente="isolate = %s" % isolate)
                self.config.write_text(self.config.read_text().replace("/state", "/state%d" % number))
                run = self.run_once()
                self.assertEqual(run.status, 0, run.log)
                events = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
                self.assertEqual(sorted(event["name"] for event in events), ["relevant: mention", "uncoded: de"])


if __name__ == "__main__":
    unittest.main()
