"""A plugin whose process dies before it was created is created anew by and by, without a reload, and left alone with an alert where
it goes on dying; one that will not be created is left out, which status and an alert say. All others go on."""
import json
import os
import pathlib
import signal
import time
import unittest

from support import EntenteTest, feed

# A crash is to be the signal that it is, whatever the programs are built with.
for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
    os.environ[options] = os.environ.get(options, "") + ":handle_segv=0:handle_abort=0"

LISTS = {"source": "sources", "classifier": "processors", "detector": "detectors", "sink": "sinks", "service": "services"}


def hosts_of(name, daemon):
    """The daemon's processes that host that object."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if int(parent) == daemon and b"\0host\0" in (folder / "cmdline").read_bytes() and name in (folder / "maps").read_text():
                found.append(int(folder.name))
        except (OSError, IndexError):
            continue
    return found


class Births(EntenteTest):
    isolate = "process"
    WATCH_BOTH = "[watch.pacts]\nwhen = type = agreement\nto = out, late"

    def setUp(self):
        super().setUp()
        self.deadly = self.folder / "deadly"
        self.deadly.write_text("")
        self.server.routes["/one"] = feed([("a", "FRA DEU pact signed", "One.")])

    def late(self, kind, *lines):
        return "\n".join(["[%s.late]" % kind, "plugin = stillborn", "isolate = " + self.isolate, "as_long_as = %s" % self.deadly,
                          *lines])

    def begin(self, *lines, kinds=tuple(LISTS)):
        to = ["to = out"]
        self.configure(self.source("one", "/one", "interval = 1h"), self.PACT, self.WATCH_BOTH if "sink" in kinds else self.WATCH,
                       *(self.late(kind, *lines, *(to if kind == "detector" else [])) for kind in kinds),
                       entente="health_to = out")
        self.process = self.start()

    def row(self, kind):
        told = self.entente("status", "--format", "json").out
        status = json.loads(told) if told.startswith("{") else {}
        return next((row for row in status.get(LISTS[kind], []) if row["name"] in ("late", kind + ".late")), {})

    def told(self, words):
        return {kind for kind in LISTS for alert in self.alerts()
                if alert["watch"] == "health" and alert["headline"].startswith(kind + ".late " + words)}

    def assert_all_work(self):
        for kind in LISTS:
            self.wait_for(lambda kind=kind: self.row(kind).get("state") == "running", kind + " at work")
        pacts = lambda: [alert for alert in self.alerts() if alert["watch"] == "pacts"]
        self.wait_for(lambda: len(pacts()) == 2, "an alert of each item")
        self.wait_for(lambda: self.row("sink")["delivered"] == 2, "what the sink had to wait for")
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def test_one_that_dies_in_create_is_created_anew_without_a_reload(self):
        self.begin("deaths_max = 0")
        for kind in LISTS:
            self.wait_for(lambda kind=kind: self.row(kind).get("state") == "broken", kind + " in the status")
            self.assertEqual(self.row(kind)["why"], "cannot be created: the plugin crashed (SIGABRT) in create")
        self.deadly.unlink()
        self.assert_all_work()
        self.assertEqual(self.told("is left alone"), set())

    def test_one_that_goes_on_dying_in_create_is_left_alone_with_an_alert(self):
        self.begin("deaths_max = 2")
        self.wait_for(lambda: self.told("is left alone until its configuration changes or 'entente reload ") == set(LISTS), "an alert of each")
        for alert in self.alerts():
            if "is left alone" in alert["headline"]:
                self.assertIn("' asks for it: its process has died 2 times in a row, at last: ", alert["headline"])
        self.assertEqual({self.row(kind)["state"] for kind in LISTS}, {"parked"})
        self.deadly.unlink()
        for kind in LISTS:
            self.assertEqual(self.entente("reload", kind + ".late").status, 0)
        self.assert_all_work()

    def test_one_that_is_killed_whenever_it_is_to_be_created_comes_to_work(self):
        self.deadly.unlink()
        self.configure(self.source("one", "/one", "interval = 1h"), self.PACT + "\nisolate = " + self.isolate, self.WATCH)
        self.process = self.start()

        end = time.monotonic() + 60
        while " started in " not in self.log() and time.monotonic() < end:
            for runner in hosts_of("pact.so", self.process.pid):
                try:
                    os.kill(runner, signal.SIGKILL)
                except OSError:
                    pass
        self.wait_for(self.alerts, "the alert")
        self.assertIsNone(self.process.poll(), "the daemon lives")

    def test_one_that_will_not_be_created_is_in_the_status_with_its_reason(self):
        kinds = ("source", "sink", "service")
        self.begin("answer = refuse", kinds=kinds)
        self.wait_for(lambda: self.told("does not run") == set(kinds), "an alert of each")
        for kind in kinds:
            row = self.row(kind)
            self.assertEqual((row["state"], row["why"]), ("failed", "cannot be created: the sky is not blue"))
        self.assertEqual(self.entente("status").out.count("failed: cannot be created: the sky is not blue"), 3)

    def test_of_one_whose_items_wait_the_reason_is_told(self):
        self.begin("answer = refuse", kinds=("classifier",))
        self.wait_for(lambda: [alert for alert in self.alerts() if "wait" in alert["headline"]], "the alert that an item waits")
        self.assertIn("1 item waits at classifier.late", self.alerts()[-1]["headline"])
        self.assertIn(": cannot be created: the sky is not blue.", self.alerts()[-1]["headline"])
        self.assertIn("failed: cannot be created: the sky is not blue", self.entente("status").out)


class BirthsInSandbox(Births):
    isolate = "sandbox"


if __name__ == "__main__":
    unittest.main()
