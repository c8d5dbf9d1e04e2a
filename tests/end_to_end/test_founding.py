"""From a feed over HTTP to one alert a matching rule, and no more on a second run."""
import json
import pathlib
import unittest

from support import BUILD, SOURCE, EntenteTest, feed, rss

ARTICLE = """Tashkent, 14 March — Uzbekistan and Kazakhstan signed a defence cooperation agreement in Tashkent on Tuesday, \
the Uzbek Defence Ministry said.

Under the contract, Russia will supply 12 Mi-17 helicopters to Uzbekistan by the end of 2025.
"""


class Founding(EntenteTest):
    def test_one_alert_an_event_and_matching_rule(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FRA DEU pact renewed", "Two."),
                                            ("c", "Football results", "Three.")])
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH,
                       "[watch.central-asia]\nwhen = type = agreement and actor = UZB\nto = out",
                       "[watch.nothing]\nwhen = type = downturn\nto = out")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        seen = sorted((alert["watch"], sorted(actor["id"] for actor in alert["event"]["actors"]))
                      for alert in self.alerts())
        self.assertEqual(seen, [("central-asia", ["KAZ", "UZB"]), ("pacts", ["DEU", "FRA"]), ("pacts", ["KAZ", "UZB"])])
        alert = self.alerts()[0]
        self.assertTrue(alert["event"]["evidence"][0]["quote"])
        self.assertTrue(alert["event"]["sources"][0]["url"].startswith("https://example.org/"))

    def test_a_second_run_alerts_nobody(self):
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH)
        self.assertEqual(self.run_once().status, 0)
        before = self.alerts_path.read_bytes()
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.alerts_path.read_bytes(), before)
        self.assertEqual(len(self.alerts()), 1)

    def test_an_unchanged_feed_is_not_sent_again(self):
        document = rss([("a", "UZB KAZ pact signed", "One.")])

        def answer(handler, request):
            if request.headers.get("if-none-match") == '"v1"':
                return (304, {"ETag": '"v1"'}, b"")
            return (200, {"ETag": '"v1"', "Content-Type": "application/rss+xml"}, document)

        self.server.routes["/feed"] = answer
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(self.run_once().status, 0)
        first, second = self.server.seen("/feed")
        self.assertNotIn("if-none-match", first.headers)
        self.assertEqual(second.headers["if-none-match"], '"v1"')
        self.assertEqual(len(self.alerts()), 1)

    def test_two_outlets_tell_one_event(self):
        self.server.routes["/one"] = feed([("a", "UZB KAZ pact signed", "One.")])
        self.server.routes["/two"] = feed([("z", "UZB KAZ pact concluded", "Another wording.")])
        self.configure(self.source("one", "/one", "publisher = one.example"),
                       self.source("two", "/two", "publisher = two.example"), self.PACT, self.WATCH)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 1)
        listed = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
        self.assertEqual(len(listed), 1)
        self.assertEqual(len(listed[0]["sources"]), 2)

    def test_the_coder_makes_an_alert_of_an_article(self):
        if not (BUILD / "plugins" / "coder.so").exists():
            self.skipTest("the coder plugin is not built")
        self.server.routes["/feed"] = feed([("a", "Uzbekistan and Kazakhstan sign defence agreement", ARTICLE, 1710345600)])
        self.configure(self.source("news", "/feed"), "[classifier.coder]\nplugin = coder",
                       "[watch.central-asia]\nwhen = type = agreement and dyad(UZB, KAZ)\nto = out")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual([alert["watch"] for alert in self.alerts()], ["central-asia"])
        self.run_once()
        self.assertEqual(len(self.alerts()), 1)

    def test_the_seed_article_gives_its_events(self):
        seed = SOURCE / ".." / "shared" / "seed-article" / "article.txt"
        if not seed.exists():
            self.skipTest("../shared/seed-article is not there")
        if not (BUILD / "plugins" / "coder.so").exists():
            self.skipTest("the coder plugin is not built")
        self.server.routes["/feed"] = feed([("seed", "Seed article", seed.read_text(), 1159185600)])
        self.configure(self.source("seed", "/feed"), "[classifier.coder]\nplugin = coder",
                       "[watch.all]\nwhen = actor = UZB\nto = out")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        events = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
        self.assertGreaterEqual(len(events), 5)
        before = self.alerts()
        self.assertEqual(len(before), len({(alert["watch"], alert["event"]["id"]) for alert in before}))
        self.assertGreaterEqual(len(before), 1)
        self.run_once()
        self.assertEqual(self.alerts(), before)


if __name__ == "__main__":
    unittest.main()
