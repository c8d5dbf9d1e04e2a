"""From the text of articles to the ledger: what was ordered, delivered and is outstanding, and what is a part of what."""
import json
import unittest
from datetime import datetime, timezone

from support import EntenteTest, feed

ORDER = [("2023-06-05", "Serbia, Egypt sign defence pact",
          "Serbia and Egypt signed a defence cooperation agreement in Belgrade on Monday. Under the agreement, Egypt will "
          "buy 48 Nora howitzers from Serbia."),
         ("2023-09-18", "Egypt orders Nora howitzers",
          "Egypt signed a contract with Serbia for 48 Nora howitzers on Monday."),
         ("2024-02-15", "First Nora howitzers in Egypt",
          "Serbia delivered 12 Nora howitzers to Egypt on Thursday."),
         ("2024-06-20", "More howitzers for Egypt", "Serbia delivered 10 Nora howitzers to Egypt on Thursday.")]
LOT = [("2022-10-31", "First of them reach the army",
        "Turkey delivered six Bayraktar TB2 drones to Poland on Monday. Poland had signed a contract with Turkey for 24 "
        "Bayraktar TB2 drones in May 2021.")]
VISIT = [("2023-06-19", "Indian minister in Hanoi",
          "India's defence minister arrived in Vietnam on Monday. The two sides signed a defence cooperation agreement, and "
          "India will sell 12 patrol boats to Vietnam.")]


class Ledger(EntenteTest):
    def run_articles(self, articles):
        items = [("item-%d" % number, title, body,
                  int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp()) + 43200)
                 for number, (day, title, body) in enumerate(articles)]
        self.server.routes["/one"] = feed(items)
        self.configure(self.source("one", "/one", "publisher = one.example"), "[classifier.coder]\nplugin = coder")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        return [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]

    def only(self, events, type_):
        found = [event for event in events if event["type"] == type_]
        self.assertEqual(len(found), 1, [(event["type"], event["status"], event["sources"]) for event in events])
        return found[0]

    def test_an_order_under_an_agreement_and_its_lots(self):
        events = self.run_articles(ORDER)
        pact, order = self.only(events, "agreement"), self.only(events, "arms_transfer")
        self.assertEqual(len(order["sources"]), 4)
        self.assertEqual((order["ordered"], order["delivered"], order["outstanding"]), (48, 22, 26))
        self.assertEqual([(step["status"], step["count"]) for step in order["steps"]],
                         [("announced", 48), ("signed", 48), ("completed", 12), ("completed", 10)])
        self.assertEqual(order["parent"], pact["id"])
        self.assertEqual(pact["related"], [order["id"]])
        self.assertIsNone(pact["parent"])
        shown = self.entente("event", "show", order["id"]).out
        self.assertIn("48 ordered, 22 delivered, 26 outstanding", shown)

    def test_a_lot_that_an_article_tells_beside_its_contract(self):
        order = self.only(self.run_articles(LOT), "arms_transfer")
        self.assertEqual([(step["status"], step["date"], step["count"]) for step in order["steps"]],
                         [("signed", "2021-05", 24), ("completed", "2022-10-31", 6)])
        self.assertEqual((order["ordered"], order["delivered"], order["outstanding"]), (24, 6, 18))

    def test_what_a_visit_brings_is_linked(self):
        events = self.run_articles(VISIT)
        visit, pact, sale = (self.only(events, type_) for type_ in ("visit", "agreement", "arms_transfer"))
        self.assertEqual(sorted(visit["related"]), sorted([pact["id"], sale["id"]]))
        self.assertIsNone(visit["parent"])
        self.assertEqual(sale["parent"], pact["id"])


if __name__ == "__main__":
    unittest.main()
