"""Web archives through the warc plugin."""
import gzip
import json
import unittest

from support import EntenteTest

PARAGRAPHS = "".join("<p>The two ministries said that their delegations had talked about the text for %d months before "
                     "it was ready, and that officers of both countries would now work out what it means.</p>" % i
                     for i in range(2, 8))


def page(title, date="2024-03-05T10:00:00Z"):
    return ('<html><head><title>%s</title><meta property="article:published_time" content="%s"></head><body><nav><a '
            'href="/">Home</a></nav><article><h1>%s</h1>%s</article></body></html>' % (title, date, title, PARAGRAPHS))


def record(url, html, status="200 OK", kind="text/html; charset=utf-8"):
    body = html.encode()
    answer = ("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))).encode() + body
    return ("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nContent-Type: application/http; msgtype=response\r\n"
            "WARC-Date: 2025-01-01T00:00:00Z\r\nContent-Length: %d\r\n\r\n" % (url, len(answer))).encode() + answer + b"\r\n\r\n"


class Warc(EntenteTest):
    def setUp(self):
        super().setUp()
        self.archive = self.folder / "archive"
        self.archive.mkdir()
        self.configure("\n".join(["[source.crawl]", "plugin = warc", "path = %s" % self.archive]), self.PACT, self.WATCH)

    def items(self):
        return [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]

    def test_news_pages_become_items_and_all_else_is_passed_over(self):
        with open(self.archive / "a.warc.gz", "wb") as file:
            file.write(gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nsoft\r\n\r\n"))
            file.write(gzip.compress(record("https://news.example.org/pact", page("UZB KAZ pact signed"))))
            file.write(gzip.compress(record("https://news.example.org/gone", page("FRA DEU pact signed"), "404 Not Found")))
            file.write(gzip.compress(record("https://news.example.org/i.png", "PNG", kind="image/png")))
        (self.archive / "b.warc").write_bytes(record("https://news.example.org/other", page("ITA ESP pact signed")))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        items = sorted(self.items(), key=lambda item: item["title"])
        self.assertEqual([item["title"] for item in items], ["ITA ESP pact signed", "UZB KAZ pact signed"])
        self.assertEqual(items[1]["published"], "2024-03-05T10:00:00Z")
        self.assertEqual(items[1]["publisher"], "example.org")
        self.assertNotIn("Home", items[1]["body"])
        self.assertEqual(len(self.alerts()), 2)

    def test_a_large_archive_is_read_in_batches_and_a_grown_one_read_on(self):
        path = self.archive / "many.warc.gz"
        with open(path, "wb") as file:
            for i in range(450):
                file.write(gzip.compress(record("https://news.example.org/%d" % i, page("Page %d" % i)), 1))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.items()), 450)
        with open(path, "ab") as file:
            file.write(gzip.compress(record("https://news.example.org/new", page("UZB KAZ pact signed"))))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.items()), 451)
        self.assertEqual(len(self.alerts()), 1)

    def test_a_record_that_is_still_being_written_is_read_once_it_is_whole(self):
        path = self.archive / "live.warc"
        second = record("https://news.example.org/2", page("FRA DEU pact signed"))
        path.write_bytes(record("https://news.example.org/1", page("UZB KAZ pact signed")) + second[:700])
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "live.warc: read no further", "the file ends in the middle of it")
        self.assertEqual(len(self.alerts()), 1)
        with open(path, "ab") as file:
            file.write(second[700:])
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 2)

    def test_what_is_no_archive_is_told_and_the_others_go_on(self):
        (self.archive / "a.warc").write_bytes(b"no archive at all")
        (self.archive / "b.warc.gz").write_bytes(b"\x1f\x8b\x08broken")
        (self.archive / "c.warc").write_bytes(record("https://news.example.org/1", page("UZB KAZ pact signed")))
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assert_log(run, "a.warc: read no further: the record at byte 0: it does not begin with WARC/",
                        "b.warc.gz: read no further")
        self.assertEqual(len(self.alerts()), 1)


if __name__ == "__main__":
    unittest.main()
