"""Articles that GDELT has seen, by its update list and from files."""
import io
import json
import unittest
import zipfile

from support import EntenteTest

PARAGRAPHS = "".join("<p>The two ministries said that their delegations had talked about the text for %d months before "
                     "it was ready, and that officers of both countries would now work out what it means.</p>" % i
                     for i in range(2, 8))


def row(columns, **values):
    texts = {int(name[1:]): value for name, value in values.items()}
    return "\t".join(texts.get(i, "") for i in range(columns))


def gkg(url, title, themes="MILITARY;", published="20240305101500"):
    extras = "<PAGE_PRECISEPUBTIMESTAMP>%s</PAGE_PRECISEPUBTIMESTAMP><PAGE_TITLE>%s</PAGE_TITLE>" % (published, title)
    return row(27, c2="1", c3="example.org", c4=url, c7=themes, c26=extras)


def event(url, code):
    return row(61, c26=code, c60=url)


def zipped(name, lines):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(line + "\n" for line in lines))
    return out.getvalue()


class Gdelt(EntenteTest):
    def gdelt(self, *lines):
        self.configure("\n".join(["[source.world]", "plugin = gdelt", "allow_private = yes", *lines]), self.PACT, self.WATCH)

    def page(self, path, title):
        html = ("<html><head><title>%s</title></head><body><article><h1>%s</h1>%s</article></body></html>"
                % (title, title, PARAGRAPHS))
        self.server.routes[path] = (200, {"Content-Type": "text/html; charset=utf-8"}, html.encode())
        return self.server.url + path

    def publish(self, table, lines):
        name = "20240305101500." + ("gkg.csv" if table == "gkg" else "export.CSV")
        self.server.routes["/" + name + ".zip"] = (200, {"Content-Type": "application/zip"}, zipped(name, lines))
        text = "".join("10 abc %s/20240305101500.%s.zip\n" % (self.server.url, kind)
                       for kind in ("export.CSV", "mentions.CSV", "gkg.csv"))
        self.server.routes["/lastupdate.txt"] = (200, {"Content-Type": "text/plain"}, text.encode())

    def items(self):
        return [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]

    def test_the_graph_by_its_list_with_the_text_of_the_pages(self):
        self.publish("gkg", [gkg(self.page("/a", "UZB KAZ pact signed"), "UZB KAZ pact &amp; more signed"),
                             gkg(self.server.url + "/gone", "FRA DEU pact signed"),
                             gkg(self.page("/b", "ITA ESP pact signed"), "ITA ESP pact signed", themes="TAX_FOOD;"),
                             "no row at all"])
        self.gdelt("url = %s/lastupdate.txt" % self.server.url, "themes = MILITARY, ARMEDCONFLICT")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        items = sorted(self.items(), key=lambda item: item["title"])
        self.assertEqual([item["title"] for item in items], ["FRA DEU pact signed", "UZB KAZ pact & more signed"])
        self.assertIn("delegations had talked", items[1]["body"])
        self.assertEqual(items[1]["published"], "2024-03-05T10:15:00Z")
        self.assertFalse(self.server.seen("/b"))
        self.run_once()
        self.assertEqual(len(self.items()), 2)
        self.assertEqual(len(self.server.seen("/a")), 1)

    def test_events_by_their_codes(self):
        url = self.page("/a", "UZB KAZ pact signed")
        self.publish("events", [event(url, "057"), event(url, "0571"), event(self.page("/b", "War"), "190")])
        self.gdelt("url = %s/lastupdate.txt" % self.server.url, "table = events", "cameo = 057, 062")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual([item["title"] for item in self.items()], ["UZB KAZ pact signed"])
        self.assertEqual(len(self.alerts()), 1)
        self.assertFalse(self.server.seen("/b"))

    def test_files_are_read_in_batches_and_once(self):
        folder = self.folder / "gdelt"
        folder.mkdir()
        lines = [gkg("https://example.org/%d" % i, "Title %d" % i) for i in range(250)]
        (folder / "1.gkg.csv.zip").write_bytes(zipped("1.gkg.csv", lines))
        (folder / "2.gkg.csv").write_text(gkg("https://example.org/pact", "UZB KAZ pact signed") + "\n")
        (folder / "2.export.CSV").write_text(event("https://example.org/x", "057") + "\n")
        (folder / "3.gkg.csv.zip").write_bytes(b"PK broken")
        self.gdelt("path = %s" % folder, "fulltext = no")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "3.gkg.csv.zip: no ZIP archive")
        self.assertEqual(len(self.items()), 251)
        self.assertEqual(len(self.alerts()), 1)
        self.run_once()
        self.assertEqual(len(self.items()), 251)

    def test_a_file_out_of_reach_is_told_and_read_when_it_is_within(self):
        """A sandbox has looked the path up when it began: what takes the file's place is for the next one."""
        path = self.folder / "1.gkg.csv"
        path.write_text(gkg("https://example.org/1", "FRA DEU pact signed") + "\n")
        self.gdelt("path = %s" % path, "fulltext = no", "interval = 1s")
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 1, "the first alert")
        fresh = self.folder / "new"
        fresh.write_text(gkg("https://example.org/2", "UZB KAZ pact signed") + "\n")
        fresh.rename(path)
        self.wait_for(lambda: len(self.alerts()) == 2 or "cannot be read: Permission denied" in self.log(), "what took its place")
        self.processes[-1].terminate()
        self.processes[-1].wait()
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the second alert")

    def test_files_with_the_text_of_their_pages(self):
        folder = self.folder / "gdelt"
        folder.mkdir()
        lines = [gkg(self.page("/%d" % i, "Title %d" % i), "Title %d" % i) for i in range(120)]
        (folder / "1.gkg.csv").write_text("\n".join(lines) + "\n")
        self.gdelt("path = %s" % folder, "max_per_host = 8", "min_delay = 0ms")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        items = self.items()
        self.assertEqual(len(items), 120)
        self.assertTrue(all("delegations had talked" in item["body"] for item in items))
        self.run_once()
        self.assertEqual(len(self.items()), 120)

    def test_options_that_exclude_each_other_are_told(self):
        self.gdelt("url = %s/lastupdate.txt" % self.server.url, "table = events", "fulltext = no")
        self.assert_log(self.run_once(), "the events table has no texts")
        self.gdelt("url = %s/lastupdate.txt" % self.server.url, "cameo = 057")
        self.assert_log(self.run_once(), "themes belong to the table gkg")

    def test_a_list_that_is_none_is_told(self):
        self.server.routes["/lastupdate.txt"] = (200, {"Content-Type": "text/html"}, b"<html>Sorry</html>")
        self.gdelt("url = %s/lastupdate.txt" % self.server.url)
        run = self.run_once()
        self.assertEqual(run.status, 1)
        self.assert_log(run, "the update list names no file of the table")


if __name__ == "__main__":
    unittest.main()
