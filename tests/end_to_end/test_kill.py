"""kill -9 at random moments of a run over 2,000 items: the items, events, alerts and deliveries are those of a run that
nobody disturbed."""
import json
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import time
import unittest

import support

sys.path.insert(0, str(support.SOURCE / "bench" / "pipeline"))
import corpus

# Each feed tells of a pair of states of its own, so that the order in which the feeds happen to be fetched leads to the
# same history of every event, revision by revision.
PAIRS = [("Uzbekistan", "Poland"), ("Kenya", "Norway"), ("Brazil", "Japan"), ("Morocco", "Finland"), ("Vietnam", "Chile"),
         ("Kazakhstan", "Egypt"), ("India", "Canada"), ("Romania", "Indonesia"), ("Sweden", "Peru"), ("Ghana", "Italy"),
         ("Denmark", "Nigeria"), ("Spain", "Tunisia"), ("Greece", "Jordan"), ("Portugal", "Angola"), ("Nepal", "Oman"),
         ("Mongolia", "Hungary"), ("Serbia", "Cuba"), ("Albania", "Qatar"), ("Estonia", "Senegal"), ("Latvia", "Bolivia")]
FEEDS, ITEMS_A_FEED = len(PAIRS), 100
# Deals told in halves, months apart, and then by one that tells both, so that two events become one.
DEALS = [("Bangladesh", "Yak-130 aircraft", "Russia"), ("Peru", "Mi-17 helicopters", "Russia"), ("Jordan", "F-16 fighters", "Belgium"),
         ("Uruguay", "M113 vehicles", "Belgium"), ("Nigeria", "JF-17 fighters", "Pakistan"), ("Lebanon", "Super Tucano aircraft", "Brazil")]
KILLS = 12
# What two runs of the same input may differ in: when things were done, and the numbers that follow from the order.
TIMES = {"fetched", "retrieved", "created", "made", "updated", "sequence", "seq", "number", "deliveries"}


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [without_times(inner) for inner in value]
    return value


def sorted_rows(text):
    rows = [without_times(json.loads(line)) for line in text.splitlines()]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


