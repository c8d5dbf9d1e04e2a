"""What is one item, and what a version of it, as feeds really change: each through two fetches of a real feed."""
import json
import sqlite3
import unittest

from support import EntenteTest

BODY = "The ministers met for the third time this year and signed what their experts had prepared over the summer."


def entry(guid, title, link, body=BODY, date="Tue, 14 Nov 2023 22:13:20 GMT"):
    return (("<item>%s<title>%s</title><link>https://news.example%s</link><pubDate>%s</pubDate>"
             "<description>%s</description></item>")
            % ('<guid isPermaLink="false">%s</guid>' % guid if guid else "", title, link, date, body))


class Identity(EntenteTest):
    def fetch(self, *entries, path="/feed"):
        document = "<rss version='2.0'><channel><title>News</title>%s</channel></rss>" % "".join(entries)
        self.server.routes[path] = (200, {}, document.encode())
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def setUp(self):
        super().setUp()
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH)

    def items(self):
        """(title, version) of each item's current version."""
        lines = self.entente("items", "--format", "jsonl").out.splitlines()
        return sorted((item["title"], item["version"]) for item in map(json.loads, lines) if not item["superseded"])

    def test_the_same_again_is_nothing_new(self):
        self.fetch(entry("1", "FRA DEU pact", "/a"))
        self.fetch(entry("1", "FRA DEU pact", "/a") + " ")
        self.assertEqual(self.items(), [("FRA DEU pact", 1)])

    def test_a_changed_guid_is_the_same_item(self):
        self.fetch(entry("1", "FRA DEU pact", "/a"))
        self.fetch(entry("1#new", "FRA DEU pact", "/a", date="Tue, 14 Nov 2023 23:00:00 GMT"))
        self.assertEqual(self.items(), [("FRA DEU pact", 1)])
        self.assertEqual(len(self.alerts()), 1)

    def test_a_changed_guid_and_text_are_a_new_version(self):
        self.fetch(entry("1", "FRA DEU pact", "/a"))
        self.fetch(entry("2", "FRA DEU pact", "/a", BODY + " And more."))
        self.assertEqual(self.items(), [("FRA DEU pact", 2)])
        self.assertEqual(len(self.alerts()), 1)

    def test_a_title_corrected_under_the_same_link_is_a_new_version(self):
        self.fetch(entry(None, "FRA DEU pakt", "/a?utm_source=rss"))
        self.fetch(entry(None, "FRA DEU pact", "/a?utm_source=feed"))
        self.assertEqual(self.items(), [("FRA DEU pact", 2)])
        self.fetch(entry("x", "FRA DEU pact, corrected", "/a"))  # same time of publication
        self.assertEqual(self.items(), [("FRA DEU pact, corrected", 3)])
        self.assertEqual(len(self.alerts()), 1)

    def test_an_item_issued_again_is_the_same_also_when_it_stays(self):
        self.fetch(entry("1", "FRA DEU pact", "/world/ministers-sign-pact"))
        again = entry("77", "FRA DEU pact", "/europe/ministers-sign-pact", date="Wed, 15 Nov 2023 08:00:00 GMT")
        self.fetch(again)
        self.assertEqual(self.items(), [("FRA DEU pact", 1)])
        with sqlite3.connect(self.folder / "state" / "entente.db") as database:
            database.execute("UPDATE item SET fetched=fetched-30*86400*1000")
        database.close()
        self.fetch(again, "<!-- -->")
        self.assertEqual(self.items(), [("FRA DEU pact", 1)])
        self.assertEqual(len(self.alerts()), 1)

    def test_an_edited_text_is_a_version_and_no_second_source(self):
        self.fetch(entry("1", "FRA DEU pact", "/a"))
        self.fetch(entry("1", "FRA DEU pact", "/a", BODY + " Corrected."))
        self.assertEqual(self.items(), [("FRA DEU pact", 2)])
        events = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
        self.assertEqual([len(event["sources"]) for event in events], [1])

    def test_different_items_stay_apart(self):
        # One text under several addresses, one link for all, as feeds of notices have; equal titles; a live page whose entries share link and title.
        self.fetch(entry("1", "FRA DEU pact", "/"), entry("2", "FRA ITA pact", "/"), entry("3", "Notice", "/n1", "One."),
                   entry("4", "Notice", "/n2", "Two."), entry("5", "Live", "/live", "First."),
                   entry("6", "Live", "/live", "Second."), entry("10", "Notice to all", "/notice-of-monday"))
        first = self.items()
        self.assertEqual(len(first), 7)
        self.fetch(entry("7", "FRA ESP pact", "/"), entry("8", "Notice", "/n3", "Three."),
                   entry("9", "Live", "/live", "Third."), entry("5", "Live", "/live", "First."),
                   entry("6", "Live", "/live", "Second."), entry("11", "Notice to all", "/notice-of-tuesday"))
        self.assertEqual(len(self.items()), 11)
        self.assertEqual({version for _, version in self.items()}, {1})

    def test_another_publisher_with_the_same_text_is_another_source(self):
        self.fetch(entry("1", "FRA DEU pact", "/a"))
        self.configure(self.source("news", "/feed"), self.source("other", "/other"), self.PACT, self.WATCH)
        self.fetch(entry("1", "FRA DEU pact", "/a").replace("news.example", "other.example"), path="/other")
        self.assertEqual(len(self.items()), 2)


if __name__ == "__main__":
    unittest.main()
