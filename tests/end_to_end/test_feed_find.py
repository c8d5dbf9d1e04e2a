"""entente feed find: the feeds of a site on loopback."""
import json
import subprocess
import unittest

from support import ENTENTE, EntenteTest, feed, rss


class FeedFind(EntenteTest):
    def find(self, url, *arguments, private=True):
        command = [ENTENTE, "feed", "find", url, *arguments] + (["--allow-private"] if private else [])
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, cwd=self.folder)

    def rows(self, url, *arguments):
        done = self.find(url, "--format", "jsonl", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    def serve(self, path, html):
        self.server.routes[path] = (200, {"Content-Type": "text/html"}, html.encode())

    def test_feeds_named_in_head_and_body_are_fetched_and_listed(self):
        self.serve("/", "<head><link rel=alternate type='application/rss+xml' title=News href='/news.xml'>"
                        "<link rel=alternate type='application/atom+xml' href='/gone.xml'></head>"
                        "<body><a href='/all/rss'>RSS of everything</a><a href='/about'>About</a></body>")
        self.server.routes["/news.xml"] = feed([("a", "One", "x"), ("b", "Two", "y")])
        self.server.routes["/all/rss"] = (200, {}, rss([("c", "Three", "z")], title="Everything"))
        rows = self.rows(self.server.url)
        self.assertEqual([(row["url"][len(self.server.url):], row["items"], row["format"]) for row in rows],
                         [("/news.xml", 2, "RSS"), ("/all/rss", 1, "RSS")])
        self.assertEqual(rows[1]["title"], "Everything")
        self.assertTrue(rows[0]["newest"].startswith("2023-11-14"))

    def test_the_section_can_be_pasted(self):
        self.serve("/", "<head><link rel=alternate type='application/rss+xml' href='/news.xml?a=1;b=2'></head>")
        self.server.routes["/news.xml"] = feed([("a", "UZB KAZ pact signed", "x")])
        done = self.find(self.server.url)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        text = done.stdout.decode()
        section = text[text.index("[source."):]
        self.assertIn("fulltext = auto", section)
        self.configure(section, self.PACT, self.WATCH)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 1)

    def test_usual_addresses_are_tried_where_the_page_names_none(self):
        self.serve("/", "<head><meta name=generator content='WordPress 6.5.2'></head><body>Hello</body>")
        self.server.routes["/feed/"] = feed([("a", "One", "x")])
        self.assertEqual([row["url"] for row in self.rows(self.server.url)], [self.server.url + "/feed/"])

    def test_one_feed_under_two_addresses_is_listed_once(self):
        self.serve("/", "<a href='/rss'>RSS</a><a href='/rss.xml'>RSS</a>")
        self.server.routes["/rss"] = self.server.routes["/rss.xml"] = feed([("a", "One", "x")])
        self.assertEqual(len(self.rows(self.server.url)), 1)

    def test_an_address_may_be_a_feed_itself(self):
        self.server.routes["/f"] = feed([("a", "One", "x")])
        self.assertEqual([row["url"] for row in self.rows(self.server.url + "/f")], [self.server.url + "/f"])

    def test_a_site_without_feeds_is_told(self):
        self.serve("/", "<p>Nothing</p>")
        done = self.find(self.server.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no feed that could be found", done.stderr.decode())

    def test_a_page_that_cannot_be_had_is_told(self):
        done = self.find(self.server.url + "/gone")
        self.assertEqual(done.returncode, 2)
        self.assertIn("404", done.stderr.decode())

    def test_private_addresses_are_refused_unless_allowed(self):
        self.server.routes["/f"] = feed([("a", "One", "x")])
        done = self.find(self.server.url + "/f", private=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("loopback", done.stderr.decode())
        self.assertEqual(self.server.seen("/f"), [])


if __name__ == "__main__":
    unittest.main()
