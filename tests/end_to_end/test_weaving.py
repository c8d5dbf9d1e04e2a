"""Two events that a later report is surely of: one event, both ids, no alert, and a person can part them for good."""
import calendar
import json
import time
import unittest

from support import EntenteTest, feed

ARTICLES = {
    "half": ("2013-06-11", "Dhaka to get jets", "Bangladesh will buy 16 Yak-130 aircraft from Russia."),
    "other": ("2014-01-21", "Contract with Bangladesh", "Bangladesh will buy military aircraft from Russia for $800 million."),
    "both": ("2014-02-04", "Price of jets told",
             "Bangladesh will buy the 16 Yak-130 aircraft from Russia for $800 million, a minister said."),
    "again": ("2014-02-06", "Dear jets", "Bangladesh will pay $800 million for the 16 Yak-130 aircraft that it will buy from Russia."),
}


class WeavingTest(EntenteTest):
    def prepare(self):
        self.configure(self.source("one", "/one", "publisher = one.example", "interval = 1s"),
                       "[classifier.coder]\nplugin = coder",
                       "[watch.all]\nwhen = confidence >= 0\nmax_age = 36500d\nto = out",
                       "[watch.merges]\nwhen = confidence >= 0\non = merged\nmax_age = 36500d\nto = out")

    def tell(self, *names):
        self.server.routes["/one"] = feed([(name, *ARTICLES[name][1:], calendar.timegm(time.strptime(ARTICLES[name][0], "%Y-%m-%d")))
                                           for name in names])
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def events(self):
        return [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]

    def event(self, name):
        event, = [event for event in self.events() if any(source["title"] == ARTICLES[name][1] for source in event["sources"])]
        return event

    def alerts_of(self, watch):
        return [alert for alert in self.alerts() if alert["watch"] == watch]

    def test_a_report_with_both_halves_makes_one_event_and_alerts_nobody_anew(self):
        self.prepare()
        self.tell("half")
        self.tell("half", "other")
        elder, younger = self.event("half")["id"], self.event("other")["id"]
        self.assertNotEqual(elder, younger)
        self.assertEqual(len(self.alerts_of("all")), 2)
        self.tell("half", "other", "both")
        event, = self.events()
        self.assertEqual((event["id"], len(event["sources"]), event["aliases"]), (elder, 3, [younger]))
        self.assertEqual(len(self.alerts_of("all")), 2)
        self.assertEqual([(alert["reason"], alert["event"]["id"]) for alert in self.alerts_of("merges")], [("merged", elder)])
        shown = " ".join(self.entente("event", "show", younger).out.split())
        self.assertIn(elder[:8], shown)
        self.assertIn("told as another event until the report of one.example, 2014-02-04, that is of both", shown)
        # A daemon that starts anew and another report leave it so.
        self.tell("half", "other", "both", "again")
        self.assertEqual([event["id"] for event in self.events()], [elder])
        self.assertEqual((len(self.alerts_of("all")), len(self.alerts_of("merges"))), (2, 1))

    def test_what_a_person_parts_stays_two(self):
        self.prepare()
        self.tell("half")
        self.tell("half", "other")
        self.tell("half", "other", "both")
        self.assertEqual(len(self.events()), 1)
        alerts = len(self.alerts())
        item, = [source["item"] for source in self.event("other")["sources"] if source["title"] == ARTICLES["other"][1]]
        run = self.entente("event", "split", self.event("half")["id"], item, "--note", "a contract for transport aircraft")
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.events()), 2)
        self.tell("half", "other", "both", "again")
        self.assertEqual(len(self.events()), 2)
        self.assertNotEqual(self.event("half")["id"], self.event("other")["id"])
        self.assertEqual(len(self.alerts()), alerts)


if __name__ == "__main__":
    unittest.main()
