"""kill -9 at random moments while desk, watches and sinks are at work: events, alerts and deliveries are those of a run that
nobody disturbed, and the receivers of mails and webhooks, who know a repeat by its key, saw the effect of each once.

ENT_KILLS (20) kills in each of ENT_KILL_ROUNDS (1) rounds; scripts/crash-test makes 25 rounds of it.
"""
import email
import email.policy
import json
import os
import random
import re
import sqlite3
import sys
import time
import unittest

import support
from mail_servers import Smtp, has_smtp

sys.path.insert(0, str(support.SOURCE / "bench" / "pipeline"))
import corpus
from test_kill import PAIRS, sorted_rows

# Each feed tells of a pair of states of its own, as in test_kill: what an update is does not hang on the order of fetches.
FEEDS, ITEMS_A_FEED = 10, 40
KILLS = int(os.environ.get("ENT_KILLS", "20"))
ROUNDS = int(os.environ.get("ENT_KILL_ROUNDS", "1"))


@unittest.skipUnless(has_smtp(), "aiosmtpd is not installed")
class KillDelivery(support.EntenteTest):
    def setUp(self):
        super().setUp()
        self.folder_of_test = self.folder
        made = random.Random(20261129)
        for number in range(FEEDS):
            items = []
            corpus.STATES = PAIRS[number]
            for index in range(ITEMS_A_FEED):
                # Every second one tells an event; by itself the corpus has one in ten.
                item = corpus.item(10 * (number * ITEMS_A_FEED + index) + index % 2, made)
                items.append(("item-%d-%d" % (number, index), item["title"], item["body"],
                              1700000000 + (number * ITEMS_A_FEED + index) * 60))
            self.server.routes["/feed-%d.xml" % number] = support.feed(items, ETag='"%d"' % number)
        for path in ("/hook", "/digest"):
            self.server.routes[path] = self.take_slowly

    def take_slowly(self, handler, request):
        time.sleep(0.01)
        return 200, {}, b""

    def configure_in(self, name):
        self.folder = self.folder_of_test / name
        self.folder.mkdir()
        self.alerts_path = self.folder / "alerts.jsonl"
        self.config = self.folder / "entente.ini"
        self.smtp = Smtp(self.folder)
        self.addCleanup(self.smtp.close)
        with self.server.lock:
            self.server.requests.clear()
        sinks = ["[sink.%s]\nplugin = webhook\nurl = %s/%s\nallow_private = yes\nretry_min = 1s\nretry_max = 1s" %
                 (name, self.server.url, name) for name in ("hook", "digest")]
        sinks.append("[sink.mail]\nplugin = mail\nurl = smtp://127.0.0.1:%d\nfrom = alerts@example.org\nto = desk@example.org\n"
                     "tls = no\nallow_private = yes\nretry_min = 1s\nretry_max = 1s" % self.smtp.port)
        self.configure(*[self.source("feed%d" % number, "/feed-%d.xml" % number, "interval = 1h") for number in range(FEEDS)],
                       "[classifier.coder]\nplugin = coder\nworkers = 2",
                       "[watch.all]\nwhen = confidence >= 0\non = new, status, sources, date, steps, equipment, quantities\nto = out, hook",
                       "[watch.training]\nwhen = type in (training, exercise)\nto = mail",
                       "[watch.weekly]\nwhen = confidence >= 0\nto = digest\ndigest = weekly mon 07:30 Europe/London\ngroup = dyad",
                       *sinks)

    def settle(self):
        """What is left is done by runs that nobody kills; then the digest is asked for."""
        run = self.run_once(timeout=240)
        self.assertEqual(run.status, 0, run.log)
        self.start_seconds = int(re.search(r"started in (\d+) ms", run.log).group(1)) / 1000
        self.assertEqual(self.entente("delivery", "retry", "--sink", "digest", "--state", "held").status, 0)
        run = self.run_once(timeout=240)
        self.assertEqual(run.status, 0, run.log)

    def database(self, sql):
        base = sqlite3.connect("file:%s?mode=ro" % (self.folder / "state" / "entente.db"), uri=True)
        try:
            return base.execute(sql).fetchall()
        finally:
            base.close()

    def results(self):
        rows = {}
        for command in ("items", "events", "alerts"):
            run = self.entente(command, "--format", "jsonl", "--limit", "100000")
            self.assertEqual(run.status, 0, run.log)
            rows[command] = sorted_rows(run.out)
        rows["deliveries"] = sorted(self.database("SELECT id, sink, state, carrier<>0, heading FROM delivery"))
        return rows

    def effects(self):
        """By receiver: what each key brought. A repeat must bring the same."""
        seen = {"hook": {}, "digest": {}, "mail": {}, "out": {}}
        with self.server.lock:
            requests = list(self.server.requests)
        for request in requests:
            if request.method == "POST":
                self.note(seen[request.path[1:]], request.headers["idempotency-key"], request.body)
        for mail in self.smtp.mails():
            message = email.message_from_string(mail["message"], policy=email.policy.default)
            self.note(seen["mail"], message["Message-ID"].strip("<>").split("@")[0], mail["message"])
        for line in self.alerts_path.read_text().splitlines():
            key = json.loads(line)["delivery"]
            self.assertNotIn(key, seen["out"], "the file has a line twice")
            seen["out"][key] = [line]
        return seen

    def note(self, seen, key, what):
        seen.setdefault(key, []).append(what)
        self.assertEqual(seen[key][0], what, "a repeat under one key brings something else")

    def run_and_kill(self, chance):
        for _ in range(KILLS):
            process = self.start()
            time.sleep(chance.uniform(0.03, 0.4 + 1.5 * self.start_seconds))
            process.kill()
            process.wait()

    def test_kills_change_nothing_in_what_arrives(self):
        self.configure_in("undisturbed")
        self.settle()
        wanted, effects = self.results(), self.effects()
        self.assertGreater(len(wanted["alerts"]), 100)
        self.assertGreater(len([alert for alert in wanted["alerts"] if alert["reason"] != "new"]), 5)
        self.assertGreater(len(effects["mail"]), 20)
        self.assertEqual(len(effects["digest"]), 1)
        for receiver, keys in effects.items():
            twice = [key for key, times in keys.items() if len(times) > 1]
            self.assertEqual(twice, [], receiver)
        seed = int(os.environ.get("ENT_KILL_SEED", random.randrange(1 << 30)))
        for number in range(ROUNDS):
            print("round %d: %d kills by ENT_KILL_SEED=%d" % (number, KILLS, seed + number), flush=True)
            self.disturb(number, random.Random(seed + number), wanted, effects)

    def disturb(self, number, chance, wanted, effects):
        self.configure_in("disturbed-%d" % number)
        self.run_and_kill(chance)
        done = self.database("SELECT count(*) FROM delivery WHERE state=1")[0][0]
        self.settle()
        got, repeats = self.results(), 0
        for kind in wanted:
            self.assertEqual(len(got[kind]), len(wanted[kind]), kind)
            self.assertEqual(got[kind], wanted[kind], kind)
        for receiver, keys in self.effects().items():
            self.assertEqual(set(keys), set(effects[receiver]), receiver)
            repeats += sum(len(times) - 1 for times in keys.values())
        self.assertEqual(self.database("SELECT count(*) FROM dead_letter"), [(0,)])
        self.assertEqual(self.database("SELECT count(*) FROM delivery WHERE state NOT IN (1, 4)"), [(0,)])  # 4: recalled from the digest
        self.assertEqual(self.database("PRAGMA integrity_check"), [("ok",)])
        print("  %d of %d deliveries were made between kills; %d came twice, under their keys"
              % (done, len(wanted["deliveries"]), repeats), flush=True)


if __name__ == "__main__":
    unittest.main()
