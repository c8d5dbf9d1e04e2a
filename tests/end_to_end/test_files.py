"""Archives through the files plugin, and the file that the jsonl sink writes."""
import json
import os
import unittest

from support import EntenteTest, feed


class Files(EntenteTest):
    def setUp(self):
        super().setUp()
        self.archive = self.folder / "archive"
        self.archive.mkdir()

    def files(self, *lines, path=None):
        self.configure("\n".join(["[source.archive]", "plugin = files", "path = %s" % (path or self.archive), *lines]), self.PACT,
                       self.WATCH)

    def items(self):
        return [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]

    def test_texts_pages_and_lines_are_read(self):
        (self.archive / "one.txt").write_text("UZB KAZ pact signed\n\nThe body of it.\n\nAnother paragraph.\n")
        (self.archive / "two.html").write_text(
            '<html><head><title>FRA DEU pact signed</title><meta property="article:published_time" '
            'content="2024-03-05T10:00:00Z"></head><body><p>Text &amp; more.</p><script>no</script></body></html>')
        (self.archive / "below").mkdir()
        (self.archive / "below" / "three.jsonl").write_text(
            '{"id":"1","title":"ITA ESP pact signed","body":"Three.","date":"2023-01-02","url":"https://example.org/1"}\n'
            '{"id":"2","title":"Nothing","body":"Four."}')
        (self.archive / "notes.md").write_text("not an article")
        self.files("class = analysis")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        items = {item["title"]: item for item in self.items()}
        self.assertEqual(sorted(items), ["FRA DEU pact signed", "ITA ESP pact signed", "Nothing", "UZB KAZ pact signed"])
        self.assertEqual(items["FRA DEU pact signed"]["published"], "2024-03-05T10:00:00Z")
        self.assertEqual(items["ITA ESP pact signed"]["published"], "2023-01-02T00:00:00Z")
        self.assertFalse(items["UZB KAZ pact signed"].get("published"))
        self.assertEqual(len(self.alerts()), 3)

    def test_a_newsletter_becomes_an_item_for_each_of_its_articles(self):
        stories = "".join('<h2><a href="https://click.example/%d">Article number %d of this newsletter</a></h2><p>UZB KAZ: the '
                          'text of article %d, which is long enough to be read.</p>' % (i, i, i) for i in range(3))
        (self.archive / "letter.eml").write_text(
            "From: Review <news@review.example>\nSubject: The week\nMessage-ID: <w1@review.example>\n"
            "Date: Tue, 05 Mar 2024 10:15:00 +0200\nContent-Type: text/html\n\n" + stories)
        self.files()
        self.assertEqual(self.run_once().status, 0)
        items = self.items()
        self.assertEqual(sorted(item["title"] for item in items), ["Article number %d of this newsletter" % i for i in range(3)])
        self.assertEqual({item["publisher"] for item in items}, {"review.example"})
        self.assertEqual({item["published"] for item in items}, {"2024-03-05T08:15:00Z"})

    def test_a_bad_line_is_named_and_the_others_go_on(self):
        (self.archive / "a.jsonl").write_text(
            '{"title":"UZB KAZ pact signed","body":"One."}\n{"title": broken\n\n[1,2]\n'
            '{"title":"x","body":"y","date":"some day"}\n{"title":"FRA DEU pact signed","body":"Two."}\n')
        self.files()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "a.jsonl:2: line left out", "a.jsonl:4: line left out: not a JSON object",
                        'a.jsonl:5: line left out: the date "some day" cannot be read')
        self.assertEqual(len(self.items()), 2)

    def test_a_large_archive_is_read_in_batches_and_only_once(self):
        with open(self.archive / "many.jsonl", "w") as file:
            for i in range(1700):
                file.write(json.dumps({"id": str(i), "title": "Item %d" % i, "body": "Body %d" % i}) + "\n")
        self.files()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.items()), 1700)
        with open(self.archive / "many.jsonl", "a") as file:
            file.write('{"id":"new","title":"UZB KAZ pact signed","body":"New."}\n{"id":"half","title":"FRA')
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.items()), 1701)
        with open(self.archive / "many.jsonl", "a") as file:
            file.write(' DEU pact signed","body":"Now whole."}\n')
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.items()), 1702)
        self.assertEqual(len(self.alerts()), 2)

    def test_a_changed_text_is_a_new_version_of_its_item(self):
        path = self.archive / "one.txt"
        path.write_text("UZB KAZ pact signed\n\nThe body.\n")
        self.files()
        self.assertEqual(self.run_once().status, 0)
        path.write_text("UZB KAZ pact signed\n\nThe body, corrected.\n")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len({item["id"] for item in self.items()}), 1)
        self.assertEqual(len(self.alerts()), 1)

    def test_a_mail_is_an_item_once_wherever_it_lies(self):
        mail = ("From: Press <press@news.mod.example>\nSubject: =?utf-8?Q?UZB_KAZ_pact_signed_=E2=80=93_today?=\n"
                "Date: Tue, 05 Mar 2024 10:15:00 +0200\nMessage-ID: <1@mod.example>\n\nThe body.\n")
        (self.archive / "one.eml").write_text(mail)
        (self.archive / "copy.eml").write_text(mail)
        (self.archive / "bad.eml").write_bytes(b"")
        self.files()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "bad.eml: left out")
        items = self.items()
        self.assertEqual([item["title"] for item in items], ["UZB KAZ pact signed – today"])
        self.assertEqual(items[0]["published"], "2024-03-05T08:15:00Z")
        self.assertEqual(items[0]["publisher"], "mod.example")

    def test_what_is_dropped_into_a_watched_folder_is_read_within_seconds(self):
        self.files("interval = 1h")
        (self.archive / "below").mkdir()
        (self.archive / "first.txt").write_text("UZB KAZ pact signed\n\nBody.\n")
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the first alert")
        (self.archive / "below" / "second.txt").write_text("FRA DEU pact signed\n\nBody.\n")
        self.wait_for(lambda: len(self.alerts()) == 2, "the alert of the dropped file")
        (self.archive / "new").mkdir()
        (self.archive / "new" / "third.txt").write_text("ITA ESP pact signed\n\nBody.\n")
        self.wait_for(lambda: len(self.alerts()) == 3, "the alert of a file in a new folder")

    def test_a_single_file_is_read_on_within_seconds_whether_it_grows_or_is_replaced(self):
        path = self.archive / "news.jsonl"
        path.write_text('{"id":"1","title":"UZB KAZ pact signed","body":"One."}\n')
        self.files("interval = 1h", path=path)
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the alert of what was there")
        with open(path, "a") as file:
            file.write('{"id":"2","title":"FIN SWE pact signed","body":"Two."}\n')
        self.wait_for(lambda: len(self.alerts()) == 2, "the alert of what was added")
        fresh = self.archive / "news.new"
        fresh.write_text('{"id":"3","title":"FRA DEU pact signed","body":"Three."}\n')
        fresh.rename(path)
        # A sandbox has looked the path up when it began, so what took the file's place is told, and read by the next one.
        self.wait_for(lambda: len(self.alerts()) == 3 or "cannot open it" in self.log(), "what took its place")
        if len(self.alerts()) < 3:
            self.assertIn("news.jsonl: left out: cannot open it: Permission denied; in a sandbox", self.log())
            self.processes[-1].terminate()
            self.processes[-1].wait()
            self.start()
            self.wait_for(lambda: len(self.alerts()) == 3, "the alert after a restart")
        self.assertEqual(len(self.items()), 3)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_file_that_may_not_be_read_is_named_and_read_when_it_may(self):
        for name in ("one.txt", "two.jsonl"):
            (self.archive / name).write_text('{"title":"UZB KAZ pact signed","body":"One."}\n')
            (self.archive / name).chmod(0)
        self.files()
        for _ in range(2):
            run = self.run_once()
            self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.items(), [])
        self.assertIn("one.txt: left out: cannot open it: Permission denied", self.log())
        self.assertEqual(self.log().count("left out"), 2)
        for name in ("one.txt", "two.jsonl"):
            (self.archive / name).chmod(0o600)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.items()), 2)

    def test_an_archive_that_is_not_there_is_named(self):
        self.files()
        self.config.write_text(self.config.read_text().replace("path = %s" % self.archive, "path = %s-gone" % self.archive))
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "archive-gone")


