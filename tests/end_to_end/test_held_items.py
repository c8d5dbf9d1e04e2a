"""What becomes of items when a classifier cannot take them, and of the alerts that hang on them."""
import json
import re
import unittest

from support import EntenteTest, feed


class HeldItems(EntenteTest):
    def setUp(self):
        super().setUp()
        self.server.routes["/feed"] = feed([("a", "UZB KAZ pact signed", "One."), ("b", "FIN SWE pact signed", "Two.")])
        self.mood = self.folder / "mood"
        self.fickle("ok")

    def fickle(self, mood):
        self.mood.write_text(mood)

    def with_fickle(self, *lines, entente=""):
        self.configure(self.source("news", "/feed", "interval = 1s"), self.PACT, self.WATCH,
                       "\n".join(["[classifier.fickle]", "plugin = fickle", "after = pact", "mood = %s" % self.mood, *lines]),
                       entente=entente)

    def test_a_single_pass_gives_up_on_a_classifier_that_keeps_retrying(self):
        self.fickle("RETRY")
        self.with_fickle(entente="once_deadline = 2s")
        run = self.run_once(timeout=60)
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, "once_deadline has passed: for 2 s no item or event was done",
                        "classifier.fickle: 2 items stay pending, to be tried at the next run: not in the mood")
        self.assertEqual(self.alerts(), [])
        self.fickle("ok")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(len(self.alerts()), 2)

    def health(self):
        return [json.loads(line)["headline"] for line in
                self.entente("alert", "list", "--watch", "health", "--format", "jsonl").out.splitlines()]

    def state(self):
        status = json.loads(self.entente("status", "--format", "json").out)
        return next(row for row in status["processors"] if row["name"] == "classifier.fickle")

    def visits(self):
        return len([line for line in self.entente("events", "--format", "jsonl").out.splitlines() if "visit" in line])

    def test_a_parked_classifier_holds_all_and_the_operator_is_told(self):
        self.fickle("CONFIG")
        self.with_fickle()
        self.start()
        told = self.wait_for(self.health, "an alert that items are held")
        self.assertEqual(len(told), 1)
        self.assertIn("wait at classifier.fickle", told[0])
        self.assertIn("not in the mood. No alert is raised of them and of what is newer; hold_max = 15m would", told[0])
        state = self.state()
        self.assertEqual((state["held"], state["passed_by"], state["state"]), (2, False, "parked"))
        self.assertTrue(state["held_since"])
        self.assertRegex(self.entente("status").out, "classifier.fickle .*2 items held for .*: parked: not in the mood")
        self.assertEqual(self.alerts(), [])

    def check_passing(self, revive):
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the alerts without it")
        state = self.state()
        self.assertEqual((state["held"], state["passed_by"]), (2, True))
        self.assertRegex(self.entente("status").out, "passed by: 2 items not taken up for .*not in the mood")
        told = self.wait_for(self.health, "an alert of that")
        self.assertIn("Alerts go on without it", told[0])
        # News after that is not held for a moment, and a restart changes nothing of it.
        items = [("a", "UZB KAZ pact signed", "One."), ("b", "FIN SWE pact signed", "Two.")]
        self.server.routes["/feed"] = feed(items + [("c", "NOR DNK pact signed", "Three.")])
        self.wait_for(lambda: len(self.alerts()) == 3, "the alert of what came meanwhile")
        self.processes[-1].terminate()
        self.processes[-1].wait()
        self.server.routes["/feed"] = feed(items + [("c", "NOR DNK pact signed", "Three."),
                                                    ("d", "POL LTU pact signed", "Four.")])
        began = self.config.read_text()
        self.config.write_text(re.sub(r"hold_max = \S+", "hold_max = 1d", began))
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 4, "an alert after the restart")
        self.assertEqual(self.visits(), 0)
        revive()
        self.wait_for(lambda: self.visits() == 4, "what had passed it by to be taken up")
        self.wait_for(lambda: any("items wait for it again" in text for text in self.health()), "the word that it works")
        self.assertFalse(self.state()["passed_by"])
        self.assertEqual(len(self.alerts()), 4)

    def test_items_pass_by_a_parked_classifier_and_are_handed_to_it_later(self):
        self.fickle("CONFIG")
        self.with_fickle("hold_max = 1s")

        def revive():
            self.fickle("ok")
            self.with_fickle("hold_max = 1d", "batch = 10")
            self.assertEqual(self.entente("reload").status, 0)
        self.check_passing(revive)

    def test_one_that_cannot_be_created_holds_all_or_is_passed_by(self):
        moody = "[classifier.fickle]\nplugin = moody\nafter = pact\ncreate = fail\nisolate = none\n"
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH, moody)
        self.start()
        told = self.wait_for(self.health, "an alert that items are held")
        self.assertIn("cannot be created: create was asked to fail", told[0])
        self.assertRegex(self.entente("status").out, "classifier.fickle .*2 items held for .*: failed: cannot be created: create was asked to fail")
        self.assertEqual(self.alerts(), [])
        self.processes[-1].terminate()
        self.processes[-1].wait()
        self.configure(self.source("news", "/feed"), self.PACT, self.WATCH, moody + "hold_max = 1s")
        self.start()
        self.wait_for(lambda: len(self.alerts()) == 2, "the alerts without it")

    def test_items_pass_by_a_classifier_that_keeps_failing(self):
        self.fickle("RETRY")
        self.with_fickle("hold_max = 1s")
        self.check_passing(lambda: self.fickle("ok"))

    def test_a_single_pass_waits_for_no_optional_classifier(self):
        self.fickle("CONFIG")
        self.with_fickle("hold_max = 1d")
        run = self.run_once(timeout=60)
        self.assertEqual(run.status, 1, run.log)
        self.assert_log(run, "classifier.fickle: is parked: not in the mood")
        self.assertEqual(len(self.alerts()), 2)
        self.fickle("ok")
        run = self.run_once()
        self.assertEqual(run.status, 0, run.log)
        self.assertEqual(self.visits(), 2)
        self.assertEqual(len(self.alerts()), 2)


if __name__ == "__main__":
    unittest.main()
