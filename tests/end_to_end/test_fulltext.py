"""fulltext: the text of an entry's page, from real pages over HTTP, and what happens when a page cannot be had."""
import json
import sqlite3
import struct
import time
import unittest
from xml.sax.saxutils import escape

from support import EntenteTest

PARAGRAPHS = ["The two ministers of defence signed the agreement %s in the capital on Tuesday after talks that took a year.",
              "Under it, four hundred soldiers will train together each year, and the first course begins in September.",
              "A second agreement, on the repair of helicopters, is to follow before the end of the year, officials said.",
              "\"This is a beginning,\" said the minister, who will visit his colleague's country in the spring."]
TEASER = "The two ministers signed the agreement %s..."


def page(name, paragraphs=PARAGRAPHS, extra=""):
    body = "".join("<p>%s</p>" % (p % name if "%s" in p else p) for p in paragraphs)
    return (200, {"Content-Type": "text/html; charset=utf-8"},
            ("<html lang=en><head><title>Agreement %s signed</title></head><body><nav><a href=/>Home</a></nav><article>"
             "<h1>Agreement %s signed</h1>%s%s</article><footer>All rights reserved</footer></body></html>"
             % (name, name, body, extra)).encode())


class FullText(EntenteTest):
    def rss(self, names, body=TEASER, tag='"1"'):
        items = "".join("<item><guid isPermaLink=\"false\">%s</guid><title>Agreement %s signed</title><link>%s/%s</link>"
                        "<pubDate>Tue, 05 May 2026 10:00:00 GMT</pubDate><description>%s</description></item>"
                        % (n, n, self.server.url, n, escape(body % n if "%s" in body else body)) for n in names)
        document = "<rss version='2.0'><channel><title>F</title>%s</channel></rss>" % items

        def answer(handler, request):
            if request.headers.get("if-none-match") == tag:
                return 304, {}, b""
            return 200, {"Content-Type": "application/rss+xml", "ETag": tag}, document.encode()
        self.server.routes["/feed"] = answer

    def run_once(self, **arguments):
        run = super().run_once(**arguments)
        self.assertEqual(run.status, 0, run.log)
        return run

    def bodies(self):
        """By guid: (version, body) of the last version."""
        listed = [json.loads(line) for line in self.entente("items", "--format", "jsonl").out.splitlines()]
        out = {}
        for row in listed:
            self.assertNotEqual(out.get(row["guid"], (0,))[0], row["version"], "an item twice")
            out[row["guid"]] = max(out.get(row["guid"], (0, "")), (row["version"], row["body"]))
        return out

    def configure_feed(self, *lines):
        self.configure(self.source("f", "/feed", *lines), self.PACT, self.WATCH)

    def test_a_summary_is_replaced_by_the_text_of_its_page(self):
        self.rss(["a", "b"])
        self.server.routes["/a"], self.server.routes["/b"] = page("a"), page("b")
        self.configure_feed("fulltext = auto")
        run = self.run_once()
        for name in "ab":
            version, body = self.bodies()[name]
            self.assertEqual(version, 1)
            self.assertEqual(body, "\n\n".join(p % name if "%s" in p else p for p in PARAGRAPHS))
        self.assertNotIn("WARN", run.log)

    def test_without_it_no_page_is_asked_for(self):
        self.rss(["a"])
        self.server.routes["/a"] = page("a")
        self.configure_feed()
        self.run_once()
        self.assertEqual(self.bodies()["a"][1], TEASER % "a")
        self.assertEqual(self.server.seen("/a"), [])

    def test_auto_leaves_whole_texts_alone_and_yes_does_not(self):
        whole = "Agreement a: " + "This sentence is one of the many that the feed gives in full to its readers. " * 14
        self.rss(["a"], body=whole)
        self.server.routes["/a"] = page("a", [p for p in PARAGRAPHS for _ in range(1)] + ["The agreement, sentence %d of "
                                        "the many that follow, was read out by the two ministers in turn." % i
                                        for i in range(40)])
        self.configure_feed("fulltext = auto")
        self.run_once()
        self.assertEqual(self.server.seen("/a"), [])
        self.assertIn("one of the many that the feed gives", self.bodies()["a"][1])
        self.configure_feed("fulltext = yes")
        self.rss(["a", "b"], body=whole, tag='"2"')
        self.server.routes["/b"] = self.server.routes["/a"]
        self.run_once()
        self.assertEqual(len(self.server.seen("/b")), 1)
        self.assertIn("was read out by the two ministers", self.bodies()["b"][1])

    def test_what_was_read_is_not_read_again_and_the_feed_is_conditional_at_last(self):
        self.rss(["a"])
        self.server.routes["/a"] = page("a")
        self.configure_feed("fulltext = auto")
        first = None
        for _ in range(4):
            self.run_once()
            first = first or self.bodies()
            self.assertEqual(self.bodies(), first)
        self.assertEqual(len(self.server.seen("/a")), 1)
        self.assertEqual([r.headers.get("if-none-match") for r in self.server.seen("/feed")], [None, None, '"1"', '"1"'])

    def test_a_pay_wall_a_cookie_page_and_a_bot_check_never_become_the_text(self):
        self.rss(["a", "b", "c", "d"])
        self.server.routes["/a"] = page("a", PARAGRAPHS[:1], "<div class=paywall><p>Subscribe to continue reading this "
                                        "article. Already a subscriber? Log in.</p></div>")
        self.server.routes["/b"] = (200, {"Content-Type": "text/html"}, b"<title>Before you continue</title><h1>Your privacy"
                                    b"</h1><p>We and our partners use cookies and process personal data, like unique "
                                    b"identifiers. Accept all or reject all, or see our privacy policy and withdraw your "
                                    b"consent at any time. Some partners rely on their legitimate interest.</p>")
        self.server.routes["/c"] = (200, {"Content-Type": "text/html"}, b"<title>Just a moment...</title><p>Checking your "
                                    b"browser before accessing the site. This process is automatic, and your browser will "
                                    b"redirect to the content that you asked for shortly. Please allow five seconds.</p>")
        self.server.routes["/d"] = page("d")
        self.configure_feed("fulltext = auto")
        run = self.run_once()
        bodies = self.bodies()
        for name in "abc":
            self.assertEqual(bodies[name], (1, TEASER % name))
        self.assertIn("helicopters", bodies["d"][1])
        self.assert_log(run, "/a is behind a pay-wall", "/b asks for consent", "/c is a check for robots")

    def test_pages_that_fail_or_hang_cost_no_item_and_hold_nobody_up(self):
        def hang(handler, request):
            time.sleep(8)

        self.rss(["gone", "broken", "slow", "cut", "pdf", "good"])
        self.server.routes["/gone"] = (404, {"Content-Type": "text/html"}, b"<p>not here</p>")
        self.server.routes["/broken"] = (500, {}, b"oops")
        self.server.routes["/slow"] = hang
        self.server.routes["/cut"] = lambda handler, request: None
        self.server.routes["/pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")
        self.server.routes["/good"] = page("good")
        self.configure_feed("fulltext = auto", "timeout = 2s")
        run = self.run_once()
        bodies = self.bodies()
        self.assertEqual(len(bodies), 6)
        for name in ("gone", "broken", "slow", "cut", "pdf"):
            self.assertEqual(bodies[name], (1, TEASER % name))
        self.assertIn("helicopters", bodies["good"][1])
        self.assert_log(run, "could not be fetched", "is no page of text")

    def test_a_page_of_something_else_is_not_taken(self):
        self.rss(["a"])
        self.server.routes["/a"] = (200, {"Content-Type": "text/html"}, ("<h1>Welcome</h1>" + "".join(
            "<p>Our hotel near the harbour offers quiet rooms, good breakfasts and %d kinds of tea to guests.</p>" % i
            for i in range(8))).encode())
        self.configure_feed("fulltext = auto")
        self.run_once()
        self.assertEqual(self.bodies()["a"], (1, TEASER % "a"))

    def test_a_changed_summary_brings_a_new_version_with_the_page_s_text(self):
        self.rss(["a"])
        self.server.routes["/a"] = page("a")
        self.configure_feed("fulltext = auto")
        self.run_once()
        self.rss(["a"], body="Corrected: the two ministers signed agreement %s...", tag='"2"')
        self.server.routes["/a"] = page("a", PARAGRAPHS + ["Correction: an earlier version named the wrong month for this."])
        self.run_once()
        version, body = self.bodies()["a"]
        self.assertEqual(version, 2)
        self.assertIn("Correction: an earlier version", body)

    def test_only_so_many_pages_are_read_in_one_fetch(self):
        names = ["n%d" % i for i in range(6)]
        self.rss(names)
        for name in names:
            self.server.routes["/" + name] = page(name)
        self.configure_feed("fulltext = auto", "fulltext_max = 2")
        self.run_once()
        whole = sorted(name for name, (_, body) in self.bodies().items() if "helicopters" in body)
        self.assertEqual(whole, ["n0", "n1"])
        self.assertEqual(len(self.bodies()), 6)

    def test_pages_that_never_give_more_are_left_alone(self):
        names = ["n%d" % i for i in range(12)]
        self.rss(names[:10])
        for name in names:
            self.server.routes["/" + name] = (403, {}, b"no")
        self.configure_feed("fulltext = auto")
        run = self.run_once()
        self.assert_log(run, "left alone for 1 day")
        self.rss(names, tag='"2"')
        self.run_once()
        self.assertEqual(len(self.bodies()), 12)
        self.assertEqual(self.server.seen("/n11"), [])

    def make_due(self):
        """Lets the time pass after which pages are asked for again: in the list of what was read, in the marks that are
        not in it yet, and in the time of the first of them."""
        with sqlite3.connect(self.folder / "state" / "entente.db") as database:
            for key, value in database.execute("SELECT key, value FROM kv").fetchall():
                name = bytes(key) if isinstance(key, bytes) else key.encode()
                if name == b"again":
                    value = b"1"
                elif name.startswith(b"done/") and len(value) > 1:
                    value = b"1 1"
                elif name == b"entries":
                    rows = [struct.unpack("=QQ4BI", value[at:at + 24]) for at in range(0, len(value), 24)]
                    value = b"".join(struct.pack("=QQ4BI", *row[:6], min(row[6], 1)) for row in rows)
                database.execute("UPDATE kv SET value=? WHERE key=?", (value, key))
        database.close()

    def test_a_page_that_could_not_be_had_is_asked_for_again(self):
        self.rss(["a", "b"])
        self.server.routes["/a"], self.server.routes["/b"] = (503, {}, b"later"), page("b")
        self.configure_feed("fulltext = auto")
        run = self.run_once()
        self.assert_log(run, "the item keeps its own text for now, it is asked for again after 15 min")
        self.assertEqual(self.bodies()["a"], (1, TEASER % "a"))
        for _ in range(3):  # not before its time, and the feed is asked conditionally
            self.run_once()
        self.assertEqual(len(self.server.seen("/a")), 1)
        self.assertEqual(self.server.seen("/feed")[-1].headers.get("if-none-match"), '"1"')
        self.make_due()
        self.server.routes["/a"] = page("a")
        self.run_once()
        version, body = self.bodies()["a"]
        self.assertEqual(version, 2)
        self.assertIn("helicopters", body)
        for _ in range(3):
            self.run_once()
        self.assertEqual((len(self.server.seen("/a")), len(self.server.seen("/b"))), (2, 1))
        self.assertEqual(self.server.seen("/feed")[-1].headers.get("if-none-match"), '"1"')
        self.assertEqual(self.bodies()["b"][0], 1)

    def test_a_death_while_a_page_is_asked_for_again_loses_and_doubles_nothing(self):
        def hang(handler, request):
            time.sleep(20)

        self.rss(["a", "b"])
        self.server.routes["/a"], self.server.routes["/b"] = (503, {}, b"later"), page("b")
        self.configure_feed("fulltext = auto")
        self.run_once()
        self.make_due()
        self.server.routes["/a"] = hang
        self.run_once_is_due()
        process = self.start()
        self.wait_for(lambda: len(self.server.seen("/a")) == 2, "the page asked for again")
        process.kill()
        process.wait()
        self.assertEqual(self.bodies()["a"], (1, TEASER % "a"))
        self.server.routes["/a"] = page("a")
        self.run_once()
        bodies = self.bodies()
        self.assertEqual(bodies["a"][0], 2)
        self.assertIn("helicopters", bodies["a"][1])
        self.assertEqual((bodies["b"][0], len(self.server.seen("/b"))), (1, 1))

    def run_once_is_due(self):
        """The daemon keeps to the time of the last run; now the source is due."""
        with sqlite3.connect(self.folder / "state" / "entente.db") as database:
            database.execute("UPDATE source SET next_fetch = 0")
        database.close()

    def test_a_page_that_never_comes_is_given_up(self):
        self.rss(["a"])
        self.server.routes["/a"] = (503, {}, b"later")
        self.configure_feed("fulltext = yes")
        for _ in range(8):
            self.run_once()
            self.assertEqual(self.bodies(), {"a": (1, TEASER % "a")})
            self.make_due()
        self.assertEqual(len(self.server.seen("/a")), 5)
        self.server.routes["/a"] = (404, {}, b"gone")
        self.rss(["b"], tag='"2"')
        self.server.routes["/b"] = (404, {}, b"gone")
        self.run_once()
        self.make_due()
        self.run_once()
        self.assertEqual(len(self.server.seen("/b")), 1, "what is not there is not asked for again")

    def test_a_death_between_feed_and_pages_loses_nothing_and_doubles_nothing(self):
        names = ["n%d" % i for i in range(6)]
        held = {"is_held": True}

        def hold(name):
            def answer(handler, request):
                while held["is_held"] and name != "n0":
                    time.sleep(0.05)
                return page(name)
            return answer

        self.rss(names)
        for name in names:
            self.server.routes["/" + name] = hold(name)
        self.configure_feed("fulltext = auto")
        for deaths in range(2):
            process = self.start()
            self.wait_for(lambda: len(self.server.seen("/n1")) > deaths, "the request for a page")
            self.wait_for(lambda: "n0" in self.bodies(), "the item whose page came")
            process.kill()
            process.wait()
        self.assertEqual(list(self.bodies()), ["n0"])
        held["is_held"] = False
        self.run_once()
        bodies = self.bodies()
        self.assertEqual(sorted(bodies), names)
        for name in names:
            self.assertEqual(bodies[name][0], 1)
            self.assertIn("helicopters", bodies[name][1])
        self.assertEqual(len(self.server.seen("/n0")), 1)


if __name__ == "__main__":
    unittest.main()
