"""Snapshots over the real programs: frozen, exported again byte for byte, changed and found out, compared with the archive
after news came."""
import hashlib
import json
import unittest

from support import EntenteTest

ARTICLES = [
    {"id": "a1", "title": "Ankara hands six patrol boats to Mogadishu", "url": "https://one.example/a1",
     "date": "2024-05-20T08:00:00Z",
     "body": "Turkey handed six used patrol boats to Somalia on Sunday, the defence ministry said."},
    {"id": "a2", "title": "Thai and Chinese troops open drill", "url": "https://one.example/a2",
     "date": "2024-05-21T08:00:00Z",
     "body": "Thai and Chinese paratroopers opened a joint exercise near Lopburi on Monday."},
    {"id": "a3", "title": "Pact signed", "url": "https://one.example/a3", "date": "2024-05-22T08:00:00Z",
     "body": "Greece and Egypt signed a defence cooperation agreement in Cairo on Tuesday."},
]


class Snapshots(EntenteTest):
    def setUp(self):
        super().setUp()
        self.archive = self.folder / "archive"
        self.archive.mkdir()
        self.configure("[source.archive]\nplugin = files\npath = %s" % self.archive,
                       "[classifier.coder]\nplugin = coder")
        self.feed(ARTICLES)

    def feed(self, articles):
        count = len(list(self.archive.iterdir()))
        (self.archive / ("%d.jsonl" % count)).write_text("".join(json.dumps(one) + "\n" for one in articles))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def run_entente(self, *words, status=0):
        run = self.entente(*words)
        self.assertEqual(run.status, status, run.out + run.log)
        return run

    def file(self, name):
        return self.folder / "state" / "snapshots" / f"{name}.jsonl"

    def test_it_is_made_again_byte_for_byte(self):
        made = self.run_entente("snapshot", "one", "--when", "type in (arms_transfer, exercise, agreement)").out
        digest = made.split("SHA-256 ")[1].strip()
        lines = self.file("one").read_bytes()
        counted = lines[:lines.rindex(b',"sha256":')]
        self.assertEqual(hashlib.sha256(counted).hexdigest(), digest)
        before = {form: self.run_entente("snapshot", "export", "one", "--format", form).out
                  for form in ("csv", "jsonl", "geojson", "trade", "cameo")}
        live = self.run_entente("events", "--order", "number", "--reverse", "--format", "csv", "--when",
                                "type in (arms_transfer, exercise, agreement)").out
        self.assertEqual(before["csv"], live)
        self.assertIn("https://one.example/a1", before["csv"])
        self.feed([{"id": "b1", "title": "Greece and Egypt sign pact", "url": "https://two.example/b1",
                    "date": "2024-05-23T08:00:00Z",
                    "body": "Greece and Egypt signed a defence cooperation agreement in Cairo, officials confirmed."}])
        for form, rows in before.items():
            self.assertEqual(self.run_entente("snapshot", "export", "one", "--format", form).out, rows)
        verified = self.run_entente("snapshot", "verify", "one", digest[:12], "--archive").out
        rows = before["csv"].count("\n") - 1
        self.assertIn(f"archive: {rows} of {rows} rows are there as they were frozen", verified)
        self.assertIn(digest[:16], self.run_entente("snapshot", "list").out)
        shown = self.run_entente("snapshot", "show", "one").out
        for part in ("--when 'type in", "Coded by", "Codebook", digest[:12]):
            self.assertIn(part, shown)

    def test_what_moved_between_two_is_told(self):
        self.run_entente("snapshot", "one")
        self.run_entente("snapshot", "same")
        self.assertIn("0 changed, 0 added, 0 gone, 3 as they were", self.run_entente("snapshot", "compare", "one", "same").out)
        rows = {json.loads(line)["type"]: json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()}
        self.run_entente("event", "set", rows["arms_transfer"]["id"], "status=signed")
        self.run_entente("event", "reject", rows["exercise"]["id"])
        # An earlier report founds the pact's event: it has another id now.
        self.feed([{"id": "b1", "title": "Greece and Egypt sign pact", "url": "https://two.example/b1",
                    "date": "2024-05-21T12:00:00Z",
                    "body": "Greece and Egypt signed a defence cooperation agreement in Cairo on Tuesday."},
                   {"id": "b2", "title": "Course", "url": "https://two.example/b2", "date": "2024-05-23T08:00:00Z",
                    "body": "Norway began training Latvian soldiers on Wednesday."}])
        self.run_entente("snapshot", "two")
        told = self.run_entente("snapshot", "compare", "one", "two", status=1).out
        self.assertIn("2 changed, 1 added, 1 gone, 0 as they were", told)
        self.assertRegex(told, r"changed +[0-9a-f]{8}  arms_transfer [A-Z, ]+: .*status completed -> signed")
        self.assertRegex(told, r"changed +[0-9a-f]{8}  agreement [A-Z, ]+ \(was %s\): .*; sources" %
                         rows["agreement"]["id"][:8])
        self.assertRegex(told, "added +[0-9a-f]{8}  training")
        self.assertRegex(told, "gone +%s  exercise" % rows["exercise"]["id"][:8])
        lines = [json.loads(line) for line in
                 self.run_entente("snapshot", "compare", "one", "two", "--format", "jsonl", status=1).out.splitlines()]
        self.assertEqual(sorted(line["change"] for line in lines), ["added", "changed", "changed", "gone"])
        self.run_entente("snapshot", "compare", "one", "none", status=2)

    def test_what_was_changed_is_found_out(self):
        self.run_entente("snapshot", "one")
        whole = self.file("one").read_bytes()
        lines = whole.splitlines(keepends=True)
        self.assertGreaterEqual(len(lines), 5)
        changed = [whole.replace(b"Somalia", b"Somalis"), b"".join(lines[:2] + lines[3:]),
                   b"".join(lines[:-1]), whole[:-20], whole + lines[1], b"".join(lines[:1] + lines[1:2] + lines[1:]),
                   lines[0].replace(b'"author"', b'"author "') + b"".join(lines[1:]),
                   whole.replace(b'"stamps":{', b'"stamps":{"x":1,'), b"", b"{}\n"]
        for index, content in enumerate(changed):
            with self.subTest(change=index):
                self.assertNotEqual(content, whole)
                self.file("one").write_bytes(content)
                self.run_entente("snapshot", "verify", "one", status=1)
                self.assertEqual(self.run_entente("snapshot", "export", "one", status=2).out, "")
        self.file("one").write_bytes(whole)
        self.run_entente("snapshot", "verify", "one")
        self.assertIn("not the snapshot that was cited",
                      self.run_entente("snapshot", "verify", "one", "0123456789abcdef", status=1).log)

    def test_none_is_written_over_and_names_are_names(self):
        self.run_entente("snapshot", "one")
        self.assertIn("never written over", self.run_entente("snapshot", "one", status=2).log)
        for name in ("../x", ".x", "a b", "x/y", ""):
            self.run_entente("snapshot", "--", name, status=2)
        self.assertIn("there is no snapshot two", self.run_entente("snapshot", "show", "two", status=2).log)
        self.assertEqual([path.name for path in (self.folder / "state" / "snapshots").iterdir()], ["one.jsonl"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
