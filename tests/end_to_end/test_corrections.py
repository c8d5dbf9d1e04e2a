"""entente event confirm, reject, merge, split, set and undo, with a daemon and without one: what people said stands."""
import json
import os
import pwd
import random
import signal
import socket
import subprocess
import time
import unittest

from support import ENTENTE, EntenteTest, feed

DAY = 86400
ARTICLES = {
    "pact": ("Uzbekistan and Kazakhstan sign defence agreement",
             "Uzbekistan and Kazakhstan signed a defence cooperation agreement in Tashkent on Tuesday, officials said."),
    "lift": ("Russia delivers 12 Mi-17 helicopters to Uzbekistan",
             "Russia delivered 12 Mi-17 helicopters to Uzbekistan on Monday, the Uzbek Defence Ministry said."),
    "lift-again": ("Uzbekistan receives Mi-17 helicopters from Russia",
                   "Uzbekistan received 12 Mi-17 helicopters from Russia, a newspaper reported."),
    "jets": ("India buys 24 Rafale fighter jets from France",
             "India signed a contract for 24 Rafale fighter jets with France."),
    "radars": ("France sells radars to India", "France sold four GM200 radars to India, the Indian army said."),
    "drill": ("Norway and Finland hold drill", "Norway and Finland held a joint field exercise in Lapland."),
    "toy": ("Chile gives Peru six patrol boats", "Chile handed six patrol boats to Peru."),
}


class CorrectionTest(EntenteTest):
    WATCH_ALL = "[watch.all]\nwhen = confidence >= 0\non = new, status, sources\nto = out"

    def serve(self, path, names, start=1700000000):
        self.server.routes[path] = feed([(name, *ARTICLES[name], start + list(ARTICLES).index(name) * DAY // 4)
                                         for name in names])

    def prepare(self, names):
        self.serve("/one", names)
        self.configure(self.source("one", "/one", "publisher = one.example", "interval = 1s"),
                       "[classifier.coder]\nplugin = coder", self.WATCH_ALL)
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)

    def events(self, *arguments):
        return [json.loads(line) for line in self.entente("events", "--format", "jsonl", *arguments).out.splitlines()]

    def event(self, name, *arguments):
        """The event that this article is told by."""
        found = [event for event in self.events(*arguments)
                 if any(source["title"] == ARTICLES[name][0] for source in event["sources"])]
        return found[0] if found else None

    def correct(self, verb, *arguments):
        run = self.entente("event", verb, *arguments, "--format", "json")
        self.assertEqual(run.status, 0, run.log)
        return json.loads(run.out)