class Jsonl(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH)

    def test_half_a_line_of_a_crash_is_cut_off(self):
        self.alerts_path.write_text('{"delivery":"00000000000000000000000000000000","id":"x"}\n{"delivery":"0000')
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "cut off an unfinished last line of 17 bytes")
        self.assertEqual(len(self.alerts()), 2)

    def test_what_others_wrote_stays(self):
        self.alerts_path.write_text('{"mine":1}\n{"mine":2}')
        self.assertEqual(self.run_once().status, 0)
        lines = self.alerts_path.read_text().splitlines()
        self.assertEqual(lines[:2], ['{"mine":1}', '{"mine":2}'])
        self.assertEqual(len(lines), 3)

    def test_a_delivery_that_is_there_already_is_not_written_again(self):
        self.assertEqual(self.run_once().status, 0)
        line = self.alerts_path.read_text()
        delivery = json.loads(line)["delivery"]
        # As after a crash between fsync and commit: the line stands, and the store knows nothing of any run.
        import shutil
        shutil.rmtree(self.folder / "state")
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(json.loads(self.alerts_path.read_text().splitlines()[0])["delivery"], delivery)
        self.assertEqual(len(self.alerts()), 1)

    def test_a_file_that_was_moved_away_is_made_anew(self):
        self.assertEqual(self.run_once().status, 0)
        self.alerts_path.rename(self.folder / "old.jsonl")
        self.server.routes["/feed"] = feed([("b", "FRA DEU pact signed", "Two.")])
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual([alert["event"]["actors"][0]["id"] for alert in self.alerts()], ["FRA"])


if __name__ == "__main__":
    unittest.main()
