"""The sources page and sitemap against a real server: new links once, selectors that match nothing, indexes, gzip."""
import gzip
import json
import unittest
from datetime import datetime, timedelta, timezone

from support import EntenteTest, Server
from test_fulltext import PARAGRAPHS, page


class Pages(EntenteTest):
    def items(self):
        rows = [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]
        return {row["url"][len(self.server.url):]: row for row in rows}

    def run_once(self, status=0, **arguments):
        run = super().run_once(**arguments)
        self.assertEqual(run.status, status, run.log)
        return run

    # ---- page

    def serve_list(self, names, tag="a"):
        links = "".join("<li class='item'><a href='%s.html'>Agreement %s signed</a> <span class=day>5 May 2026</span></li>"
                        % (name, name) for name in names)
        self.server.routes["/news/"] = (200, {"Content-Type": "text/html"}, (
            "<html><body><nav><a href='/'>Home</a></nav><ul>%s</ul><!-- %s --></body></html>" % (links, tag)).encode())
        for name in names:
            self.server.routes["/news/%s.html" % name] = page(name)

    def page(self, *lines):
        return "\n".join(["[source.p]", "plugin = page", "url = %s/news/" % self.server.url, "allow_private = yes", *lines])

    def test_all_links_that_are_there_become_items_with_their_pages_text(self):
        self.serve_list(["a", "b"])
        self.configure(self.page("links = '.item a'", "date = .day"), self.PACT, self.WATCH)
        self.run_once()
        items = self.items()
        self.assertEqual(sorted(items), ["/news/a.html", "/news/b.html"])
        self.assertEqual(items["/news/a.html"]["title"], "Agreement a signed")
        self.assertIn("helicopters", items["/news/a.html"]["body"])
        self.assertTrue(items["/news/a.html"]["published"].startswith("2026-05-05"))

    def test_a_link_becomes_an_item_once(self):
        self.serve_list(["a"])
        self.configure(self.page("links = .item a"), self.PACT, self.WATCH)
        self.run_once()
        self.serve_list(["b", "a"], tag="b")
        self.server.routes["/news/a.html"] = page("a", PARAGRAPHS + ["One more sentence, that came later and that is long "
                                                                     "enough to be one."])
        self.run_once()
        self.assertEqual(sorted(self.items()), ["/news/a.html", "/news/b.html"])
        self.assertEqual(len(self.server.seen("/news/a.html")), 1)
        self.assertEqual(self.items()["/news/a.html"]["version"], 1)

    def test_a_selector_that_matches_nothing_any_more_is_told_with_the_page(self):
        self.serve_list(["a"])
        self.configure(self.page("links = .gone a"), self.PACT, self.WATCH)
        run = self.run_once(status=1)
        self.assert_log(run, "links = '.gone a' chooses nothing", "/news/")

    def test_a_selector_that_cannot_be_understood_is_told_by_the_check(self):
        self.configure(self.page("links = 'a['"), self.PACT, self.WATCH)
        run = super().run_once()
        self.assertNotEqual(run.status, 0)
        self.assert_log(run, "the selector 'a[' is not understood at character 3")

    def test_a_page_without_its_text_is_an_item_by_its_title(self):
        self.serve_list(["a", "b"])
        self.server.routes["/news/b.html"] = (500, {}, b"no")
        self.configure(self.page("links = .item a"), self.PACT, self.WATCH)
        self.run_once()
        self.assertEqual(self.items()["/news/b.html"]["title"], "Agreement b signed")

    # ---- sitemap

    def serve_sitemap(self, path, rows, packed=False):
        urls = "".join("<url><loc>%s%s</loc>%s</url>" % (self.server.url, where, (
            "<n:news><n:publication><n:name>T</n:name><n:language>en</n:language></n:publication><n:publication_date>%s"
            "</n:publication_date><n:title>%s</n:title></n:news>" % (when.isoformat(), title)) if title else
            "<lastmod>%s</lastmod>" % when.isoformat()) for where, title, when in rows)
        text = ("<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
                "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>%s</urlset>" % urls).encode()
        self.server.routes[path] = (200, {"Content-Type": "application/gzip" if packed else "application/xml"},
                                    gzip.compress(text) if packed else text)

    def sitemap(self, path, *lines):
        return "\n".join(["[source.s]", "plugin = sitemap", "url = %s%s" % (self.server.url, path), "allow_private = yes",
                          *lines])

    def test_recent_pages_of_a_news_sitemap_become_items(self):
        now = datetime.now(timezone.utc)
        self.serve_sitemap("/s.xml", [("/a", "Agreement a signed", now - timedelta(hours=2)),
                                      ("/old", "Agreement old signed", now - timedelta(days=30))])
        self.server.routes["/a"] = page("a")
        self.configure(self.sitemap("/s.xml"), self.PACT, self.WATCH)
        self.run_once()
        items = self.items()
        self.assertEqual(list(items), ["/a"])
        self.assertEqual(items["/a"]["language"], "en")
        self.assertIn("helicopters", items["/a"]["body"])
        self.run_once()
        self.assertEqual(len(self.server.seen("/a")), 1)

    def test_an_index_is_followed_so_far_and_packed_sitemaps_are_read(self):
        now = datetime.now(timezone.utc)
        index = "".join("<sitemap><loc>%s/%s</loc>%s</sitemap>" % (self.server.url, name, "<lastmod>%s</lastmod>" % when)
                        for name, when in (("new.xml.gz", now.isoformat()), ("broken.xml", now.isoformat()),
                                           ("old.xml", "2019-01-01"), ("index.xml", now.isoformat())))
        self.server.routes["/index.xml"] = (200, {"Content-Type": "text/xml"},
                                            ("<sitemapindex>%s</sitemapindex>" % index).encode())
        self.server.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"},
                                             ("User-agent: *\nSitemap: %s/index.xml\n" % self.server.url).encode())
        self.serve_sitemap("/new.xml.gz", [("/a", None, now), ("/b", None, now)], packed=True)
        self.server.routes["/a"], self.server.routes["/b"] = page("a"), page("b")
        self.configure(self.sitemap("/robots.txt"), self.PACT, self.WATCH)
        run = self.run_once()
        items = self.items()
        self.assertEqual(sorted(items), ["/a", "/b"])
        self.assertEqual(items["/a"]["title"], "Agreement a signed")
        self.assert_log(run, "a sitemap is left out", "broken.xml")
        self.assertEqual(self.server.seen("/old.xml"), [])
        self.assertEqual(len(self.server.seen("/index.xml")), 1)

    def test_a_page_that_is_no_sitemap_is_told(self):
        self.server.routes["/s.xml"] = (200, {"Content-Type": "text/html"}, b"<html><p>Not found</p></html>")
        self.configure(self.sitemap("/s.xml"), self.PACT, self.WATCH)
        self.assert_log(self.run_once(status=1), "this is no sitemap")

    # ---- secrets

    def test_what_gets_one_into_the_feed_is_not_sent_to_pages_elsewhere(self):
        other = Server()
        self.addCleanup(other.close)
        other.routes["/b"] = page("b")
        self.server.routes["/a"] = page("a")
        self.server.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, (
            "<rss><channel><item><guid>a</guid><title>Agreement a signed</title><link>%s/a</link></item><item><guid>b</guid>"
            "<title>Agreement b signed</title><link>%s/b</link></item></channel></rss>" % (self.server.url, other.url)
        ).encode())
        self.configure(self.source("f", "/feed", "fulltext = auto", "bearer = s3cret"), self.PACT, self.WATCH)
        self.run_once()
        self.assertEqual(self.server.seen("/feed")[0].headers.get("authorization"), "Bearer s3cret")
        self.assertEqual(self.server.seen("/a")[0].headers.get("authorization"), "Bearer s3cret")
        self.assertIsNone(other.seen("/b")[0].headers.get("authorization"))


if __name__ == "__main__":
    unittest.main()