class KillTest(support.EntenteTest):
    def serve(self):
        random_ = random.Random(20260925)
        for feed in range(FEEDS):
            items = []
            corpus.STATES = PAIRS[feed]
            for number in range(ITEMS_A_FEED):
                made = corpus.item(feed * ITEMS_A_FEED + number, random_)
                items.append(("item-%d-%d" % (feed, number), made["title"], made["body"],
                              1700000000 + (feed * ITEMS_A_FEED + number) * 60))
            self.server.routes["/feed-%d.xml" % feed] = support.feed(items, ETag='"%d"' % feed)
        self.server.routes["/deals.xml"] = support.feed(self.deals(), ETag='"deals"')

    @staticmethod
    def deals():
        items = []
        for number, (buyer, goods, seller) in enumerate(DEALS):
            kind, sum_ = goods.rsplit(" ", 1)[1], "$%d00 million" % (number + 3)
            texts = ["%s will buy 16 %s from %s." % (buyer, goods, seller),
                     "%s will buy military %s from %s for %s." % (buyer, kind, seller, sum_),
                     "%s will buy the 16 %s from %s for %s, a minister said." % (buyer, goods, seller, sum_)]
            days = [0, 220, 230]
            items += [("deal-%d-%d" % (number, index), "News of %s" % buyer, text, 1700000000 + (number + day) * 86400)
                      for index, (text, day) in enumerate(zip(texts, days))]
        # As they came about, so that each deal is two events before it is one.
        return sorted(items, key=lambda item: item[3])

    def configure_in(self, folder):
        """The same configuration in another folder, so that both runs read the same feeds."""
        self.folder = self.folder_of_test / folder
        self.folder.mkdir()
        self.alerts_path = self.folder / "alerts.jsonl"
        self.config = self.folder / "entente.ini"
        sources = [self.source("feed%d" % feed, "/feed-%d.xml" % feed, "interval = 1h") for feed in range(FEEDS)]
        sources.append(self.source("deals", "/deals.xml", "interval = 1h"))
        self.configure(*sources, "[classifier.coder]\nplugin = coder\nworkers = 2",
                       "[watch.all]\nwhen = confidence >= 0\nto = out",
                       "[watch.training]\nwhen = type in (training, exercise)\nto = out",
                       "[detector.tally]\nplugin = sentry\nnumbers = no\nbatch = 5\nmax_age = 36500d\nto = out",
                       "[watch.wave]\nwhen = type in (training, exercise) and spike(2, 30d)\nto = out")

    def settle(self):
        """What is left to do is done by a last run that nobody kills."""
        run = self.run_once(timeout=240)
        self.assertEqual(run.status, 0, run.log)
        self.start_seconds = int(re.search(r"started in (\d+) ms", run.log).group(1)) / 1000

    def results(self):
        rows = {}
        for command in ("items", "events", "alerts"):
            run = self.entente(command, "--format", "jsonl", "--limit", "100000")
            self.assertEqual(run.status, 0, run.log)
            rows[command] = sorted_rows(run.out)
        for command in ("dyads", "timeline"):
            rows[command] = self.entente(command, "--by-type", "--format", "csv").out.splitlines()
        return rows

    def database(self, sql):
        base = sqlite3.connect("file:%s?mode=ro" % (self.folder / "state" / "entente.db"), uri=True)
        try:
            return base.execute(sql).fetchall()
        finally:
            base.close()

    def counts(self):
        """What spikes are measured by: which events a series has, and how many items each source brought on each day."""
        return (self.database("SELECT s.watch, s.day, e.id, s.source FROM watch_series s JOIN event e ON e.sequence=s.event"
                              " ORDER BY 1, 2, 3, 4"), self.database("SELECT * FROM item_day ORDER BY 1, 2"))

    def check_tally(self):
        """What a detector keeps becomes durable with its cursor: each revision was counted once."""
        (revisions,), = self.database("SELECT count(*) FROM event_revision")
        (value,), = self.database("SELECT value FROM kv WHERE instance='detector.tally'")
        self.assertEqual(int(bytes(value)), revisions)
        self.assertGreater(self.database("SELECT count(*) FROM alert WHERE watch='detector.tally'")[0][0], 50)

    def run_and_kill(self, random_):
        for _ in range(KILLS):
            process = self.start()
            time.sleep(random_.uniform(0.02, 0.45 + 1.5 * self.start_seconds))
            process.kill()
            process.wait()

    def test_kills_change_nothing_in_the_result(self):
        self.folder_of_test = self.folder
        self.serve()
        self.configure_in("undisturbed")
        self.settle()
        wanted, wanted_counts = self.results(), self.counts()
        self.assertGreater(len(wanted_counts[0]), 20)
        wanted_alerts = {alert for (alert,) in self.database("SELECT id FROM alert")}
        self.assertEqual(len(wanted["items"]), FEEDS * ITEMS_A_FEED + 3 * len(DEALS))
        woven = [event for event in wanted["events"]
                 if any("told as another event until" in reason["text"] for reason in event["reasons"])]
        self.assertGreaterEqual(len(woven), 3)
        self.assertGreater(len(wanted["events"]), 50)
        self.assertGreater(len(wanted["alerts"]), 50)
        self.check_tally()

        seed = int(os.environ.get("ENT_KILL_SEED", random.randrange(1 << 30)))
        print("kills by ENT_KILL_SEED=%d" % seed)
        self.configure_in("disturbed")
        self.run_and_kill(random.Random(seed))
        self.settle()
        got = self.results()
        for kind in wanted:
            self.assertEqual(len(got[kind]), len(wanted[kind]), kind)
            self.assertEqual(got[kind], wanted[kind], kind)
        self.assertEqual(self.counts(), wanted_counts)
        self.check_tally()
        self.assertEqual({alert for (alert,) in self.database("SELECT id FROM alert")}, wanted_alerts)
        self.assertEqual(self.database("SELECT count(*) FROM dead_letter"), [(0,)])
        self.assertEqual(self.database("SELECT count(*) FROM delivery WHERE state<>1"), [(0,)])
        check = self.entente("store", "check")
        self.assertEqual(check.status, 0, check.out + check.log)
        # The file is written before it is noted that it was, so a kill in between may send a line twice, never none.
        sent = [json.loads(line)["id"] for line in self.alerts_path.read_text().splitlines()]
        self.assertEqual(len(set(sent)), len(wanted["alerts"]))


if __name__ == "__main__":
    unittest.main()
