"""The operator's table of publishers: checked, used, and when it changes the events follow without an alert."""
import json
import unittest

from support import EntenteTest, feed

TITLE, BODY = ("Russia delivers 12 Mi-17 helicopters to Uzbekistan",
               "Russia delivered 12 Mi-17 helicopters to Uzbekistan on Monday, the Uzbek Defence Ministry said.")
OWN = "Uzbekistan's army has got a dozen Mi-17 helicopters from Russia. Deliveries of 12 Mi-17 machines ended on Monday."
WIRE = ("TASHKENT, Nov 14 (Reuters) - Uzbekistan received 12 Mi-17 helicopters from Russia at an air base in the south "
        "of the country, its ministry wrote.")


class Publishers(EntenteTest):
    def prepare(self, table, bodies):
        (self.folder / "houses.txt").write_text(table)
        sources = []
        for number, body in enumerate(bodies):
            self.server.routes["/%d" % number] = feed([("item-%d" % number, TITLE, body, 1700000000 + 3600 * number)])
            sources.append(self.source("s%d" % number, "/%d" % number, "publisher = outlet%d.example" % number))
        self.configure(*sources, "[classifier.coder]\nplugin = coder",
                       "[watch.all]\nwhen = confidence >= 0\non = new, sources, independent_sources\nto = out",
                       entente="publishers = houses.txt")

    def event(self):
        self.assertEqual(self.run_once().status, 0)
        events = [json.loads(line) for line in self.entente("events", "--format", "jsonl").out.splitlines()]
        self.assertEqual(len(events), 1, [event["type"] for event in events])
        return events[0]

    def test_a_wrong_line_is_told_by_check(self):
        self.prepare("# mine\nus | house | B | outlet0.example\n", [BODY])
        run = self.entente("check")
        self.assertNotEqual(run.status, 0)
        self.assertIn("houses.txt:2: the kind is neither agency nor publisher", run.log + run.out)

    def test_copies_houses_and_agencies_count_once_and_a_changed_table_alerts_nobody(self):
        self.prepare("", [BODY, "TASHKENT - " + BODY, OWN])
        event = self.event()
        self.assertEqual(len(event["sources"]), 3)
        self.assertEqual(event["independent_sources"], 2)
        self.assertEqual(event["grade"][0], "F")
        alerts = self.alerts()
        (self.folder / "houses.txt").write_text("us | publisher | B | outlet0.example, outlet2.example\n")
        event = self.event()
        self.assertEqual(event["independent_sources"], 1)
        self.assertEqual(event["grade"][0], "B")
        self.assertEqual(sorted(source["family"] for source in event["sources"]), ["outlet1.example", "us", "us"])
        self.assertEqual(self.alerts(), alerts)
        shown = self.entente("event", "show", event["id"]).out
        self.assertIn("of us, grade B", shown)

    def test_a_dateline_names_the_agency(self):
        self.prepare("", [WIRE, OWN])
        event = self.event()
        self.assertEqual([source["agency"] for source in event["sources"]], ["Reuters", None])
        self.assertEqual(event["independent_sources"], 2)


if __name__ == "__main__":
    unittest.main()
