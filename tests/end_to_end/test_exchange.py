"""Feeds taken over from other readers and given to them."""
import unittest
import xml.etree.ElementTree

from support import SOURCE, EntenteTest

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Reader</title></head><body>
<outline text="Asia"><outline text="Central Asia">
<outline type="rss" text="The Diplomat" xmlUrl="https://diplomat.example/feed?a=1&amp;b=%23x;" language="en"/>
<outline type="rss" text="Новости \\" xmlUrl="feed://news.example/rss"/>
</outline>
<outline type="rss" text="The Diplomat" xmlUrl="https://diplomat.example/feed2"/></outline>
<outline type="rss" text="The Diplomat" xmlUrl="https://other.example/feed"/>
<outline type="rss" text="The Diplomat" xmlUrl="https://third.example/feed"/>
<outline type="rss" text="Again" xmlUrl="https://other.example/feed"/>
<outline type="rss" text="Gopher" xmlUrl="gopher://old.example/"/>
</body></opml>
"""
URLS = {"https://diplomat.example/feed?a=1&b=%23x;", "http://news.example/rss", "https://diplomat.example/feed2",
        "https://other.example/feed", "https://third.example/feed"}


class Exchange(EntenteTest):
    def setUp(self):
        super().setUp()
        (self.folder / "feeds.opml").write_text(OPML)

    def urls(self):
        run = self.entente("export", "--format", "opml")
        self.assertEqual(run.status, 0, run.log)
        tree = xml.etree.ElementTree.fromstring(run.out)
        return {outline.get("xmlUrl"): outline.get("text") for outline in tree.iter("outline") if outline.get("xmlUrl")}

    def test_sections_come_with_names_that_can_be_read(self):
        run = self.entente("import", "feeds.opml", "--output", "feeds.ini")
        self.assertEqual(run.status, 1, run.log)
        self.assertIn("https://other.example/feed stands there twice; 'Again' is left out, for it is 'The Diplomat' again",
                      run.log)
        self.assertIn("gopher://old.example/ is left out: only http and https are fetched", run.log)
        self.assertIn("5 feeds of feeds.opml taken over", run.log)
        text = (self.folder / "feeds.ini").read_text()
        for name in ("asia.central-asia.the-diplomat", "asia.central-asia.news-example", "asia.the-diplomat",
                     "the-diplomat", "the-diplomat-2"):
            self.assertIn("[source.%s]" % name, text)
        self.configure(entente="include = feeds.ini")
        checked = self.entente("check")
        self.assertEqual(checked.status, 0, checked.out + checked.log)
        urls = self.urls()
        self.assertEqual(set(urls), URLS)
        self.assertEqual(urls["https://third.example/feed"], "the-diplomat-2")

    def test_a_list_serves_as_well(self):
        run = self.entente("import", "feeds.opml", "--format", "list", "--output", "feeds.txt")
        self.assertEqual(run.status, 1, run.log)
        self.configure("[sources.world]\nplugin = feed\nlist = feeds.txt")
        checked = self.entente("check")
        self.assertEqual(checked.status, 0, checked.out + checked.log)
        self.assertEqual(set(self.urls()), URLS)

    def test_nothing_is_overwritten(self):
        (self.folder / "feeds.ini").write_text("mine")
        run = self.entente("import", "feeds.opml", "-o", "feeds.ini")
        self.assertEqual(run.status, 2)
        self.assertIn("feeds.ini is there already", run.log)
        self.assertEqual((self.folder / "feeds.ini").read_text(), "mine")

    def test_what_is_no_opml_is_told(self):
        (self.folder / "page.html").write_text("<html></html>")
        run = self.entente("import", "page.html")
        self.assertEqual(run.status, 2)
        self.assertIn("page.html: it is no OPML", run.log)

    def test_the_starter_feeds_are_accepted_and_each_stands_once(self):
        files = sorted((SOURCE / "etc" / "feeds").glob("*.ini"))
        self.assertGreater(len(files), 5)
        self.configure(entente="include = %s" % (SOURCE / "etc" / "feeds" / "*.ini"))
        checked = self.entente("check")
        self.assertEqual(checked.status, 0, checked.out + checked.log)
        sections = sum(path.read_text().count("[source.") for path in files)
        self.assertEqual(len(self.urls()), sections)

    def test_an_export_gives_no_secrets_away(self):
        self.configure("[source.secret]\nplugin = feed\nurl = https://me:hunter2@a.example/feed",
                       "[source.off]\nplugin = feed\nurl = https://b.example/feed\nenabled = no")
        self.assertEqual(set(self.urls()), {"https://a.example/feed"})


if __name__ == "__main__":
    unittest.main()