class Corrections(CorrectionTest):
    def test_a_rejected_event_raises_no_alert_when_another_outlet_tells_it(self):
        self.prepare(["lift", "pact"])
        alerts = len(self.alerts())
        self.correct("reject", self.event("lift")["id"], "--note", "an old photograph")
        self.assertIsNone(self.event("lift"))
        self.serve("/one", ["lift", "pact", "lift-again"])
        self.assertEqual(self.run_once().status, 0)
        self.assertIsNone(self.event("lift"))
        rejected = self.event("lift", "--state", "rejected")
        self.assertEqual(len(rejected["sources"]), 2)
        self.assertEqual(rejected["verdict"], "rejected")
        self.assertEqual(len(self.alerts()), alerts)

    def test_a_running_daemon_does_it_and_knows_who_asked(self):
        self.prepare(["lift", "pact"])
        self.start()
        self.wait_for_log("started in")
        event = self.event("lift")["id"]
        self.correct("set", event, "status=suspended", "name=Lift deal", "--author", "ada", "--note", "by telephone")
        user = pwd.getpwuid(os.getuid()).pw_name
        self.wait_for_log("%s for ada: correction 1, set event %s" % (user, event[:8]))
        self.serve("/one", ["lift", "pact", "lift-again"])
        self.wait_for(lambda: len(self.event("lift")["sources"]) == 2, "the second report")
        corrected = self.event("lift")
        self.assertEqual((corrected["status"], corrected["name"]), ("suspended", "Lift deal"))
        self.assertEqual([(row["field"], row["author"], row["note"]) for row in corrected["corrections"]],
                         [("status", "ada", "by telephone"), ("name", "ada", "by telephone")])
        shown = self.entente("event", "show", event).out
        self.assertIn("ada: set status to suspended", shown)
        wrong = self.entente("event", "set", event, "status=suspendet")
        self.assertEqual(wrong.status, 2)
        self.assertIn("did you mean 'suspended'?", wrong.log)

    def ask(self, request):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self.folder / "state" / "control.sock"))
            connection.sendall(json.dumps(request).encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def test_wrong_arguments_are_told_and_change_nothing(self):
        self.prepare(["lift"])
        event = self.event("lift")
        self.start()
        self.wait_for_log("started in")
        for request, text in [({"command": "event-set", "target": event["id"], "arguments": {"sett": ["status=signed"]}},
                               "'sett' is no argument of event-set"),
                              ({"command": "event-set", "target": event["id"], "arguments": {"set": "status=signed"}},
                               "must be an array of strings"),
                              ({"command": "event-set", "target": event["id"], "arguments": {"set": [1]}},
                               "must be an array of strings"),
                              ({"command": "event-set", "target": event["id"]}, "nothing is to be set"),
                              ({"command": "event-merge", "target": event["id"], "arguments": {}}, "needs the id"),
                              ({"command": "event-confirm", "arguments": {}}, "needs a target"),
                              ({"command": "status", "arguments": {}}, "takes no arguments"),
                              ({"command": "event-confirm", "target": event["id"], "arguments": []}, "arguments"),
                              ({"command": "event-confirm", "target": event["id"], "arguments": {"note": "x" * 3000}},
                               "longer than 2000 bytes")]:
            answer = self.ask(request)
            self.assertFalse(answer["ok"], request)
            self.assertIn(text, answer["error"])
        self.assertEqual(self.event("lift"), event)
        self.assertTrue(self.ask({"command": "event-confirm", "target": event["id"]})["ok"])
        self.assertEqual(self.event("lift")["verdict"], "confirmed")

    def test_merging_alerts_nobody_and_both_ids_lead_to_the_event(self):
        self.prepare(["jets", "radars"])
        alerts = len(self.alerts())
        jets, radars = self.event("jets")["id"], self.event("radars")["id"]
        self.assertNotEqual(jets, radars)
        merged = self.correct("merge", jets, radars)
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), alerts)
        for event in (jets, radars):
            shown = json.loads(self.entente("event", "show", event, "--format", "json").out)
            self.assertEqual(shown["id"], merged["event"])
        self.correct("undo", str(merged["correction"]))
        self.assertEqual({self.event("jets")["id"], self.event("radars")["id"]}, {jets, radars})
        self.assertEqual(self.run_once().status, 0)
        self.assertEqual(len(self.alerts()), alerts)
        listed = self.entente("event", "corrections", "--format", "csv").out.splitlines()
        self.assertEqual([line.split(",")[3] for line in listed[1:]], ['"merge', "undo"])

    def test_what_was_judged_is_exported_as_labels(self):
        self.prepare(["lift", "pact", "toy"])
        self.correct("confirm", self.event("pact")["id"])
        self.correct("set", self.event("lift")["id"], "status=ongoing")
        self.correct("reject", self.event("toy")["id"])
        run = self.entente("export", "--format", "gold", "--items", "items.jsonl")
        self.assertEqual(run.status, 0, run.log)
        (self.folder / "labels.jsonl").write_text(run.out)
        labels = {}
        texts = [json.loads(line) for line in (self.folder / "items.jsonl").read_text().splitlines()]
        rows = [json.loads(line) for line in run.out.splitlines()]
        for text, row in zip(texts, rows):
            self.assertEqual(text["id"], row["id"])
            name = [name for name in ARTICLES if ARTICLES[name][0] == text["title"]][0]
            labels[name] = row
        self.assertEqual(labels["toy"]["events"], [])
        self.assertEqual(labels["toy"]["relevance"], "none")
        self.assertEqual([event["gold"] for event in labels["pact"]["events"]], ["required"])
        self.assertEqual([event["status"] for event in labels["lift"]["events"]], ["ongoing"])
        judged = self.entente("evaluate", "labels.jsonl", "--items", "items.jsonl", "--json")
        self.assertEqual(judged.status, 0, judged.log)


class Killed(CorrectionTest):
    """kill -9 of the daemon and of `entente` at random moments while corrections are made: all are made in the end, and the
    events are those of a run that nobody disturbed."""
    KILLS = 40

    def corrections(self):
        """(done?, verb, arguments of it) with events named by articles."""
        def status(name, value):
            return lambda: (self.event(name) or {}).get("status") == value

        def verdict(name, value, *arguments):
            return lambda: (self.event(name, *arguments) or {}).get("verdict") == value

        return [(verdict("pact", "confirmed"), "confirm", ["pact"]),
                (verdict("toy", "rejected", "--state", "rejected"), "reject", ["toy"]),
                (lambda: self.event("jets")["id"] == self.event("radars")["id"], "merge", ["jets", "radars"]),
                (status("drill", "cancelled"), "set", ["drill", "status=cancelled"]),
                (lambda: self.event("lift")["id"] != self.event("lift-again")["id"], "split", ["lift", "lift-again:item"]),
                (status("lift-again", "announced"), "set", ["lift-again", "status=announced"])]

    def resolve(self, word):
        name, _, kind = word.partition(":")
        if name not in ARTICLES:
            return word
        event = self.event(name)
        if kind == "item":
            return [source["item"] for source in event["sources"] if source["title"] == ARTICLES[name][0]][0]
        return event["id"]

    def results(self):
        events = self.events() + self.events("--state", "rejected")
        for event in events:
            for key in ("revision", "changes", "aliases", "retrieved"):
                event.pop(key, None)
            event["corrections"] = [(row["kind"], row.get("field"), row.get("value")) for row in event["corrections"]]
            for source in event["sources"]:
                source.pop("fetched", None)
        return sorted(json.dumps(event, sort_keys=True) for event in events)

    def run_to_end(self, disturb):
        everything = [name for name in ARTICLES]
        self.prepare(everything)
        for done, verb, words in self.corrections():
            for _ in range(200):
                if done():
                    break
                disturb(verb, words)
            self.assertTrue(done(), (verb, words))
        self.assertEqual(self.run_once().status, 0)
        return self.results(), len(self.alerts())

    def test_corrections_survive_kills(self):
        def quietly(verb, words):
            self.assertEqual(self.entente("event", verb, *map(self.resolve, words)).status, 0)

        expected, alerts = self.run_to_end(quietly)
        random_ = random.Random(20261129)
        for round_ in range(4):
            self.reset(round_)
            kills = [0]

            def disturbed(verb, words):
                with_daemon = random_.random() < 0.6
                daemon = self.start() if with_daemon else None
                if with_daemon and random_.random() < 0.7:
                    self.wait_for(lambda: self.entente("status").status == 0, "a daemon")
                client = subprocess.Popen([ENTENTE, "-c", self.config, "event", verb, *map(self.resolve, words)],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
                victims = [daemon or client] if random_.random() < 0.7 else [client, daemon or client]
                time.sleep(random_.random() * 0.08)
                if kills[0] < self.KILLS:
                    for victim in victims:
                        if victim.poll() is None:
                            victim.send_signal(signal.SIGKILL)
                            kills[0] += 1
                client.wait(timeout=60)
                if daemon:
                    daemon.kill()
                    daemon.wait()

            self.assertEqual(self.run_to_end(disturbed), (expected, alerts), "round %d" % round_)

    def reset(self, number):
        """The same feed, an archive of its own."""
        self.folder = self.folder / ("round%d" % number)
        self.folder.mkdir()
        self.config = self.folder / "entente.ini"
        self.alerts_path = self.folder / "alerts.jsonl"


if __name__ == "__main__":
    unittest.main()
